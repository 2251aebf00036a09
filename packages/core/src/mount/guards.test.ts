import { describe, expect, test } from "vitest";
import type { HandleOptions } from "./options.ts";
import { ask, grant, post } from "./testing.fixture.ts";

describe("state-changing requests", () => {
  const send = (headers: Record<string, string | undefined>, options: Partial<HandleOptions> = {}) => {
    const request = post("/sync/leads/backfill", {});
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) request.headers.delete(name);
      else request.headers.set(name, value);
    }
    return ask(request, options);
  };

  test.each<[string, Record<string, string | undefined>]>([
    ["this site's origin", {}],
    ["this host behind a proxy that ends TLS", { origin: "http://app.example.com" }],
    ["a browser that says same-origin", { origin: undefined, "sec-fetch-site": "same-origin" }],
    ["a charset", { "content-type": "Application/JSON; charset=utf-8" }],
  ])("%s passes", async (_, headers) => {
    expect((await send(headers)).status).toBe(202);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ["another site", { origin: "https://evil.example" }, "ORIGIN_REFUSED"],
    ["a site with our name in its own", { origin: "https://app.example.com.evil.example" }, "ORIGIN_REFUSED"],
    ["another port", { origin: "https://app.example.com:444" }, "ORIGIN_REFUSED"],
    ["a sandboxed page", { origin: "null" }, "ORIGIN_REFUSED"],
    ["a browser that says cross-site", { "sec-fetch-site": "cross-site" }, "ORIGIN_REFUSED"],
    ["a browser that says same-site", { "sec-fetch-site": "same-site" }, "ORIGIN_REFUSED"],
    ["a browser that says none", { "sec-fetch-site": "none" }, "ORIGIN_REFUSED"],
    ["no origin at all", { origin: undefined }, "ORIGIN_REFUSED"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "CONTENT_TYPE_REFUSED"],
    ["a form that claims text", { "content-type": "text/plain" }, "CONTENT_TYPE_REFUSED"],
    ["two content types", { "content-type": "text/plain, application/json" }, "CONTENT_TYPE_REFUSED"],
    ["no content type", { "content-type": undefined }, "CONTENT_TYPE_REFUSED"],
  ])("%s is refused before anybody is asked", async (_, headers, code) => {
    let asked = false;
    const authorize = () => {
      asked = true;
      return grant;
    };
    const result = await send(headers, { authorize });
    expect([result.code, result.heard, asked]).toEqual([code, [], false]);
    expect([403, 415]).toContain(result.status);
  });

  test("listed origins pass, whatever the browser calls them", async () => {
    const origins = ["https://admin.example.com"];
    const headers = { origin: "https://admin.example.com", "sec-fetch-site": "same-site" };
    expect((await send(headers, { origins })).status).toBe(202);
    expect((await send({ ...headers, origin: "https://evil.example" }, { origins })).code).toBe("ORIGIN_REFUSED");
  });
});
