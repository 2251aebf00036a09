import { HubspokeError } from "@hubspoke/core/errors";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { expect, test } from "vitest";
import { honoErrors, honoGuard, jsonObject } from "../src/index.ts";

const told: string[] = [];
const app = new Hono();
app.onError(honoErrors(({ name }) => void told.push(name)));
app.use("/api/*", honoGuard(["https://admin.example.com"]));
app.get("/api/ours", () => {
  throw new HubspokeError("NOT_FOUND", "there is no such lead");
});
app.get("/api/theirs", () => {
  throw new TypeError("the password is hunter22");
});
app.get("/api/hono", () => {
  throw new HTTPException(401, { res: new Response("who are you?", { status: 401 }) });
});
app.post("/api/body", async (c) => c.json(await jsonObject(c)));

const ask = async (path: string, init?: RequestInit) => {
  const answer = await app.request(path, init);
  return [answer.status, await answer.text()] as const;
};
const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", ...headers },
});

test("failures are answered in the library's form, and a stranger's words stay out of it", async () => {
  expect(await ask("/api/ours")).toEqual([404, expect.stringContaining("there is no such lead")]);
  const [status, text] = await ask("/api/theirs");
  expect([status, JSON.parse(text).error.code, text.includes("hunter22")]).toEqual([500, "INTERNAL", false]);
  expect(await ask("/api/hono")).toEqual([401, "who are you?"]);
  expect(told).toEqual(["TypeError"]);
});

test("a body is a JSON object, and everything else is 400", async () => {
  expect(await ask("/api/body", post('{"a":1}'))).toEqual([200, '{"a":1}']);
  for (const body of ["{", "", "null", "[]", "7", '"x"']) {
    expect(await ask("/api/body", post(body)), body).toEqual([400, expect.stringContaining("INPUT_INVALID")]);
  }
  expect(told).toHaveLength(1);
});

test("other sites' pages and forms change nothing, listed ones may", async () => {
  const refused = async (headers: Record<string, string>) => (await ask("/api/body", post("{}", headers)))[1];
  expect(await refused({ "sec-fetch-site": "cross-site" })).toContain("ORIGIN_REFUSED");
  expect(await refused({ "content-type": "text/plain" })).toContain("CONTENT_TYPE_REFUSED");
  const listed = { "sec-fetch-site": "cross-site", origin: "https://admin.example.com" };
  expect(await refused(listed)).toBe("{}");
  expect((await ask("/api/ours", { headers: { "sec-fetch-site": "cross-site" } }))[0]).toBe(404);
});
