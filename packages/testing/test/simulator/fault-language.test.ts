import { describe, expect, it } from "vitest";
import { draw } from "../../src/simulator/base/duration.ts";
import { createRandom } from "../../src/simulator/base/random.ts";
import { faultFromJson, faultToJson } from "../../src/simulator/faults/json.ts";
import { parseDuration, parseFault } from "../../src/simulator.ts";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

const ALWAYS = Number.POSITIVE_INFINITY;

describe("a fault in one line", () => {
  it.each([
    ["503", { effect: { status: 503 } }],
    ["POST /crm/** 429:DAILY", { method: "POST", route: "/crm/**", effect: { policy: "DAILY" } }],
    ["429:SECONDLY:7 times=3", { effect: { policy: "SECONDLY", retryAfter: 7 }, times: 3 }],
    ["reset after", { effect: "reset", phase: "after" }],
    ["hang before", { effect: "hang", phase: "before" }],
    ["html rate=0.25", { effect: "html", rate: 0.25, times: ALWAYS }],
    ["truncate:40 every=5", { effect: { truncate: 40 }, every: 5, times: ALWAYS }],
    ["drip:50/1s skip=2", { effect: { drip: { bytes: 50, everyMs: 1_000 } }, skip: 2 }],
    ["delay:120~0.5<2s times=always", { effect: { delayMs: { median: 120, sigma: 0.5, cap: 2_000 } }, times: ALWAYS }],
    [
      "timeout starts=10s lasts=1m body=Ann",
      { effect: "timeout", startsIn: 10_000, lasts: 60_000, body: "Ann", times: ALWAYS },
    ],
  ])("%s", (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
    expect(faultFromJson({ text })).toEqual(fault);
    expect(faultFromJson(JSON.parse(JSON.stringify(faultToJson(fault as never))))).toEqual(fault);
  });

  it.each([
    ["POST /crm/**", "has no effect"],
    ["503 often=1", '"often" is none of times, rate'],
    ["429:HOURLY", '"HOURLY" is no 429 policy'],
    ["boom", '"boom" is no effect'],
    ["503 rate=2", '"2" is not a share'],
    ["503 times=some", '"some" is not a whole number'],
    ["delay:soon", '"soon" is not a time'],
    ["drip:0/1s", '"0" must be more than 0'],
    ["503 every=0", '"0" must be more than 0'],
    ["503 502", "more than one effect"],
    ["GET POST 503", "more than one method"],
    ["/crm/** /files/** 503", "more than one route"],
    ["503 before after", "more than one phase"],
  ])("%s is refused with a reason", (text, reason) => {
    expect(() => parseFault(text)).toThrow(reason);
  });

  it("survives JSON with its patterns", () => {
    const fault = { route: /contacts$/, body: /An+/, times: ALWAYS, effect: "reset" } as const;
    expect(faultFromJson(JSON.parse(JSON.stringify(faultToJson(fault))))).toEqual(fault);
    expect(() => faultFromJson({ efect: "reset" })).toThrow('"efect" is none of');
    expect(() => faultFromJson({ method: "GET" })).toThrow("no effect");
  });
});

describe("which requests a fault strikes", () => {
  const statuses = async (call: (route: string) => Promise<{ status: number }>, routes: readonly string[]) => {
    const seen: number[] = [];
    for (const route of routes) seen.push((await call(route)).status);
    return seen;
  };

  it("by path with stars", async () => {
    const { call, sim } = bench();
    sim.faults.add("GET /crm/objects/*/contacts 500 times=always");
    sim.faults.add("/crm/owners/** 502 times=always");
    expect(
      await statuses(call, [
        `GET ${CONTACTS}`,
        "GET /crm/objects/2026-03/contacts",
        `GET ${CONTACTS}/1`,
        "GET /crm/objects/2026-09/companies",
        "GET /crm/owners/2026-09",
        "GET /crm/owners/2026-09/70001",
      ]),
    ).toEqual([500, 500, 404, 200, 502, 502]);
  });

  it("by count: after some, and each so many-th", async () => {
    const { call, sim } = bench();
    sim.faults.add("500 skip=2 every=3 times=2");
    const all = await statuses(
      call,
      Array.from({ length: 12 }, () => `GET ${CONTACTS}`),
    );
    expect(all.map((status) => status === 500)).toEqual([
      ...[false, false],
      ...[false, false, true],
      ...[false, false, true],
      ...[false, false, false, false],
    ]);
    expect(sim.faults.active).toEqual([]);
  });

  it("by time since it was added", async () => {
    const { call, sim, clock } = bench();
    sim.faults.add("500 starts=10s lasts=20s");
    const seen: number[] = [];
    for (let second = 0; second < 40; second += 5) {
      seen.push((await call(`GET ${CONTACTS}`)).status);
      await clock.advance(5_000);
    }
    expect(seen).toEqual([200, 200, 500, 500, 500, 500, 200, 200]);
  });

  it("by what the body says", async () => {
    const { call, sim } = bench();
    sim.faults.add({ body: /"firstname":"An+"/, times: ALWAYS, effect: { status: 500 } });
    const create = async (firstname: string) => (await call(`POST ${CONTACTS}`, { properties: { firstname } })).status;
    expect([await create("Ann"), await create("Bob")]).toEqual([500, 201]);
  });

  it("from the beginning and again after a reset, when it is an option", async () => {
    const { call, sim } = bench({ faults: ["500", { effect: { status: 502 } }] });
    const three = () => statuses(call, [`GET ${CONTACTS}`, `GET ${CONTACTS}`, `GET ${CONTACTS}`]);
    expect(await three()).toEqual([500, 502, 200]);
    sim.reset();
    expect(await three()).toEqual([500, 502, 200]);
  });
});

describe("statuses on demand", () => {
  it("come as HubSpot and its edge answer them", async () => {
    const { call, sim } = bench();
    const answer = async (text: string) => {
      sim.faults.add(text);
      return call(`GET ${CONTACTS}`);
    };
    expect((await answer("423")).body.message).toMatch(/locked/);
    const migrating = await answer("477");
    expect([migrating.status, migrating.headers.get("retry-after")]).toEqual([477, "60"]);
    for (const status of [502, 503, 504]) expect((await answer(String(status))).body.status).toBe("error");
    for (const status of [521, 522, 523, 524, 525, 526]) {
      const page = await answer(String(status));
      expect([page.status, page.headers.get("content-type")]).toEqual([status, "text/html;charset=utf-8"]);
    }
    const limited = await answer("429:DAILY:30");
    expect([limited.headers.get("retry-after"), limited.body.policyName]).toEqual(["30", "DAILY"]);
  });
});

describe("how long answers take", () => {
  const many = (duration: Parameters<typeof draw>[0]) => {
    const random = createRandom(1, "times");
    return Array.from({ length: 4_000 }, () => draw(duration, random)).toSorted((a, b) => a - b);
  };

  it("is constant, uniform, or log-normal with a cap", () => {
    expect(new Set(many(40))).toEqual(new Set([40]));
    const uniform = many(parseDuration("20-80"));
    expect([uniform[0]! >= 20, uniform.at(-1)! < 80]).toEqual([true, true]);
    expect(uniform[2_000]).toBeGreaterThan(47);
    expect(uniform[2_000]).toBeLessThan(53);
    const tail = many(parseDuration("100~0.8<1s"));
    expect(tail[2_000]).toBeGreaterThan(93);
    expect(tail[2_000]).toBeLessThan(107);
    // e^(0.8 × 1.645) = 3.73
    expect(tail[3_800]).toBeGreaterThan(330);
    expect(tail[3_800]).toBeLessThan(420);
    expect(tail.at(-1)).toBe(1_000);
  });

  it.each(["", "a", "5-b", "1~2", "1~2<x"])("is not %j", (text) => {
    expect(() => parseDuration(text)).toThrow("is not a time");
  });

  it("may differ by route", async () => {
    const { sim, clock } = bench();
    sim.faults.add("POST /crm/** delay:1s-2s times=always");
    const at = async (method: string) => {
      const start = clock.now();
      const answer = sim.fetch(`https://api.hubapi.com${CONTACTS}`, {
        method,
        headers: { authorization: `Bearer ${sim.token}`, "content-type": "application/json" },
        ...(method === "POST" ? { body: '{"properties":{}}' } : {}),
      });
      do await clock.advance(10);
      while (clock.sleepers > 0);
      await answer;
      return clock.now() - start;
    };
    expect(await at("GET")).toBe(10);
    expect(await at("POST")).toBeGreaterThan(990);
  });
});

it("lag spikes with the clock", async () => {
  const { sim, call, clock } = bench({
    ...UNLIMITED,
    searchLag: 1_000,
    lagSpike: { everyMs: 600_000, lastsMs: 60_000, lag: 30_000 },
  });
  const lagNow = async () => {
    const before = (await call(`POST ${CONTACTS}/search`, {})).body.total;
    sim.portal().contacts.create({});
    for (let waited = 0; ; waited += 1_000) {
      if ((await call(`POST ${CONTACTS}/search`, {})).body.total > before) return waited;
      await clock.advance(1_000);
    }
  };
  // 12:00 begins a ten-minute stretch.
  expect(await lagNow()).toBe(30_000);
  await clock.advance(60_000);
  expect(await lagNow()).toBe(1_000);
  await clock.advance(600_000 - (clock.now() % 600_000));
  expect(await lagNow()).toBe(30_000);
});

describe("another program", () => {
  it("uses up what it can of the window, the searches and the day, and no more", async () => {
    const { call, sim, clock } = bench({
      limits: { tenSecondly: 100, daily: 100_000 },
      otherProgram: { callsPerSecond: 8, searchesPerSecond: 2 },
    });
    const first = await call(`GET ${CONTACTS}`);
    expect(first.headers.get("x-hubspot-ratelimit-remaining")).toBe("19");
    const searches: number[] = [];
    for (let n = 0; n < 5; n++) searches.push((await call(`POST ${CONTACTS}/search`, {})).status);
    expect(searches).toEqual([200, 200, 200, 429, 429]);
    const used = async () =>
      Number((await call("GET /account-info/2026-09/api-usage/daily/private-apps")).body.results[0].currentUsage);
    const before = await used();
    await clock.advance(3_600_000);
    expect((await used()) - before).toBe(3_600 * 10 + 1);
    sim.configure({ otherProgram: { callsPerSecond: 1_000 } });
    await clock.advance(20_000);
    expect((await call(`GET ${CONTACTS}`)).status).toBe(429);
    sim.configure({ otherProgram: {} });
    await clock.advance(10_000);
    expect((await call(`GET ${CONTACTS}`)).headers.get("x-hubspot-ratelimit-remaining")).toBe("99");
  });

  it("begins a new day at the account's midnight", async () => {
    const { call, clock } = bench({ otherProgram: { callsPerSecond: 1 } });
    const remaining = async () =>
      Number((await call(`GET ${CONTACTS}`)).headers.get("x-hubspot-ratelimit-daily-remaining"));
    await remaining();
    // 12:00 UTC is 07:00 in New York.
    await clock.advance(17 * 3_600_000 + 60_000);
    expect(625_000 - (await remaining())).toBe(61);
  });
});
