import type { HandleOptions, Mountable } from "@hubspoke/core/webhooks";
import { type Context, Hono } from "hono";
import { expect, test } from "vitest";
import { honoRoute, keepRawBody } from "../src/index.ts";

const authorize = () => ({ tenant: "acme", actor: { id: "u1", role: "support" } });

/** Says what it was asked. */
const echo: Mountable = {
  async handle(request: Request, { basePath = "", routers, consumed, ip }: HandleOptions) {
    const { pathname, search } = new URL(request.url);
    return Response.json({
      asked: `${request.method} ${pathname.slice(basePath.length)}${search}`,
      routers,
      consumed: consumed ?? null,
      ip: ip ?? null,
      header: request.headers.get("x-own"),
      body: request.bodyUsed ? "used" : await request.text(),
    });
  },
};

const ask = async (app: Hono, method: string, path: string, body?: string): Promise<Record<string, unknown>> => {
  const init = { method, headers: { "x-own": "1" }, ...(body === undefined ? {} : { body }) };
  return (await (await app.request(path, init)).json()) as Record<string, unknown>;
};

test("a route is answered under the host's address, with its query and headers, by the router it is of alone", async () => {
  const app = new Hono().get("/api/status", honoRoute(echo, "GET /oauth/status", { authorize, clientIp: () => "::1" }));
  expect(await ask(app, "GET", "/api/status?a=1&b=%2F")).toEqual({
    asked: "GET /oauth/status?a=1&b=%2F",
    routers: ["oauth"],
    consumed: null,
    ip: "::1",
    header: "1",
    body: "",
  });
});

test("its method counts, its body comes byte for byte, and so do bytes that were kept", async () => {
  const route = honoRoute(echo, "PUT /mappings/{sync}", { authorize, params: () => ({ sync: "leads" }) });
  const bytes = '\ufeff{"a":1,"a":2}\n';
  expect(await ask(new Hono().post("/save", route), "POST", "/save", bytes)).toMatchObject({
    asked: "PUT /mappings/leads",
    body: '{"a":1,"a":2}\n',
  });
  const kept = new Hono().use("*", keepRawBody).post("/save", route);
  expect(await ask(kept, "POST", "/save", bytes)).toMatchObject({ consumed: null, body: '{"a":1,"a":2}\n' });
  const read = new Hono().use("*", async (c, next) => {
    await c.req.json();
    await next();
  });
  expect(await ask(read.post("/save", route), "POST", "/save", '{"a":1}')).toMatchObject({
    consumed: { parsed: { a: 1 } },
    body: "",
  });
});

test("its parameters are the host's, by name, and stay one segment whatever they hold", async () => {
  const app = new Hono().delete("/w/:id", honoRoute(echo, "DELETE /workflows/{id}", { authorize }));
  expect(await ask(app, "DELETE", "/w/a%2Fb%3Fc")).toMatchObject({ asked: "DELETE /workflows/a%2Fb%3Fc" });
  const byQuery = honoRoute(echo, "DELETE /workflows/{id}", {
    authorize,
    params: (c) => ({ id: c.req.query("id") ?? "" }),
  });
  const other = new Hono().delete("/w", byQuery);
  expect(await ask(other, "DELETE", "/w?id=..%2Fx")).toMatchObject({ asked: "DELETE /workflows/..%2Fx?id=..%2Fx" });
  expect(await ask(other, "DELETE", "/w")).toMatchObject({ error: { code: "INPUT_INVALID" } });
});

test("an instance that lives for one invocation is found by the request's context", async () => {
  const find = (c: Context): Mountable => ({ handle: async () => Response.json({ path: c.req.path }) });
  const app = new Hono().get("/s", honoRoute(find, "GET /health", { authorize }));
  expect(await ask(app, "GET", "/s")).toEqual({ path: "/s" });
});

test("what would answer strangers, or is no route, is refused when it is made", () => {
  expect(() => honoRoute(echo, "GET /oauth/status")).toThrow(
    expect.objectContaining({ code: "MOUNT_WITHOUT_AUTHORIZE" }),
  );
  expect(() => honoRoute(echo, "GET /nowhere" as "GET /health", { authorize })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
  expect(() => honoRoute(echo, "POST /webhooks")).not.toThrow();
});
