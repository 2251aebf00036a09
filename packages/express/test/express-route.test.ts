import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { HandleOptions, Mountable, RouteKey } from "@hubspoke/core/webhooks";
import express, { type Request as ExpressRequest } from "express";
import { afterEach, expect, test } from "vitest";
import { type ExpressRouteOptions, expressRoute, keepRawBody } from "../src/index.ts";

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
});

const authorize = () => ({ tenant: "acme", actor: { id: "u1", role: "support" } });

/** Says what it was asked. */
const echo: Mountable = {
  async handle(request: Request, { basePath = "", routers, consumed, ip }: HandleOptions) {
    const { pathname, search } = new URL(request.url);
    return Response.json({
      asked: `${request.method} ${pathname.slice(basePath.length)}${search}`,
      routers,
      consumed: consumed ?? null,
      local: ip?.includes("127.0.0.1") ?? false,
      header: request.headers.get("x-own"),
      body: await request.text(),
    });
  },
};

const route = (key: RouteKey, options: ExpressRouteOptions<ExpressRequest> = {}, to: Mountable = echo) =>
  expressRoute<ExpressRequest>(to, key, { authorize, ...options });

async function ask(app: express.Express, method: string, path: string, body?: string) {
  const server = createServer(app);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const headers = { "x-own": "1", "content-type": "application/json", connection: "close" };
  const { port } = server.address() as AddressInfo;
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

test("a route is answered under the host's address, with its query and headers, by the router it is of alone", async () => {
  const app = express().use("/v1", express.Router().get("/api/status", route("GET /oauth/status")));
  expect((await ask(app, "GET", "/v1/api/status?a=1&b=%2F")).json).toEqual({
    asked: "GET /oauth/status?a=1&b=%2F",
    routers: ["oauth"],
    consumed: null,
    local: true,
    header: "1",
    body: "",
  });
});

test("its method counts, its body comes byte for byte, and so do bytes that were kept", async () => {
  const save = route("PUT /mappings/{sync}", { params: () => ({ sync: "leads" }) });
  const bytes = '{"a":1,"a":2}\n';
  const wanted = { asked: "PUT /mappings/leads", body: bytes, consumed: null };
  expect((await ask(express().post("/save", save), "POST", "/save", bytes)).json).toMatchObject(wanted);
  const kept = express().use(express.json({ verify: keepRawBody }));
  expect((await ask(kept.post("/save", save), "POST", "/save", bytes)).json).toMatchObject(wanted);
  const read = express().use(express.json()).post("/save", save);
  expect((await ask(read, "POST", "/save", '{"a":1}')).json).toMatchObject({
    consumed: { parsed: { a: 1 } },
    body: "",
  });
});

test("its parameters are the host's, by name, and stay one segment whatever they hold", async () => {
  const app = express().delete("/w/:id", route("DELETE /workflows/{id}"));
  expect((await ask(app, "DELETE", "/w/a%2Fb%3Fc")).json).toMatchObject({ asked: "DELETE /workflows/a%2Fb%3Fc" });
  const byQuery = route("DELETE /workflows/{id}", { params: ({ query }) => ({ id: String(query.id ?? "") }) });
  const other = () => express().delete("/w", byQuery);
  expect((await ask(other(), "DELETE", "/w?id=..%2Fx")).json).toMatchObject({
    asked: "DELETE /workflows/..%2Fx?id=..%2Fx",
  });
  expect(await ask(other(), "DELETE", "/w")).toMatchObject({
    status: 400,
    json: { error: { code: "INPUT_INVALID" } },
  });
});

test("what the host's own function throws goes to the host, as in a handler of its own", async () => {
  const broken: Mountable = { handle: () => Promise.reject(new TypeError("broken")) };
  const app = express().get("/s", route("GET /health", {}, broken));
  app.use(
    ((error, _req, res, _next) => void res.status(599).json({ name: error.name })) as express.ErrorRequestHandler,
  );
  expect(await ask(app, "GET", "/s")).toEqual({ status: 599, json: { name: "TypeError" } });
});

test("what would answer strangers, or is no route, is refused when it is made", () => {
  expect(() => expressRoute(echo, "GET /oauth/status")).toThrow(
    expect.objectContaining({ code: "MOUNT_WITHOUT_AUTHORIZE" }),
  );
  expect(() => route("GET /nowhere" as "GET /health")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  expect(() => expressRoute(echo, "POST /webhooks")).not.toThrow();
});
