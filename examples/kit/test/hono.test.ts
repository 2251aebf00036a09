import { expect, test } from "vitest";
import { application } from "../hono.ts";

test("pages load nothing from elsewhere, and an answer that has a policy of its own keeps it", async () => {
  const app = application();
  app.get("/", (c) => c.html("<p>page</p>"));
  app.get("/api/after-login", (c) =>
    c.html("<script nonce=x></script>", 200, { "content-security-policy": "script-src 'nonce-x'" }),
  );
  const policy = async (path: string) => (await app.request(path)).headers.get("content-security-policy");
  expect(await policy("/")).toContain("default-src 'self'");
  expect(await policy("/api/after-login")).toBe("script-src 'nonce-x'");
  expect((await app.request("/api/after-login")).headers.get("cache-control")).toBe("no-store");
});
