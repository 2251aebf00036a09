import { describe, expect, it } from "vitest";
import { DailyQuota } from "./daily-quota.ts";
import { ForeignTraffic, type UsageSeen } from "./foreign-traffic.ts";
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

  it("asks no later because the clock was set back by hours", () => {
    const day = new DailyQuota();
    day.exhausted(9 * 3_600_000);
    expect(day.allows(2 * 3_600_000, "interactive")).toBe(true);
    expect(day.allows(2 * 3_600_000 + 1, "interactive")).toBe(false);
    expect(day.allows(2 * 3_600_000 + 300_000, "interactive")).toBe(true);
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
  it("lets few calls follow each other at once and spreads the rest", () => {
    const pace = new Pace();
    let at = 0;
    const sent: number[] = [];
    for (let i = 0; i < 40; i++) {
      at = Math.max(at, pace.readyAt(100, 10_000));
      pace.spend(at, 100, 10_000);
      sent.push(at);
    }
    expect(sent.filter((time) => time === 0).length).toBe(3);
    expect(sent[3]).toBeCloseTo(99, 5);
    expect(sent[39]).toBeCloseTo(37 * 99, 5);
  });

  it("does not make up for a pause in one burst", () => {
    const pace = new Pace();
    pace.spend(0, 100, 10_000);
    pace.spend(60_000, 100, 10_000);
    expect(pace.readyAt(100, 10_000)).toBeCloseTo(60_000 - 99, 5);
  });

  it("leaves background calls short of a hundredth of the window, and of one of five searches", () => {
    expect([reservedSlots(4), reservedSlots(5), reservedSlots(100), reservedSlots(190)]).toEqual([0, 1, 1, 2]);
  });
});

describe("other programs on the quota", () => {
  const windowMs = 10_000;
  const alone = (used: number, own: number, more: { readonly ownNow?: number; readonly sentSince?: number } = {}) =>
    ({ used, ownAtSend: own, ownNow: own, sentSince: 0, ...more }) satisfies UsageSeen;

  it("are not suspected while our own calls explain the count", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, alone(12, 10, { ownNow: 12, sentSince: 2 }), null, windowMs);
    expect(foreign.proven(0, windowMs)).toBe(false);
    expect(foreign.share(0, 190, windowMs)).toBe(0);
  });

  it("are left what they use, and some room, once they are proven, until they are gone for three windows", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, alone(100, 10), null, windowMs);
    expect(foreign.share(0, 190, windowMs)).toBe(90 + 10 + 2);
    foreign.observe(30_000, alone(12, 10, { sentSince: 2, ownNow: 12 }), null, windowMs);
    expect(foreign.share(30_000, 190, windowMs)).toBe(3 + 2 + 2);
    expect(foreign.share(30_001, 190, windowMs)).toBe(0);
  });

  it("are seen as they are lately, however many answers come at once", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, alone(100, 10), null, windowMs);
    for (let at = 100; at <= 3_000; at += 100) foreign.observe(at, alone(60, 10), null, windowMs);
    expect(foreign.share(3_000, 190, windowMs)).toBe(52 + 8 + 2);
    foreign.observe(3_000, alone(120, 10), null, windowMs);
    expect(foreign.share(3_000, 190, windowMs)).toBeLessThan(52 + 6 + 8 + 3);
  });

  it("are not hidden by slots of ours that the server has let go, nor by calls it refused", () => {
    const expired = new ForeignTraffic();
    // Sent while 88 slots of a burst were about to return; the server counted none of them any more.
    expired.observe(0, alone(104, 88, { ownNow: 1 }), null, windowMs);
    expect(expired.share(0, 190, windowMs)).toBe(103 + 11 + 2);
    const refused = new ForeignTraffic();
    for (let i = 0; i < 20; i++) refused.refused(0, windowMs);
    refused.observe(0, alone(190, 90), null, windowMs);
    expect(refused.share(0, 190, windowMs)).toBe(120 + 11 + 2 + 29);
    refused.observe(50_000, alone(190, 90), null, windowMs);
    expect(refused.share(50_000, 190, windowMs)).toBe(100 + 10 + 2);
  });

  it("are told from processes of ours only when the store has said how much those may use", () => {
    const foreign = new ForeignTraffic(true);
    const kin = { slots: 50, others: 140 };
    foreign.observe(0, alone(170, 25), kin, windowMs);
    expect(foreign.proven(0, windowMs)).toBe(false);
    foreign.judge(0, 145);
    expect(foreign.proven(0, windowMs)).toBe(false);
    foreign.observe(1, alone(170, 25), kin, windowMs);
    foreign.judge(1, 140);
    // The others use half of their slots, as we do of ours.
    expect(foreign.share(1, 190, windowMs)).toBe(75 + 14 + 2);
  });

  it("never take our last slot", () => {
    const foreign = new ForeignTraffic();
    foreign.observe(0, alone(190, 1), null, windowMs);
    foreign.refused(0, windowMs);
    expect(foreign.share(0, 190, windowMs)).toBe(189);
  });
});
