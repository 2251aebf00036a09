import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LookupResult, privateApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { parsePhone } from "@hubspoke/core/phone";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { bytesIn, instance, keys, searches, staff, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-directory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ada = { firstname: "Adacanary", lastname: "Lovelace", company: "Analytical Canary", phone: "(902) 555-1234" };

const stores = [
  ["memory", () => memoryStorage()],
  ["SQLite", () => sqliteStorage({ path: join(folder, `${crypto.randomUUID()}.db`) })],
] as const;

describe.each(stores)("the directory over %s, the client and a simulated HubSpot", (_name, storageOf) => {
  it("turns spellings into one contact: one search cold, none warm", async () => {
    const there = world();
    const { id } = there.simulator.portal().contacts.create(ada);
    const { hubspoke } = instance(there, storageOf());
    const cold = await there.drive(hubspoke.directory.lookupByPhone("902.555.1234", staff));
    const warm = await there.drive(hubspoke.directory.lookupByPhone("+1 (902) 555 1234", staff));
    expect(cold).toMatchObject({
      source: "hubspot",
      contact: { id, fullName: "Adacanary Lovelace", ambiguous: false },
    });
    expect(warm).toMatchObject({ source: "cache", contact: { id, company: "Analytical Canary" } });
    expect(searches(there)).toBe(1);
    await there.drive(hubspoke.close());
  });

  it("finds hundreds of people however their numbers were typed, in a few searches, and singly the same", async () => {
    const there = world();
    there.simulator.seedContacts(300);
    const people = there.simulator.portal().contacts.list();
    const { hubspoke } = instance(there, storageOf());
    const asked = new Map<string, string>();
    for (const { id, properties } of people) {
      const number = properties.hs_calculated_phone_number ?? properties.hs_calculated_mobile_number ?? "";
      const read = parsePhone(number, { defaultRegion: "CA" });
      if (read.ok) asked.set(read.phone.display, id);
    }
    expect(asked.size).toBeGreaterThan(280);
    const batch = await there.drive(hubspoke.directory.batchLookup([...asked.keys()], staff));
    const wrong = [...asked].filter(([number, id]) => batch.get(number)?.contact?.id !== id);
    expect(wrong).toEqual([]);
    expect(searches(there)).toBeLessThanOrEqual(4);

    // Another instance has another budget: HubSpot's five searches a second must be free again.
    await there.clock.advance(1_000);
    const single = instance(there, storageOf()).hubspoke.directory;
    for (const number of [...asked.keys()].slice(0, 40)) {
      const alone = await there.drive(single.lookupByPhone(number, staff));
      const { contact, decidedBy } = batch.get(number) as LookupResult;
      expect([alone.contact?.id, alone.contact?.ambiguous, alone.decidedBy]).toEqual([
        contact?.id,
        contact?.ambiguous,
        decidedBy,
      ]);
    }
    expect(there.simulator.stats().rateLimited).toBe(0);
  });

  it("asks once for a number that fifty want at once, and not again for one that nobody has", async () => {
    const there = world();
    there.simulator.portal().contacts.create(ada);
    const { hubspoke } = instance(there, storageOf());
    const many = Array.from({ length: 50 }, () => hubspoke.directory.lookupByPhone("902 555 1234", staff));
    const results = await there.drive(Promise.all(many));
    expect(new Set(results.map(({ contact }) => contact?.firstName))).toEqual(new Set(["Adacanary"]));
    expect(searches(there)).toBe(1);
    for (let i = 0; i < 3; i++) await there.drive(hubspoke.directory.lookupByPhone("902 555 9999", staff));
    expect(searches(there)).toBe(2);
  });

  it("finds people by what was typed, keeps whom one opened, and costs one call", async () => {
    const there = world();
    const { id } = there.simulator.portal().contacts.create(ada);
    there.simulator.portal().contacts.create({ ...ada, firstname: "Grace", lastname: "Hopper", phone: "+14165550199" });
    const { hubspoke } = instance(there, storageOf());
    const search = (query: string) => there.drive(hubspoke.directory.search(query, staff));
    expect((await search("adacan love")).contacts).toMatchObject([{ id, phoneFormatted: "(902) 555-1234" }]);
    expect((await search("902.555.1234")).contacts).toMatchObject([{ id }]);
    expect((await search("analytical")).contacts).toHaveLength(2);
    const calls = searches(there);
    expect((await search("ANALYTICAL")).cached).toBe(true);
    await there.drive(hubspoke.directory.opened(id, staff));
    const again = await search("analytical");
    expect([again.recent.map((one) => one.id), again.contacts.length]).toEqual([[id], 1]);
    expect((await there.drive(hubspoke.directory.recents(staff))).searches.map(({ query }) => query)).toContain(
      "902.555.1234",
    );
    expect(searches(there)).toBe(calls);
    await there.drive(hubspoke.close());
  });

  it("shows a stale name while HubSpot is down, no name for a stranger, and refreshes when it is back", async () => {
    const there = world();
    const contact = there.simulator.portal().contacts.create(ada);
    const { hubspoke, alerts } = instance(there, storageOf());
    const look = (number: string) => there.drive(hubspoke.directory.lookupByPhone(number, staff));
    await look("9025551234");
    there.simulator.portal().contacts.update(contact.id, { lastname: "King" });
    await there.clock.advance(25 * 3_600_000);
    const repair = there.simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect: { status: 503 } });
    expect(await look("9025551234")).toMatchObject({ stale: true, contact: { lastName: "Lovelace", stale: true } });
    expect(await look("9025559999")).toMatchObject({ contact: null, degraded: { code: "HUBSPOT_UNAVAILABLE" } });
    expect(alerts.map(({ name }) => name)).toEqual(["hubspot.unavailable"]);
    repair();
    await there.clock.advance(600_000);
    await look("9025551234");
    await there.clock.advance(10_000);
    expect(await look("9025551234")).toMatchObject({ stale: false, contact: { lastName: "King" } });
  });

  it("stops asking with a token that HubSpot refused: one alert", async () => {
    const there = world();
    const { hubspoke, alerts, spoken } = instance(there, storageOf(), {
      auth: privateApp("pat-na1-revoked-canary"),
    });
    const codes = [];
    for (let i = 0; i < 20; i++) {
      codes.push((await there.drive(hubspoke.directory.lookupByPhone(`902555${2000 + i}`, staff))).degraded?.code);
    }
    expect(codes[0]).toBe("AUTH_INVALID");
    expect(new Set(codes.slice(1))).toEqual(new Set(["AUTH_CIRCUIT_OPEN"]));
    expect(there.simulator.calls.length).toBeLessThanOrEqual(2);
    expect(alerts.map(({ name }) => name)).toEqual(["auth.invalid"]);
    expect(spoken()).not.toContain("canary");
  });
});

describe("a database file", () => {
  it("holds no number, name, company, address or agent, is read by the next process, and survives a key rotation", async () => {
    const own = mkdtempSync(join(folder, "own-"));
    const path = join(own, "hubspoke.db");
    const there = world();
    there.simulator.portal().contacts.create(ada);
    const first = instance(there, sqliteStorage({ path }));
    await there.drive(first.hubspoke.directory.batchLookup(["902-555-1234", "902-555-9999"], staff));
    const before = bytesIn(own);
    expect(before).toContain("u7");
    await there.drive(first.hubspoke.close());
    for (const bytes of [before, bytesIn(own), first.spoken()]) {
      expect(bytes).not.toMatch(/9025551234|902.555|555.1234|9025559999|[Cc]anary|Lovelace|203\.0\.113|Mozilla/);
    }

    const rotated = { current: "k2", keys };
    const second = instance(there, sqliteStorage({ path }), { keys: rotated });
    expect(await there.drive(second.hubspoke.directory.lookupByPhone("9025551234", staff))).toMatchObject({
      source: "cache",
      contact: { firstName: "Adacanary" },
    });
    expect(searches(there)).toBe(2);
    await there.drive(second.hubspoke.close());
  });
});
