import { describe, expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Ctx } from "../ports/context.ts";
import { manualClock } from "../webhooks/testing.fixture.ts";
import type { Authorize } from "./authorize.ts";
import { createRoutes } from "./create-routes.ts";
import { checkMount, type HandleOptions } from "./options.ts";
import { routerNames, routes } from "./routes.ts";
import type { MountServices } from "./services.ts";

const site = "https://app.example.com";
const grant = { tenant: "acme", actor: { id: "u1", role: "support" } };

interface Heard {
  readonly what: string;
  readonly ctx: Ctx;
}

function bench(more: Partial<MountServices> = {}) {
  const heard: Heard[] = [];
  const logged: unknown[] = [];
  const note = (what: string, ctx: Ctx) => void heard.push({ what, ctx });
  const log = (...entry: unknown[]) => void logged.push(entry);
  const handle = createRoutes({
    clock: manualClock(),
    logger: { debug: log, info: log, warn: log, error: log },
    webhooks: async (request, options) =>
      new Response(null, { status: request.bodyUsed || options?.consumed === true ? 500 : 204 }),
    directory: {
      async lookupByPhone(phone, ctx) {
        note(`lookup ${phone}`, ctx);
        return { ok: true, phone, contact: null };
      },
      async batchLookup(phones, ctx) {
        note(`batch ${phones.join(",")}`, ctx);
        return new Map(phones.map((phone) => [phone, { ok: true, contact: { id: phone.length } }]));
      },
    },
    sync: {
      status: async (ctx) => {
        note("status", ctx);
        return [{ name: "leads", state: "running" }];
      },
      start: async (name, kind, ctx) => note(`${kind} ${name}`, ctx),
    },
    health: { check: async () => ({ ok: true }) },
    ...more,
  });
  return { handle, heard, logged };
}

function get(path: string, headers: Record<string, string> = {}): Request {
  return new Request(`${site}/hubspot${path}`, { headers });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`${site}/hubspot${path}`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", origin: site, ...headers },
  });
}

const base: HandleOptions = { basePath: "/hubspot", authorize: () => grant };

async function ask(request: Request, options: Partial<HandleOptions> = {}, services: Partial<MountServices> = {}) {
  const b = bench(services);
  const response = await b.handle(request, { ...base, ...options });
  const text = await response.text();
  const body = text === "" ? null : JSON.parse(text);
  return { ...b, response, status: response.status, body, code: body?.error?.code ?? null, text };
}

describe("routes", () => {
  test("lookup by address, with the whole context", async () => {
    const request = get("/contacts/lookup/%28902%29%20555-1234%2Fx9", { "user-agent": "Test/1" });
    const authorize: Authorize = () => ({ ...grant, purpose: "support", requestId: "r1" });
    const { status, body, heard, response } = await ask(request, { authorize, ip: "203.0.113.9" });
    expect([status, body]).toEqual([200, { ok: true, phone: "(902) 555-1234/x9", contact: null }]);
    expect(heard).toMatchObject([
      {
        what: "lookup (902) 555-1234/x9",
        ctx: { ...grant, purpose: "support", requestId: "r1", ip: "203.0.113.9", userAgent: "Test/1" },
      },
    ]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("batch answers each number in the order asked", async () => {
    const { status, body, heard } = await ask(post("/contacts/lookup", { phones: ["22", "1"] }));
    expect([status, heard[0]?.what]).toEqual([200, "batch 22,1"]);
    expect(body.results).toEqual([
      { query: "22", ok: true, contact: { id: 2 } },
      { query: "1", ok: true, contact: { id: 1 } },
    ]);
  });

  test("syncs", async () => {
    expect((await ask(get("/sync/status"))).body).toEqual({ syncs: [{ name: "leads", state: "running" }] });
    for (const kind of ["backfill", "reconcile"]) {
      const { status, heard } = await ask(post(`/sync/leads/${kind}`, {}));
      expect([status, heard[0]?.what]).toEqual([202, `${kind} leads`]);
    }
  });

  test("health is 200 or 503", async () => {
    expect((await ask(get("/health"))).status).toBe(200);
    const ill = await ask(get("/health"), {}, { health: { check: async () => ({ ok: false, storage: "down" }) } });
    expect([ill.status, ill.body]).toEqual([503, { ok: false, storage: "down" }]);
  });

  test("webhooks reach their handler with the body untouched, and nobody is asked to authorise them", async () => {
    const authorize = () => {
      throw new Error("asked");
    };
    expect((await ask(post("/webhooks", "[]", { origin: "https://evil.example" }), { authorize })).status).toBe(204);
    const consumed = { parsed: [] };
    expect((await ask(post("/webhooks", "[]"), { consumed })).status).toBe(500);
  });

  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s is served",
    async (_, route) => {
      const path = route.path.replace(/\{.*?\}/g, "x");
      const request = route.method === "GET" ? get(path) : post(path, { phones: ["1"] });
      expect((await ask(request)).status).toBeLessThan(300);
      const other = new Request(request.url, { method: "DELETE" });
      const refused = await ask(other);
      expect([refused.status, refused.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
      expect(refused.response.headers.get("allow")).toContain(route.method);
    },
  );

  test.each(["", "/", "/nothing", "/contacts", "/contacts/lookup/1/2", "/webhooks/x", "/__proto__"])(
    "%j is no route",
    async (path) => {
      expect(await ask(get(path))).toMatchObject({ status: 404, code: "ROUTE_UNKNOWN" });
    },
  );

  test("a router that is not mounted does not exist, one without a service is off", async () => {
    expect(await ask(get("/health"), { routers: ["webhooks", "sync"] })).toMatchObject({
      status: 404,
      code: "ROUTE_UNKNOWN",
    });
    const off = await bench().handle(get("/health"), { ...base, basePath: "/elsewhere" });
    expect(off.status).toBe(404);
    const without = createRoutes({ clock: manualClock() });
    expect((await without(get("/health"), base)).status).toBe(404);
  });

  test("base paths: none, nested, with a trailing slash, with a framework's parameter", async () => {
    const health = (path: string) => new Request(site + path);
    for (const [path, basePath] of [
      ["/health", ""],
      ["/health", "/"],
      ["/health/", ""],
      ["/a/b/health", "/a/b/"],
      ["/ws-7/hubspot/health", "/:workspace/hubspot"],
    ] as const) {
      expect((await bench().handle(health(path), { ...base, basePath })).status, path).toBe(200);
    }
    expect((await bench().handle(health("/hubspotty/health"), base)).status).toBe(404);
  });
});

describe("authorize", () => {
  const denied: readonly (readonly [string, unknown])[] = [
    ["a denial", { denied: "Jane is not on the list" }],
    ["a denial with a grant in it", { ...grant, denied: "" }],
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["a grant without tenant", { actor: grant.actor }],
    ["an empty tenant", { ...grant, tenant: "" }],
    ["a grant without actor", { tenant: "acme" }],
    ["an actor without role", { tenant: "acme", actor: { id: "u1" } }],
    ["a number as actor id", { tenant: "acme", actor: { id: 1, role: "x" } }],
  ];
  test.each(denied)("%s is 403 and nothing runs", async (_, answer) => {
    const result = await ask(get("/contacts/lookup/1"), { authorize: (() => answer) as Authorize });
    expect([result.status, result.code, result.heard]).toEqual([403, "ACCESS_DENIED", []]);
    expect(result.text + JSON.stringify(result.logged)).not.toContain("Jane");
  });

  test("a Response goes out as it is", async () => {
    const authorize = async () => new Response("who?", { status: 401, headers: { "www-authenticate": "Bearer" } });
    const b = bench();
    const response = await b.handle(get("/sync/status"), { ...base, authorize });
    expect([response.status, response.headers.get("www-authenticate"), b.heard]).toEqual([401, "Bearer", []]);
  });

  test("one that throws is 500 without detail, or the status of our error", async () => {
    const throwing = (error: unknown) => () => {
      throw error;
    };
    const foreign = await ask(get("/health"), { authorize: throwing(new Error("jane@example.com")) });
    expect([foreign.status, foreign.code]).toEqual([500, "INTERNAL"]);
    expect(foreign.text + JSON.stringify(foreign.logged)).not.toContain("jane");
    const ours = await ask(get("/health"), { authorize: throwing(new HubspokeError("STORE_BUSY", "busy")) });
    expect(ours.status).toBe(503);
  });

  test("sees headers and address but cannot take the body", async () => {
    const authorize: Authorize = async (request, client) => {
      expect([await request.text(), request.headers.get("x-token"), client.ip]).toEqual(["", "t", "203.0.113.9"]);
      return grant;
    };
    const request = post("/contacts/lookup", { phones: ["1"] }, { "x-token": "t" });
    expect((await ask(request, { authorize, ip: "203.0.113.9" })).status).toBe(200);
  });
});

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

describe("input", () => {
  test.each<[string, string, number]>([
    ["no JSON", "{", 400],
    ["nothing", "", 400],
    ["an array", "[]", 400],
    ["no phones", "{}", 400],
    ["none", '{"phones":[]}', 400],
    ["numbers", '{"phones":[1]}', 400],
    ["too many", JSON.stringify({ phones: Array.from({ length: 1_001 }, String) }), 400],
    ["a phone that is a novel", JSON.stringify({ phones: ["9".repeat(257)] }), 400],
    ["too large", JSON.stringify({ phones: ["1"], x: "x".repeat(300_000) }), 413],
  ])("%s", async (_, body, status) => {
    const result = await ask(post("/contacts/lookup", body));
    expect([result.status, result.heard]).toEqual([status, []]);
    expect(result.code).toBe(status === 413 ? "BODY_TOO_LARGE" : "INPUT_INVALID");
  });

  test("a parser that ran before is no trouble here", async () => {
    const consumed = { parsed: { phones: ["7"] } };
    expect((await ask(post("/contacts/lookup", ""), { consumed })).heard[0]?.what).toBe("batch 7");
    expect((await ask(post("/contacts/lookup", ""), { consumed: { parsed: undefined } })).code).toBe("INPUT_INVALID");
  });

  test("a broken percent-encoding", async () => {
    expect(await ask(get("/contacts/lookup/%E0%A4%A"))).toMatchObject({ status: 400, code: "INPUT_INVALID" });
  });
});

test("errors of services keep their code and status; strangers lose every word", async () => {
  const failing = (error: unknown) => ({
    directory: { lookupByPhone: () => Promise.reject(error), batchLookup: () => Promise.reject(error) },
  });
  const limited = new HubspokeError("ACTOR_LIMITED", "slow down", {
    details: { retryAfterMs: 1_500 },
    unsafe: "jane@x",
  });
  const ours = await ask(get("/contacts/lookup/1"), {}, failing(limited));
  expect([ours.status, ours.response.headers.get("retry-after")]).toEqual([429, "2"]);
  expect(ours.body).toEqual({
    error: { code: "ACTOR_LIMITED", message: "slow down", docs: "docs/errors/ACTOR_LIMITED.md" },
  });
  const foreign = await ask(get("/contacts/lookup/1"), {}, failing(new TypeError("jane@example.com +19025551234")));
  expect([foreign.status, foreign.code]).toEqual([500, "INTERNAL"]);
  expect(ours.text + foreign.text + JSON.stringify([ours.logged, foreign.logged])).not.toMatch(/jane|902/);
});
