import { describe, expect, test } from "vitest";
import { checkMount } from "./options.ts";
import { routerNames } from "./route.ts";
import { bench, get, grant } from "./testing.fixture.ts";

describe("mounting without authorize", () => {
  test("is refused for every router but webhooks, saying what to write", async () => {
    for (const router of routerNames.filter((name) => name !== "webhooks")) {
      expect(() => checkMount({ routers: ["webhooks", router] })).toThrow(
        expect.objectContaining({
          code: "MOUNT_WITHOUT_AUTHORIZE",
          message: expect.stringMatching(/authorize: \(request\) => .*routers: \["webhooks"\]/),
        }),
      );
    }
    expect(() => checkMount({})).toThrow();
    expect(checkMount({ routers: ["webhooks"] })).toEqual(["webhooks"]);
    await expect(bench().handle(get("/health"), { basePath: "/hubspot" })).rejects.toMatchObject({
      code: "MOUNT_WITHOUT_AUTHORIZE",
    });
  });

  test("unknown routers and malformed origins are refused", () => {
    const wrong = (options: object) => () => checkMount({ authorize: () => grant, ...options });
    expect(wrong({ routers: ["contact"] })).toThrow(/did you mean contacts/);
    expect(wrong({ origins: ["https://app.example.com/"] })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
    expect(wrong({ origins: ["app.example.com"] })).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});
