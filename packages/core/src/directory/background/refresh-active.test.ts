import { describe, expect, it } from "vitest";
import { parsePhone } from "../../phone/parse.ts";
import type { Ctx } from "../../ports/context.ts";
import { type Bench, bench, failure, staff, withAda } from "../testing.fixture.ts";

const day = 86_400_000;
const minute = 60_000;

async function refreshed(made: Bench): Promise<number> {
  const job = made.directory.jobs.find(({ name }) => name === "directory:refresh");
  const now = made.clock.now();
  const { did = 0 } = (await job?.run({ now, deadline: now + 1_000, signal: new AbortController().signal })) ?? {};
  return did;
}

async function withConversation(more: Parameters<typeof withAda>[0] = {}): Promise<Bench> {
  const made = withAda(more);
  await made.storage.tenants.pin("acme", "62515", made.clock.now());
  await made.directory.lookupByPhone("9025551234", staff);
  await made.directory.markActive(["(902) 555-1234", "no number", "9025550000"], staff, { forMs: 3 * day });
  return made;
}

describe("contacts of active conversations", () => {
  it("are fetched anew when they are a day old, before anybody asks, and only then", async () => {
    const made = await withConversation();
    const { directory, hubspot, clock, auditRows } = made;
    hubspot.add("502", { firstname: "Grace", phone: "9025559999" });
    await directory.lookupByPhone("9025559999", staff);
    expect(await refreshed(made)).toBe(0);
    hubspot.add("501", { firstname: "Ada", lastname: "King", phone: "(902) 555-1234" });
    await clock.advance(day);
    const calls = hubspot.calls.length;
    expect(await refreshed(made)).toBe(1);
    expect(hubspot.calls.slice(calls)).toMatchObject([{ lane: "incremental" }]);
    expect(await refreshed(made)).toBe(0);
    const fresh = await directory.lookupByPhone("9025551234", staff);
    expect(fresh).toMatchObject({ source: "cache", stale: false, contact: { lastName: "King" } });
    expect((await auditRows()).filter(({ action }) => action === "refresh")).toMatchObject([
      { actorId: "hubspoke", actorRole: "system", contactId: "501", outcome: "hit" },
    ]);
  });

  it("stay active over refreshes and end when the conversation does", async () => {
    const made = await withConversation();
    const rounds = [];
    for (let days = 1; days <= 4; days++) {
      await made.clock.advance(day);
      rounds.push(await refreshed(made));
    }
    expect(rounds).toEqual([1, 1, 0, 0]);
  });

  it("are kept under the number that was asked, with or without the extension", async () => {
    const made = bench();
    made.hubspot.add("501", { firstname: "Ada", phone: "902-555-1234 x12" });
    await made.storage.tenants.pin("acme", "62515", made.clock.now());
    for (const asked of ["9025551234", "902-555-1234 x12"]) await made.directory.lookupByPhone(asked, staff);
    await made.directory.markActive(["9025551234", "902-555-1234 x12"], staff, { forMs: 3 * day });
    await made.clock.advance(day);
    expect(await refreshed(made)).toBe(2);
    const { hubspot } = made;
    const calls = hubspot.calls.length;
    for (const asked of ["9025551234", "902-555-1234 x12"]) {
      expect(await made.directory.lookupByPhone(asked, staff)).toMatchObject({ stale: false, contact: { id: "501" } });
    }
    expect(hubspot.calls.length).toBe(calls);
    expect(parsePhone("902-555-1234 x12", { defaultRegion: "CA" }).ok).toBe(true);
  });

  it("that nobody has any more are known to be nobody's", async () => {
    const made = await withConversation();
    made.hubspot.remove("501");
    await made.clock.advance(day);
    expect(await refreshed(made)).toBe(1);
    expect(await made.directory.lookupByPhone("9025551234", staff)).toMatchObject({ source: "negative" });
    await made.clock.advance(11 * minute);
    expect(await refreshed(made), "an old `nobody` is dropped, not asked about for ever").toBe(0);
    expect((await made.storage.cache.stats("acme", "62515", 0)).negative).toBe(0);
  });

  it("wait while HubSpot fails, and cost it no more than one call in half a minute", async () => {
    const made = await withConversation();
    const { hubspot, clock } = made;
    await clock.advance(day);
    hubspot.failing = failure("TIMEOUT");
    const calls = hubspot.calls.length;
    for (let i = 0; i < 5; i++) expect(await refreshed(made)).toBe(0);
    expect(hubspot.calls.length).toBe(calls + 1);
    hubspot.failing = null;
    await clock.advance(minute);
    expect(await refreshed(made)).toBe(1);
  });

  it.each(["lookups", "cache"] as const)("stay as they are where %s are switched off", async (off) => {
    const on = { lookups: true, search: true, cache: true };
    let system = false;
    const made = await withConversation({
      features: ({ actor }: Ctx) => {
        system ||= actor.role === "system";
        return actor.role === "system" ? { ...on, [off]: false } : on;
      },
    });
    await made.clock.advance(day);
    const calls = made.hubspot.calls.length;
    expect([await refreshed(made), system, made.hubspot.calls.length]).toEqual([0, true, calls]);
  });
});
