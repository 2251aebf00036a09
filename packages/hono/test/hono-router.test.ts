import type { HandleOptions, Mountable } from "@hubspoke/core/webhooks";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { honoRouter, keepRawBody } from "../src/index.ts";

const authorize = () => ({ tenant: "acme", actor: { id: "u1", role: "support" } });

function echo(): Mountable & { readonly seen: HandleOptions[] } {
  const seen: HandleOptions[] = [];
  return {
    seen,
    async handle(request, options) {
      seen.push(options);
      return Response.json({
        path: new URL(request.url).pathname,
        basePath: options.basePath,
        ip: options.ip ?? null,
        consumed: options.consumed ?? null,
        body: request.bodyUsed ? "used" : await request.text(),
      });
    },
  };
}

const ask = async (app: Hono, path: string, body?: string | Uint8Array) => {
  const init =
    body === undefined ? {} : { method: "POST", body: body as BodyInit, headers: { "x-forwarded-for": "203.0.113.9" } };
  const response = await app.request(path, init);
  return (await response.json()) as Record<string, unknown>;
};

test("mounting is refused where requests would be", () => {
  const mount = (options: object) => () => honoRouter(echo(), options);
  expect(mount({})).toThrow(expect.objectContaining({ code: "MOUNT_WITHOUT_AUTHORIZE" }));
  expect(mount({ routers: ["sync"] })).toThrow(expect.objectContaining({ code: "MOUNT_WITHOUT_AUTHORIZE" }));
  expect(mount({ routers: ["webhooks"] })).not.toThrow();
});

test.each([
  ["/hubspot", "/hubspot/health", "/hubspot"],
  ["/", "/health", ""],
  ["/api/v1/hubspot", "/api/v1/hubspot/sync/status", "/api/v1/hubspot"],
  ["/:workspace/hubspot", "/w7/hubspot/health", "/:workspace/hubspot"],
])("mounted at %s", async (mountedAt, path, basePath) => {
  const app = new Hono().route(mountedAt, honoRouter(echo(), { authorize }));
  expect(await ask(app, path)).toMatchObject({ path, basePath });
});

test("mounted in an app that is mounted itself, behind middleware", async () => {
  const inner = new Hono().use("*", (_, next) => next()).route("/hubspot", honoRouter(echo(), { authorize }));
  const app = new Hono().use("/api/*", (_, next) => next()).route("/api", inner);
  expect(await ask(app, "/api/hubspot/health")).toMatchObject({ basePath: "/api/hubspot" });
});

test("an instance that lives for one invocation is found by the request's context", async () => {
  interface Env {
    Bindings: { name: string };
  }
  const named = (name: string): Mountable => ({ handle: async () => new Response(name) });
  const app = new Hono<Env>().route(
    "/h",
    honoRouter<Env>((c) => named(c.env.name), { authorize }),
  );
  const asked = (name: string) => app.request("/h/health", undefined, { name });
  const [one, other] = await Promise.all([asked("one"), asked("other")]);
  expect([await one.text(), await other.text()]).toEqual(["one", "other"]);
});

describe("the client", () => {
  test("has an address only where the host says so", async () => {
    const mounted = (options: object) => new Hono().route("/h", honoRouter(echo(), { authorize, ...options }));
    expect((await ask(mounted({}), "/h/x", "")).ip).toBeNull();
    const clientIp = () => "198.51.100.7";
    expect((await ask(mounted({ clientIp }), "/h/x", "")).ip).toBe("198.51.100.7");
  });

  test("is authorised with Hono's context at hand", async () => {
    interface Env {
      Variables: { user: string };
    }
    const mountable = echo();
    const app = new Hono<Env>();
    app.use("*", async (c, next) => {
      c.set("user", "jo");
      await next();
    });
    app.route("/h", honoRouter<Env>(mountable, { authorize: (_, { c, ip }) => ({ denied: `${c.var.user} ${ip}` }) }));
    await app.request("/h/x");
    expect(await mountable.seen[0]?.authorize?.(new Request("http://a/"), { ip: "1.2.3.4" })).toEqual({
      denied: "jo 1.2.3.4",
    });
  });
});

describe("a body that was read before", () => {
  const bytes = Buffer.from('\ufeff{"a":1,"a":2}\n');
  const after = (
    read: (c: { req: { json(): Promise<unknown>; text(): Promise<string>; raw: Request } }) => Promise<unknown>,
    keep = false,
  ) => {
    const app = new Hono();
    if (keep) app.use("*", keepRawBody);
    app.use("*", async (c, next) => {
      await read(c);
      await next();
    });
    return app.route("/h", honoRouter(echo(), { authorize }));
  };

  test.each<[string, Parameters<typeof after>[0], unknown]>([
    ["as JSON", (c) => c.req.json(), { parsed: { a: 2 } }],
    ["as text", (c) => c.req.text(), { parsed: { a: 2 } }],
    ["behind Hono's back", (c) => c.req.raw.text(), {}],
  ])("%s is reported, never rebuilt", async (_, read, consumed) => {
    expect(await ask(after(read), "/h/x", '{"a":1,"a":2}\n')).toMatchObject({ consumed, body: "used" });
  });

  test("text that is no JSON is reported too", async () => {
    expect(
      await ask(
        after((c) => c.req.text()),
        "/h/x",
        "{",
      ),
    ).toMatchObject({ consumed: {}, body: "used" });
  });

  test("comes back byte for byte behind keepRawBody", async () => {
    const mountable: Mountable = {
      handle: async (request) => new Response(await request.arrayBuffer()),
    };
    const app = new Hono().use("*", keepRawBody);
    app.use("*", async (c, next) => {
      await c.req.text();
      await next();
    });
    app.route("/h", honoRouter(mountable, { authorize }));
    const response = await app.request("/h/x", { method: "POST", body: new Uint8Array(bytes) });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });
});
