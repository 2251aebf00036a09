import { describe, expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { manualClock } from "../webhooks/testing.fixture.ts";
import type { Authorize } from "./authorize.ts";
import { createRoutes } from "./create-routes.ts";
import { routes } from "./routes.ts";
import type { DirectoryService } from "./services.ts";
import { ask, base, bench, get, grant, post, site } from "./testing.fixture.ts";

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

  test("search, recents and what was opened", async () => {
    const said = async (request: Request) => (await ask(request)).heard[0]?.what;
    expect(await said(get("/contacts/search?q=john%20s&limit=5&recent=false"))).toBe(
      'search john s {"limit":5,"includeRecent":false}',
    );
    expect(await said(get("/contacts/search"))).toBe('search  {"includeRecent":true}');
    expect(await said(post("/contacts/search", { query: "902-555", includeRecent: true }))).toBe(
      'search 902-555 {"includeRecent":true}',
    );
    expect(await said(get("/contacts/recents?limit=7"))).toBe("recents 7");
    expect((await ask(post("/contacts/501/opened", {}))).status).toBe(204);
    expect(await said(post("/contacts/501/opened", {}))).toBe("opened 501");
    expect((await ask(post("/contacts/cache/clear", {}))).body).toEqual({ removed: 2 });
    for (const bad of [get("/contacts/search?q=x&limit=ten"), post("/contacts/search", { query: "x".repeat(201) })]) {
      expect(await ask(bad)).toMatchObject({ status: 400, code: "INPUT_INVALID", heard: [] });
    }
  });

  test("the audit trail, asked by subject, actor and time", async () => {
    const query = { phone: "902", actorId: "u1", from: 1, to: 2, after: "c", limit: 5 };
    const { heard, body } = await ask(post("/audit/query", query));
    expect([heard[0]?.what, body]).toEqual([`audit ${JSON.stringify(query)}`, { items: [] }]);
    for (const bad of [{ limit: 501 }, { from: "yesterday" }, { phne: "902" }]) {
      expect(await ask(post("/audit/query", bad))).toMatchObject({ status: 400, code: "INPUT_INVALID", heard: [] });
    }
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

  test("a connect button: begun and ended by whoever is authorised, finished by the login's own state", async () => {
    expect((await ask(get("/oauth/initiate?mode=popup"))).heard).toMatchObject([{ what: "initiate ?mode=popup" }]);
    expect((await ask(get("/oauth/status"))).body).toEqual({ connected: false });
    const authorize = () => {
      throw new Error("asked");
    };
    const back = await ask(get("/oauth/callback?state=s&code=c"), { authorize });
    expect([back.status, back.body]).toEqual([200, { back: "?state=s&code=c" }]);
    const ends = [
      post("/oauth/disconnect", { uninstall: true }),
      new Request(`${site}/hubspot/oauth/disconnect`, {
        method: "DELETE",
        headers: { "content-type": "application/json", origin: site },
      }),
    ];
    const heard = [];
    for (const request of ends) heard.push((await ask(request)).heard[0]);
    expect(heard).toMatchObject([
      { what: 'disconnect {"uninstall":true}', ctx: grant },
      { what: "disconnect {}", ctx: grant },
    ]);
    const elsewhere = post("/oauth/disconnect", {}, { origin: "https://evil.example" });
    expect(await ask(elsewhere)).toMatchObject({ status: 403, code: "ORIGIN_REFUSED", heard: [] });
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
      const sent =
        route.method === "GET"
          ? get(path)
          : post(path, route.router === "contacts" ? { phones: ["1"], query: "x" } : {});
      const request = new Request(sent, { method: route.method });
      // Bodies of their own are in services-routes.test.ts; a refused body was understood, too.
      expect([null, "INPUT_INVALID"]).toContain((await ask(request)).code);
      const other = new Request(request.url, { method: "PATCH" });
      const refused = await ask(other);
      expect([refused.status, refused.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
      expect(refused.response.headers.get("allow")).toContain(route.method);
    },
  );

  test.each(["", "/", "/nothing", "/contacts", "/contacts/lookup/1/2", "/webhooks/x/y", "/__proto__"])(
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
    directory: { lookupByPhone: () => Promise.reject(error) } as unknown as DirectoryService,
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
