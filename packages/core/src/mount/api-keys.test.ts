import { expect, test } from "vitest";
import { apiKeys } from "./api-keys.ts";

const reads = "reads-0123456789abcdef";
const writes = "writes-0123456789abcdef";
const authorize = apiKeys([
  { key: reads, tenant: "acme", actor: { id: "page", role: "viewer" }, readOnly: true },
  { key: writes, tenant: "acme", actor: { id: "platform", role: "admin" }, purpose: "billing" },
]);

async function ask(header: string | null, method = "GET") {
  const headers: Record<string, string> = header === null ? {} : { authorization: header };
  const answer = await authorize(new Request("https://app.example.com/hubspot/outbox", { method, headers }), {});
  if (!(answer instanceof Response)) return answer;
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return [answer.status, error.code, answer.headers.get("www-authenticate")];
}

test("a key says on whose behalf its program asks", async () => {
  expect(await ask(`Bearer ${writes}`, "POST")).toEqual({
    tenant: "acme",
    actor: { id: "platform", role: "admin" },
    purpose: "billing",
  });
  expect(await ask(`bearer  ${reads}`)).toEqual({ tenant: "acme", actor: { id: "page", role: "viewer" } });
});

test.each([
  null,
  "",
  "Bearer",
  "Bearer ",
  `Bearer ${reads} ${writes}`,
  `Basic ${reads}`,
  `Bearer ${reads.slice(1)}`,
  `Bearer ${reads}x`,
  "Bearer guessed",
])("%j is nobody: 401 with a challenge", async (header) => {
  expect(await ask(header)).toEqual([401, "ACCESS_DENIED", "Bearer"]);
});

test("a key that only reads changes nothing", async () => {
  for (const method of ["GET", "HEAD"]) expect(await ask(`Bearer ${reads}`, method)).toHaveProperty("tenant");
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    expect(await ask(`Bearer ${reads}`, method)).toEqual([403, "ACCESS_DENIED", null]);
});

test("a key that can be guessed, or that is two programs', is refused at once, and not repeated", () => {
  const own = { tenant: "acme", actor: { id: "a", role: "admin" } };
  for (const keys of [[""], ["a-short-canary!"], [reads, reads]]) {
    const make = () => apiKeys(keys.map((key) => ({ ...own, key })));
    expect(make).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining("canary") }));
  }
});
