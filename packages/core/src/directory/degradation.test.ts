import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../errors/codes.ts";
import { HubSpotRateLimitError } from "../errors/hubspot-errors.ts";
import type { AlertName } from "../ports/alerts.ts";
import { failure, staff, withAda } from "./testing.fixture.ts";

interface Row {
  readonly code: ErrorCode;
  readonly alert: AlertName;
  /** What an unknown number is answered with while HubSpot is left alone. */
  readonly shown: ErrorCode;
  /** HubSpot's calls for a thousand unknown numbers, and when the next one tries. */
  readonly calls: number;
  readonly pauseMs: number;
}

const outage = { alert: "hubspot.unavailable", calls: 3, pauseMs: 10_000 } as const;
const refused = { shown: "AUTH_CIRCUIT_OPEN", calls: 1, pauseMs: 300_000 } as const;

/** Every way in which HubSpot can fail a whole tenant. */
const table: readonly Row[] = [
  { code: "HUBSPOT_UNAVAILABLE", shown: "HUBSPOT_UNAVAILABLE", ...outage },
  { code: "HUBSPOT_LOCKED", shown: "HUBSPOT_LOCKED", ...outage },
  { code: "HUBSPOT_MIGRATING", shown: "HUBSPOT_MIGRATING", ...outage },
  { code: "HUBSPOT_RESPONSE_INVALID", shown: "HUBSPOT_RESPONSE_INVALID", ...outage },
  { code: "NETWORK_FAILED", shown: "NETWORK_FAILED", ...outage },
  { code: "TIMEOUT", shown: "TIMEOUT", ...outage },
  { code: "RATE_LIMITED", alert: "rate.limited", shown: "RATE_LIMITED", calls: 1, pauseMs: 10_000 },
  {
    code: "DAILY_LIMIT_REACHED",
    alert: "rate.daily_reserve",
    shown: "DAILY_LIMIT_REACHED",
    calls: 1,
    pauseMs: 300_000,
  },
  { code: "AUTH_INVALID", alert: "auth.invalid", ...refused },
  { code: "AUTH_EXPIRED", alert: "auth.invalid", ...refused },
  { code: "AUTH_SCOPE_MISSING", alert: "auth.invalid", ...refused },
  { code: "AUTH_DISCONNECTED", alert: "auth.disconnected", ...refused },
  { code: "PORTAL_MISMATCH", alert: "portal.mismatch", ...refused },
];

describe("a thousand look-ups while HubSpot fails", () => {
  it.each(table)(
    "$code: $calls calls, one alert, what is known is served, and one call tries after $pauseMs ms",
    async (row) => {
      const { directory, hubspot, clock, said, finish } = withAda();
      await directory.lookupByPhone("9025551234", staff);
      await clock.advance(86_400_000);
      const before = hubspot.calls.length;
      hubspot.failing = failure(row.code);
      const shown = new Set<string | undefined>();
      for (let i = 0; i < 1_000; i++) {
        const answer = await directory.lookupByPhone(`902-555-${2000 + i}`, staff);
        if (i >= row.calls) shown.add(answer.degraded?.code);
        expect(answer).toMatchObject({ ok: true, contact: null, source: "none" });
      }
      expect([hubspot.calls.length - before, [...shown]]).toEqual([row.calls, [row.shown]]);
      const known = await directory.lookupByPhone("9025551234", staff);
      await finish();
      expect(known).toMatchObject({ stale: true, source: "cache", contact: { id: "501" } });
      const search = await directory.search("somebody else", staff);
      expect([search.contacts, search.degraded?.code]).toEqual([[], row.shown]);
      expect(said.raised.map(({ name, tenant }) => [name, tenant])).toEqual([[row.alert, "acme"]]);

      // Of fifty who ask when the pause is over, one is let through.
      await clock.advance(row.pauseMs);
      const calls = hubspot.calls.length;
      await Promise.all(Array.from({ length: 50 }, (_, i) => directory.lookupByPhone(`902-555-${4000 + i}`, staff)));
      expect(hubspot.calls.length - calls).toBe(1);
      hubspot.failing = null;
      await clock.advance(row.pauseMs);
      expect(await directory.lookupByPhone("902-555-8888", staff)).not.toHaveProperty("degraded");
      expect(await directory.lookupByPhone("902-555-8889", staff)).not.toHaveProperty("degraded");
      await finish();
      expect(said.raised).toHaveLength(1);
    },
  );

  it("a limit is waited for as long as HubSpot said", async () => {
    const { directory, hubspot, clock } = withAda();
    hubspot.failing = new HubSpotRateLimitError("RATE_LIMITED", "RATE_LIMITED: slow down", { retryAfterMs: 42_000 });
    await directory.lookupByPhone("902-555-2000", staff);
    hubspot.failing = null;
    await clock.advance(41_999);
    expect(await directory.lookupByPhone("902-555-2001", staff)).toMatchObject({ degraded: { code: "RATE_LIMITED" } });
    await clock.advance(1);
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({ contact: { id: "501" } });
  });

  it("a HubSpot that hangs holds up three messages, and then none", async () => {
    const { directory, hubspot, clock, said } = withAda();
    let release = (): void => {};
    hubspot.gate = new Promise((resolve) => {
      release = resolve;
    });
    const webhook = { lane: "webhook" } as const;
    for (let i = 0; i < 3; i++) {
      const waiting = directory.lookupByPhone(`902-555-${2000 + i}`, staff, webhook);
      await clock.advance(3_000);
      expect(await waiting).toMatchObject({ degraded: { code: "TIMEOUT" } });
    }
    // No time passes any more: nobody waits.
    for (let i = 0; i < 1_000; i++) {
      expect(await directory.lookupByPhone(`902-555-${3000 + i}`, staff, webhook)).toMatchObject({
        degraded: { code: "TIMEOUT" },
      });
    }
    expect([hubspot.calls.length, said.raised.map(({ name }) => name)]).toEqual([3, ["hubspot.unavailable"]]);
    release();
    hubspot.gate = null;
    await clock.advance(10_000);
    expect(await directory.lookupByPhone("9025551234", staff, webhook)).toMatchObject({ contact: { id: "501" } });
  });
});
