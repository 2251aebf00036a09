import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HubspokeError } from "@hubspoke/core/errors";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expressAuthorized, expressErrors, expressGuard } from "../src/index.ts";

const told: unknown[] = [];
const app = express();
app.use(express.json({ limit: 100 }));
app.use("/api", expressGuard<express.Request>(["https://admin.example.com"]));
app.get("/api/ours", () => {
  throw new HubspokeError("NOT_FOUND", "there is no such lead");
});
app.get("/api/theirs", () => Promise.reject(new TypeError("the password is hunter22")));
app.post("/api/body", (req, res) => void res.json(req.body));
app.get("/api/at/:name", (req, res) => void res.json(req.params.name));
const known = ({ headers }: Request) => {
  const who = headers.get("x-user");
  if (who === "cookie") return new Response("sign in", { status: 401 });
  return who === null ? { denied: "nobody" } : { tenant: "acme", actor: { id: who, role: "support" } };
};
app.get("/known", expressAuthorized<express.Request>(known), (_req, res) => void res.json("in"));
app.use(expressErrors<express.Request>((error) => void told.push(error)));

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function ask(path: string, init?: RequestInit) {
  const answer = await fetch(url + path, { ...init, headers: { connection: "close", ...init?.headers } });
  const text = await answer.text();
  if (text.includes("hunter22")) throw new Error("a stranger's words were told");
  return [answer.status, text.startsWith('{"error"') ? (JSON.parse(text).error.code as string) : text];
}
const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", ...headers },
});

test("failures are answered in the library's form, and a stranger's words stay out of it", async () => {
  expect(await ask("/api/ours")).toEqual([404, "NOT_FOUND"]);
  expect(await ask("/api/theirs")).toEqual([500, "INTERNAL"]);
  expect(told).toEqual([expect.objectContaining({ name: "TypeError" })]);
});

test("what a parser or the router refuses is the caller's mistake", async () => {
  expect(await ask("/api/body", post('{"a":1}'))).toEqual([200, '{"a":1}']);
  expect(await ask("/api/body", post("{"))).toEqual([400, "INPUT_INVALID"]);
  expect(await ask("/api/body", post(`"${"x".repeat(200)}"`))).toEqual([413, "BODY_TOO_LARGE"]);
  expect(await ask("/api/at/%ff")).toEqual([400, "INPUT_INVALID"]);
  expect(told).toHaveLength(1);
});

test("other sites' pages and forms change nothing, listed ones may", async () => {
  const answer = async (headers: Record<string, string>) => (await ask("/api/body", post("{}", headers)))[1];
  expect(await answer({ "sec-fetch-site": "cross-site" })).toBe("ORIGIN_REFUSED");
  expect(await answer({ "content-type": "text/plain" })).toBe("CONTENT_TYPE_REFUSED");
  expect(await answer({ "sec-fetch-site": "cross-site", origin: "https://admin.example.com" })).toBe("{}");
});

test("the host's own routes are for those whom its function knows", async () => {
  expect(await ask("/known", { headers: { "x-user": "u1" } })).toEqual([200, '"in"']);
  expect(await ask("/known")).toEqual([403, "ACCESS_DENIED"]);
  expect(await ask("/known", { headers: { "x-user": "cookie" } })).toEqual([401, "sign in"]);
});
