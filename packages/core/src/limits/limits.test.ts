import { describe, expect, it } from "vitest";
import { DailyQuota } from "./daily-quota.ts";
import { ForeignTraffic } from "./foreign-traffic.ts";
import { Pace, reservedSlots } from "./pace.ts";
import { rateHeaders, retryAfterMs } from "./rate-headers.ts";

describe("headers", () => {
  it("are read where they make sense", () => {
    expect(
      rateHeaders({
        "x-hubspot-ratelimit-max": "190",
        "x-hubspot-ratelimit-interval-milliseconds": "10000",
        "x-hubspot-ratelimit-remaining": "12",
        "x-hubspot-ratelimit-daily": "625000",
        "x-hubspot-ratelimit-daily-remaining": "0",
        "x-hubspot-ratelimit-secondly": "19",
      }),
    ).toEqual({ max: 190, intervalMs: 10_000, remaining: 12, dailyLimit: 625_000, dailyRemaining: 0 });
  });

  it.each(["", "-1", "0", "abc", "1e9", "99999999999", "19.5"])("of no sense are no knowledge: max %j", (max) => {
    expect(rateHeaders({ "x-hubspot-ratelimit-max": max }).max).toBeNull();
  });

  it("say when to come back, in seconds or as a date", () => {
    expect(retryAfterMs({ "retry-after": "3600" }, 0)).toBe(3_600_000);
    expect(retryAfterMs({ "retry-after": "1.5" }, 0)).toBe(1_500);
    expect(retryAfterMs({ "retry-after": "Thu, 01 Jan 1970 00:00:10 GMT" }, 4_000)).toBe(6_000);
    expect(retryAfterMs({ "retry-after": "Thu, 01 Jan 1970 00:00:10 GMT" }, 40_000)).toBe(0);
    expect(retryAfterMs({ "retry-after": "soon" }, 0)).toBeNull();
    expect(retryAfterMs({}, 0)).toBeNull();
  });
});

describe("the day", () => {
  it("keeps its last part for interactive calls", () => {
    const day = new DailyQuota();
    day.learn(0, 1_000, 51);
    expect(day.allows(0, "backfill")).toBe(true);
    day.spent();
    expect(day.allows(0, "backfill")).toBe(false);
    expect(day.allows(0, "webhook")).toBe(false);
    expect(day.allows(0, "interactive")).toBe(true);
  });

  it("asks once in five minutes whether a new one has begun", () => {
    const day = new DailyQuota();
    day.exhausted(0);
    expect(day.allows(299_999, "interactive")).toBe(false);
    expect(day.allows(300_000, "interactive")).toBe(true);
    expect(day.allows(300_001, "interactive")).toBe(false);
    day.learn(300_100, 1_000, 900);
    expect(day.allows(300_101, "backfill")).toBe(true);
  });

  it("does not exist for apps without daily headers", () => {
    const day = new DailyQuota();
    day.learn(0, null, null);
    for (let i = 0; i < 10; i++) day.spent();
    expect(day.allows(0, "backfill")).toBe(true);
    expect(day.state).toEqual({ limit: null, remaining: null });
  });
});

describe("pace", () => {
  it("lets a tenth of the window go at once, then waits for what that anticipated, and spreads the rest", () => {
    const pace = new Pace();
    let at = 0;
    const sent: number[] = [];
    for (let i = 0; i < 40; i++) {
      at = Math.max(at, pace.readyAt(100, 10_000, i));
      pace.spend(at, 100, 10_000);
      sent.push(at);
    }
    expect(sent.filter((time) => time === 0).length).toBe(10);
    expect(sent[10]).toBeCloseTo(8 * 99, 5);
    expect(sent[39]).toBeCloseTo(37 * 99, 5);
  });

  it("does not make up for a pause in one burst", () => {
    const pace = new Pace();
    pace.spend(0, 100, 10_000);
    pace.spend(60_000, 100, 10_000);
    expect(pace.readyAt(100, 10_000, 50)).toBeCloseTo(60_000 - 99, 5);
  });

  it("leaves background calls short of a hundredth of the window", () => {
    expect([reservedSlots(5), reservedSlots(100), reservedSlots(190)]).toEqual([0, 1, 2]);
  });
});

describe("other programs on the quota", () => {
  it("are not suspected while our own calls explain the count", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, { used: 12, ownAtSend: 10, sentSince: 2 }, 10_000);
    expect(foreign.share(0, 190, 10_000)).toBe(0);
  });

  it("are left what they use, and some room, once they are proven", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, { used: 100, ownAtSend: 10, sentSince: 2 }, 10_000);
    expect(foreign.share(0, 190, 10_000)).toBe(90 + 10 + 2);
    foreign.observe(5_000, { used: 60, ownAtSend: 10, sentSince: 2 }, 10_000);
    expect(foreign.share(9_000, 190, 10_000)).toBe(90 + 10 + 2);
    expect(foreign.share(12_000, 190, 10_000)).toBe(50 + 8 + 2);
    expect(foreign.share(40_000, 190, 10_000)).toBe(0);
  });

  it("never take our last slot", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, { used: 190, ownAtSend: 1, sentSince: 0 }, 10_000);
    foreign.refused(0, 10_000);
    expect(foreign.share(0, 190, 10_000)).toBe(189);
  });
});
