import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AccountDay } from "../../src/simulator/limits/account-day.ts";
import { RollingWindow } from "../../src/simulator/limits/rolling-window.ts";
import { bench, CONTACTS } from "./helpers.ts";

const READ = `GET ${CONTACTS}/1`;

describe("the rolling ten seconds", () => {
  it("lets exactly the limit through, says how many are left, and refuses the next", async () => {
    const { call, sim } = bench();
    for (let i = 1; i <= 190; i++) {
      const { status, headers } = await call(READ);
      expect(status).toBe(404);
      expect(headers.get("x-hubspot-ratelimit-remaining")).toBe(String(190 - i));
    }
    const refused = await call(READ);
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({
      status: "error",
      message: "You have reached your ten_secondly_rolling limit.",
      errorType: "RATE_LIMIT",
      correlationId: expect.any(String),
      policyName: "TEN_SECONDLY_ROLLING",
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "x-hubspot-ratelimit-max": "190",
      "x-hubspot-ratelimit-remaining": "0",
      "x-hubspot-ratelimit-interval-milliseconds": "10000",
      "x-hubspot-ratelimit-daily": "625000",
    });
    expect(refused.headers.has("retry-after")).toBe(false);
    expect(sim.stats()).toMatchObject({
      calls: 191,
      rateLimited: 1,
      rateLimitedByPolicy: { TEN_SECONDLY_ROLLING: 1 },
      maxInTenSeconds: 191,
    });
  });

  it("is a window, not a bucket that refills at once", async () => {
    const { call, clock } = bench({ limits: { tenSecondly: 4 } });
    const statuses = async (n: number) => {
      const seen: number[] = [];
      for (let i = 0; i < n; i++) seen.push((await call(READ)).status);
      return seen;
    };
    expect(await statuses(2)).toEqual([404, 404]);
    await clock.advance(9_000);
    expect(await statuses(3)).toEqual([404, 404, 429]);
    await clock.advance(999);
    expect(await statuses(1)).toEqual([429]);
    await clock.advance(1);
    expect(await statuses(3)).toEqual([404, 404, 429]);
  });

  it("belongs to an app in an account: other apps and accounts have their own", async () => {
    const { call } = bench({
      limits: { tenSecondly: 1 },
      portals: [
        {
          id: 1,
          tokens: [
            { token: "a1", appId: 1 },
            { token: "a1-again", appId: 1 },
            { token: "a2", appId: 2 },
          ],
        },
        { id: 2, tokens: [{ token: "b1", appId: 1 }] },
      ],
    });
    const as = async (token: string) => (await call(READ, undefined, { authorization: `Bearer ${token}` })).status;
    expect([await as("a1"), await as("a1-again"), await as("a2"), await as("b1")]).toEqual([404, 429, 404, 404]);
  });

  it("can say when to come back", async () => {
    const { call } = bench({ limits: { tenSecondly: 0, retryAfter: 7 } });
    expect((await call(READ)).headers.get("retry-after")).toBe("7");
  });

  it("can count refused calls too", async () => {
    const { call, clock } = bench({ limits: { tenSecondly: 1, countRefused: true } });
    await call(READ);
    await clock.advance(6_000);
    expect((await call(READ)).status).toBe(429);
    await clock.advance(5_000);
    expect((await call(READ)).status).toBe(429);
  });
});

describe("search", () => {
  it("has its own limit per second and account, and no interval headers", async () => {
    const { call, clock, sim } = bench();
    const search = () => call(`POST ${CONTACTS}/search`, {});
    for (let i = 0; i < 5; i++) expect((await search()).status).toBe(200);
    const refused = await search();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ message: "You have reached your secondly limit.", errorType: "RATE_LIMIT" });
    expect(refused.body).not.toHaveProperty("policyName");
    expect([...refused.headers.keys()].filter((name) => name.includes("ratelimit"))).toEqual([
      "x-hubspot-ratelimit-daily",
      "x-hubspot-ratelimit-daily-remaining",
    ]);
    expect((await call(READ)).headers.get("x-hubspot-ratelimit-remaining")).toBe("189");
    await clock.advance(1_000);
    expect((await search()).status).toBe(200);
    expect(sim.stats().maxSearchesInSecond).toBe(6);
    sim.configure({ limits: { searchBody: "2022", searchPerSecond: 0 } });
    expect((await search()).body).toMatchObject({ category: "RATE_LIMITS" });
  });
});

describe("the day", () => {
  it("is shared by the account's apps and ends at its midnight", async () => {
    const { call, clock } = bench({
      limits: { daily: 2 },
      portals: [
        {
          id: 1,
          timeZone: "America/New_York",
          tokens: [{ token: "a" }, { token: "b", appId: 2 }, { token: "public", appId: 3, kind: "oauth" }],
        },
      ],
    });
    const as = (token: string) => call(READ, undefined, { authorization: `Bearer ${token}` });
    await as("a");
    await as("b");
    const refused = await as("a");
    expect(refused.body).toMatchObject({ policyName: "DAILY", message: "You have reached your daily limit." });
    const oauth = await as("public");
    expect(oauth.status).toBe(404);
    expect(oauth.headers.has("x-hubspot-ratelimit-daily")).toBe(false);
    // 12:00 UTC is 07:00 in New York: midnight is 17 hours away.
    await clock.advance(17 * 3_600_000 - 1);
    expect((await as("a")).status).toBe(429);
    await clock.advance(1);
    expect((await as("a")).status).toBe(404);
  });

  it.each([
    ["spring", "2026-03-08T05:00:00Z", 23],
    ["autumn", "2026-11-01T04:00:00Z", 25],
  ])("has %s's number of hours when the clocks change", (_, midnight, hours) => {
    const day = new AccountDay("America/New_York");
    const start = Date.parse(midnight);
    day.add(start);
    expect(day.used(start + hours * 3_600_000 - 1)).toBe(1);
    expect(day.used(start + hours * 3_600_000)).toBe(0);
  });
});

it("counts any window as a slow reading of the definition does", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4_000), { maxLength: 60 }), fc.integer({ min: 1, max: 9_000 }), (gaps, span) => {
      const window = new RollingWindow(span);
      const times: number[] = [];
      let now = 0;
      let max = 0;
      for (const gap of gaps) {
        now += gap;
        window.add(now);
        times.push(now);
        const expected = times.filter((time) => time > now - span).length;
        max = Math.max(max, expected);
        expect(window.count(now)).toBe(expected);
      }
      expect(window.max).toBe(max);
    }),
  );
});

describe("who may ask", () => {
  it("refuses a missing, unknown or malformed token", async () => {
    const { call, sim } = bench();
    for (const authorization of ["", "Bearer nope", "Basic cGF0"]) {
      const { status, body } = await call(READ, undefined, { authorization });
      expect([status, body.category]).toEqual([401, "INVALID_AUTHENTICATION"]);
    }
    expect(sim.stats().maxInTenSeconds).toBe(0);
  });

  it("refuses what the token's scopes do not cover, naming the scope", async () => {
    const { call } = bench({ portals: [{ id: 1, tokens: [{ token: "r", scopes: ["crm.objects.contacts.read"] }] }] });
    expect((await call(READ)).status).toBe(404);
    const { status, body } = await call(`POST ${CONTACTS}`, { properties: {} });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      category: "MISSING_SCOPES",
      errors: [{ context: { requiredGranularScopes: ["crm.objects.contacts.write"] } }],
    });
  });

  it("keeps portals apart", async () => {
    const { call, sim } = bench({
      portals: [
        { id: 1, tokens: [{ token: "one" }] },
        { id: 2, tokens: [{ token: "two" }], uiDomain: "app-eu1.hubspot.com", timeZone: "Europe/Berlin" },
      ],
    });
    const { id } = sim.portal(2).contacts.create({ firstname: "Zwei" });
    const as = (token: string) => ({ authorization: `Bearer ${token}` });
    expect((await call(`GET ${CONTACTS}/${id}`, undefined, as("one"))).status).toBe(404);
    expect((await call(`GET ${CONTACTS}/${id}`, undefined, as("two"))).status).toBe(200);
    const details = await call("GET /account-info/2026-09/details", undefined, as("two"));
    expect(details.body).toMatchObject({
      portalId: 2,
      timeZone: "Europe/Berlin",
      uiDomain: "app-eu1.hubspot.com",
      utcOffset: "+01:00",
      utcOffsetMilliseconds: 3_600_000,
    });
    const info = await call("POST /oauth/v2/private-apps/get/access-token-info", { tokenKey: "two" });
    expect(info.body).toMatchObject({ hubId: 2, appId: 1 });
    expect(info.body.scopes).toContain("crm.objects.contacts.read");
    expect((await call("POST /oauth/v2/private-apps/get/access-token-info", { tokenKey: "x" })).status).toBe(404);
  });
});

describe("bad requests", () => {
  it("answers an unknown path with a page, a wrong method with 405, and a known one with 501", async () => {
    const { call } = bench();
    const unknown = await call("GET /crm/objects/2026-13/contacts");
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "text/html;charset=utf-8"]);
    expect((await call(`PUT ${CONTACTS}/search`)).status).toBe(405);
    expect((await call("GET /nothing/2025-09/contacts")).status).toBe(404);
    expect((await call("PUT /crm/objects/2025-09/contacts/search")).status).toBe(405);
    // Versions that exist, too.
    const versions = ["2025-09", "2026-09-beta", "2027-03-beta"].map((version) => `/crm/objects/${version}/contacts/1`);
    for (const path of ["/cms/v3/hubdb/tables", "/scheduler/2026-03/meetings/meeting-links", ...versions]) {
      const { status, body } = await call(`GET ${path}`);
      expect([status, body.category]).toEqual([501, "NOT_SIMULATED"]);
      expect(body.message).toContain(path);
    }
  });

  it("refuses what is not JSON, in form or by name", async () => {
    const { call } = bench();
    expect((await call(`POST ${CONTACTS}`, "{")).body.message).toMatch(/^Invalid input JSON/);
    expect((await call(`POST ${CONTACTS}`, "[]")).status).toBe(400);
    expect((await call(`POST ${CONTACTS}`, "{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await call("POST /crm/objects/2026-09/shoes", { properties: {} })).body.message).toMatch(
      /^Unable to infer/,
    );
  });
});
