import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createKeyRing } from "../crypto/key-ring.ts";
import { goldenKeys, hex } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import { bench, failure, staff, withAda } from "./testing.fixture.ts";

const minute = 60_000;
const day = 86_400_000;
const down = () => Promise.reject(failure("STORE_UNAVAILABLE"));

describe("when HubSpot fails", () => {
  it.each([
    ["NETWORK_FAILED", "hubspot.unavailable"],
    ["TIMEOUT", "hubspot.unavailable"],
    ["HUBSPOT_UNAVAILABLE", "hubspot.unavailable"],
    ["RATE_LIMITED", "rate.limited"],
    ["DAILY_LIMIT_REACHED", "rate.daily_reserve"],
    ["AUTH_INVALID", "auth.invalid"],
    ["AUTH_DISCONNECTED", "auth.disconnected"],
    ["PORTAL_MISMATCH", "portal.mismatch"],
  ] as const)(
    "(%s) an unknown number has no answer, a stale one is served, and people are told once",
    async (code, alert) => {
      const { directory, hubspot, clock, said, finish } = withAda();
      await directory.lookupByPhone("9025551234", staff);
      await clock.advance(day);
      hubspot.failing = failure(code);
      for (let i = 0; i < 3; i++) {
        expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({
          stale: true,
          contact: { id: "501" },
        });
        await finish();
      }
      const unknown = await directory.lookupByPhone("902-555-9999", staff);
      expect(unknown).toMatchObject({ ok: true, contact: null, source: "none", fetchedAt: null, decidedBy: null });
      expect(unknown.degraded?.code).toMatch(
        code.startsWith("AUTH") || code === "PORTAL_MISMATCH" ? /AUTH_CIRCUIT_OPEN/ : code,
      );
      expect(said.raised.map(({ name, tenant }) => [name, tenant])).toEqual([[alert, "acme"]]);
    },
  );

  it("throws only where the caller asks for it", async () => {
    const { directory, hubspot } = bench();
    hubspot.failing = failure("TIMEOUT");
    const strict = { throwOnFailure: true };
    await expect(directory.lookupByPhone("9025551234", staff, strict)).rejects.toMatchObject({ code: "TIMEOUT" });
    await expect(directory.batchLookup(["9025551234", "9025551235"], staff, strict)).rejects.toMatchObject({
      code: "TIMEOUT",
    });
    expect((await directory.batchLookup(["9025551234"], staff)).get("9025551234")).toMatchObject({
      degraded: { code: "TIMEOUT" },
    });
  });

  it("starts no refresh for half a minute after one failed, then tries again", async () => {
    const { directory, hubspot, clock, finish } = withAda();
    await directory.lookupByPhone("9025551234", staff);
    await clock.advance(day);
    hubspot.failing = failure("NETWORK_FAILED");
    const look = async () => {
      await directory.lookupByPhone("9025551234", staff);
      await finish();
      return hubspot.calls.length;
    };
    expect([await look(), await look()]).toEqual([2, 2]);
    await clock.advance(30_000);
    hubspot.failing = null;
    expect(await look()).toBe(3);
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({ stale: false });
  });

  it("tells people again of a second outage, not of the first one's thousandth call", async () => {
    const { directory, hubspot, said, clock } = bench();
    const outage = async () => {
      hubspot.failing = failure("NETWORK_FAILED");
      for (let i = 0; i < 20; i++) await directory.lookupByPhone(`902-555-20${10 + i}`, staff);
      hubspot.failing = null;
      await clock.advance(10_000);
      await directory.lookupByPhone("902-555-1999", staff);
      await clock.advance(10 * minute);
    };
    await outage();
    expect(said.raised).toHaveLength(1);
    await outage();
    expect(said.raised).toHaveLength(2);
  });
});

describe("refused credentials", () => {
  it("open a circuit: one call and one alert for a thousand look-ups, then one call tries", async () => {
    const { directory, hubspot, said, clock } = withAda();
    hubspot.failing = failure("AUTH_INVALID");
    for (let i = 0; i < 1_000; i++) await directory.lookupByPhone(`902-555-${2000 + i}`, staff);
    expect([hubspot.calls.length, said.raised.length]).toEqual([1, 1]);
    expect((await directory.lookupByPhone("9025551234", staff)).degraded).toEqual({ code: "AUTH_CIRCUIT_OPEN" });

    await clock.advance(5 * minute);
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await directory.lookupByPhone("9025551234", staff)).degraded?.code);
    expect(codes).toEqual(["AUTH_INVALID", "AUTH_CIRCUIT_OPEN", "AUTH_CIRCUIT_OPEN"]);
    expect([hubspot.calls.length, said.raised.length]).toEqual([2, 1]);

    hubspot.failing = null;
    await clock.advance(5 * minute);
    expect((await directory.lookupByPhone("9025551234", staff)).contact?.id).toBe("501");
    expect((await directory.lookupByPhone("902-555-3001", staff)).degraded).toBeUndefined();
  });

  it("let one call try when the pause is over, though many ask at once", async () => {
    const { directory, hubspot, clock } = bench();
    hubspot.failing = failure("AUTH_INVALID");
    await directory.lookupByPhone("9025551234", staff);
    await clock.advance(5 * minute);
    await Promise.all(Array.from({ length: 50 }, (_, i) => directory.lookupByPhone(`902-555-${2000 + i}`, staff)));
    expect(hubspot.calls).toHaveLength(2);
  });

  it("of one tenant leave the others alone", async () => {
    const { directory, hubspot } = withAda();
    hubspot.failing = failure("AUTH_INVALID");
    await directory.lookupByPhone("9025551234", staff);
    hubspot.failing = null;
    expect((await directory.lookupByPhone("9025551234", { ...staff, tenant: "bolt" })).contact?.id).toBe("501");
  });

  it("met while learning the portal open it as well", async () => {
    let learned = 0;
    const learn = async () => {
      learned += 1;
      throw failure("AUTH_INVALID");
    };
    const { directory, said } = bench({ portals: { pinned: () => null, remembered: () => null, learn } });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await directory.lookupByPhone("9025551234", staff)).degraded?.code);
    expect(codes).toEqual(["AUTH_INVALID", "AUTH_CIRCUIT_OPEN", "AUTH_CIRCUIT_OPEN"]);
    expect([learned, said.raised.length]).toEqual([1, 1]);
  });
});

describe("when something of ours fails", () => {
  it("a cache that cannot be read costs a call, and is said", async () => {
    const storage = memoryStorage();
    const { directory } = withAda({ store: { ...storage.cache, get: down } });
    const result = await directory.lookupByPhone("9025551234", staff);
    expect(result).toMatchObject({ contact: { id: "501" }, degraded: { code: "STORE_UNAVAILABLE" } });
  });

  it("a cache that cannot be written loses no answer", async () => {
    const storage = memoryStorage();
    const { directory, said } = withAda({ store: { ...storage.cache, put: down } });
    const result = await directory.lookupByPhone("9025551234", staff, { throwOnFailure: true });
    expect(result).toMatchObject({ contact: { id: "501" }, degraded: { code: "STORE_UNAVAILABLE" } });
    expect(said.spoken()).toContain("directory.cache_write_failed");
  });

  it("an audit trail that must be written and cannot be withholds the answer", async () => {
    const storage = memoryStorage();
    const { directory, said } = withAda({ storage: { ...storage, audit: { ...storage.audit, append: down } } });
    expect(await directory.lookupByPhone("9025551234", staff)).toMatchObject({
      contact: null,
      degraded: { code: "AUDIT_FAILED" },
    });
    const strict = { throwOnFailure: true };
    await expect(directory.lookupByPhone("9025551234", staff, strict)).rejects.toMatchObject({ code: "AUDIT_FAILED" });
    expect(said.raised.map(({ name }) => name)).toEqual(["audit.failed"]);
  });

  it("keys that cannot be had stop everything before HubSpot is asked: nothing could be recorded", async () => {
    let failing = false;
    const root = { id: "k1", key: hex(goldenKeys.k1) };
    const current = () => {
      if (failing) throw new Error("KMS refused +19025551234");
      return root;
    };
    const ring = createKeyRing({ current, byId: () => root, ids: () => ["k1"] }, cipher);
    const { directory, hubspot } = withAda({ ring });
    failing = true;
    const result = await directory.lookupByPhone("9025551234", staff);
    expect(result).toMatchObject({ contact: null, degraded: { code: "KEY_PROVIDER_FAILED" } });
    expect(hubspot.calls).toHaveLength(0);
  });

  it("an error that is not ours is no answer, is logged by code, and keeps its text to itself", async () => {
    const { directory, said } = bench({
      finder: { findByPhones: () => Promise.reject(new TypeError("no +19025551234 here")) },
    });
    expect((await directory.lookupByPhone("9025551234", staff)).degraded).toEqual({ code: "INTERNAL" });
    const thrown = await directory
      .lookupByPhone("9025551234", staff, { throwOnFailure: true })
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(HubspokeError);
    expect(inspect(thrown, { depth: 9 }) + JSON.stringify(thrown) + said.spoken()).not.toContain("902555");
  });

  it("a closed directory says so", async () => {
    const { directory } = withAda();
    directory.close();
    await expect(directory.lookupByPhone("9025551234", staff)).rejects.toMatchObject({ code: "CLOSED" });
    await expect(directory.batchLookup(["9025551234"], staff)).rejects.toMatchObject({ code: "CLOSED" });
  });
});
