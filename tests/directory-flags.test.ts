import type { FlagStates, Hubspoke, LookupResult } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import type { FlagName, Storage } from "@hubspoke/core/ports";
import { describe, expect, it } from "vitest";
import { instance, searches, staff, type World, world } from "./directory/bed.ts";

const ada = { firstname: "Ada", lastname: "Lovelace", phone: "(902) 555-1234" };
const admin = { tenant: "acme", actor: { id: "root", role: "admin" } };

interface Seen {
  /** What a look-up and a batch show, and why if nothing. */
  readonly lookup: string;
  readonly batch: string;
  /** What a search shows, and why if nothing. */
  readonly search: string;
  /** Calls that the look-up costs, of somebody the cache knows. */
  readonly calls: number;
  /** Rows in the cache afterwards, of one that was there before. */
  readonly cached: number;
  readonly audited: readonly string[];
}

const shown = ({ contact, degraded }: LookupResult): string => contact?.fullName ?? degraded?.code ?? "nobody";

async function seen(there: World, { directory }: Hubspoke, storage: Storage): Promise<Seen> {
  const before = (await storage.audit.query({ tenant: "acme", limit: 100 })).items.length;
  const number = "902 555 1234";
  const calls = searches(there);
  const lookup = shown(await there.drive(directory.lookupByPhone(number, staff)));
  const costs = searches(there) - calls;
  const batch = shown((await there.drive(directory.batchLookup([number], staff))).get(number) as LookupResult);
  const found = await there.drive(directory.search("lovelace", staff));
  const search = found.contacts[0]?.fullName ?? found.degraded?.code ?? "nobody";
  const { positive } = await storage.cache.stats("acme", "62515", there.clock.now());
  const rows = (await storage.audit.query({ tenant: "acme", limit: 100 })).items;
  const audited = rows.slice(0, rows.length - before).map(({ action, outcome }) => `${action} ${outcome}`);
  return { lookup, batch, search, calls: costs, cached: positive, audited: audited.sort() };
}

const everythingOn: Seen = {
  lookup: "Ada Lovelace",
  batch: "Ada Lovelace",
  search: "Ada Lovelace",
  calls: 0,
  cached: 1,
  audited: ["batch-lookup hit", "lookup hit", "search hit"],
};
const noLookUps = { lookup: "FEATURE_OFF", batch: "FEATURE_OFF" };

/** What each switch does when it is off. */
const offStates: readonly (readonly [FlagName, Seen])[] = [
  [
    "master",
    {
      ...everythingOn,
      ...noLookUps,
      search: "FEATURE_OFF",
      audited: ["batch-lookup denied", "lookup denied", "search denied"],
    },
  ],
  ["inbound", { ...everythingOn, ...noLookUps, audited: ["batch-lookup denied", "lookup denied", "search hit"] }],
  [
    "outbound",
    { ...everythingOn, search: "FEATURE_OFF", audited: ["batch-lookup hit", "lookup hit", "search denied"] },
  ],
  ["cache", { ...everythingOn, calls: 1 }],
  ["audit", { ...everythingOn, audited: [] }],
];

/** An instance whose cache holds Ada already. */
async function running(flags: Partial<Record<FlagName, boolean>> = {}) {
  const there = world();
  there.simulator.portal().contacts.create(ada);
  const storage = memoryStorage();
  const warm = instance(there, storage);
  await there.drive(warm.hubspoke.directory.lookupByPhone("9025551234", staff));
  const { hubspoke } = instance(there, storage, { flags });
  return { there, storage, hubspoke };
}

describe("each switch, off", () => {
  it.each(offStates)("%s, as configured", async (flag, expected) => {
    const { there, storage, hubspoke } = await running({ [flag]: false });
    expect(await seen(there, hubspoke, storage)).toEqual(expected);
  });

  it.each(offStates)("%s, thrown at run time by another process, within a second, and back", async (flag, expected) => {
    const { there, storage, hubspoke } = await running();
    const other = instance(there, storage).hubspoke;
    expect(await seen(there, hubspoke, storage)).toEqual(everythingOn);
    await there.drive(other.flags.set(flag, { enabled: false }, admin));
    await there.clock.advance(1_000);
    expect(await seen(there, hubspoke, storage)).toEqual(expected);
    await there.drive(other.flags.reset(flag, admin));
    await there.clock.advance(1_000);
    expect(await seen(there, hubspoke, storage)).toEqual(everythingOn);
  });

  it("refuses with an error only where the caller asks for one", async () => {
    const { there, hubspoke } = await running({ inbound: false });
    const strict = { throwOnFailure: true };
    await expect(there.drive(hubspoke.directory.lookupByPhone("9025551234", staff, strict))).rejects.toMatchObject({
      code: "FEATURE_OFF",
    });
  });

  it("cache off keeps nothing that was not kept before", async () => {
    const { there, storage, hubspoke } = await running({ cache: false });
    there.simulator.portal().contacts.create({ ...ada, phone: "(902) 555-7777" });
    await there.drive(hubspoke.directory.lookupByPhone("9025557777", staff));
    expect((await storage.cache.stats("acme", "62515", there.clock.now())).positive).toBe(1);
  });
});

describe("a gradual rollout", () => {
  const actors = Array.from({ length: 200 }, (_, i) => ({
    id: `user-${i}`,
    role: i % 4 === 0 ? "operator" : "support",
  }));

  async function whoSees(there: World, hubspoke: Hubspoke): Promise<ReadonlySet<string>> {
    const seeing = new Set<string>();
    for (const actor of actors) {
      const result = await there.drive(hubspoke.directory.lookupByPhone("9025551234", { ...staff, actor }));
      if (result.contact !== null) seeing.add(actor.id);
    }
    return seeing;
  }

  it("goes role by role and then by share, and takes it from nobody on the way", async () => {
    const { there, hubspoke } = await running();
    const steps: Partial<FlagStates["inbound"]>[] = [
      { roles: ["admin"] },
      { roles: ["operator"], percentage: 40 },
      { roles: ["operator"], percentage: 100 },
      { roles: [], percentage: 100 },
    ];
    const seen: ReadonlySet<string>[] = [];
    for (const step of steps) {
      await there.drive(hubspoke.flags.set("inbound", step, admin));
      seen.push(await whoSees(there, hubspoke));
    }
    expect(seen[0]?.size).toBe(0);
    expect(seen[1]?.size).toBeGreaterThan(8);
    expect(seen[1]?.size).toBeLessThan(32);
    expect([seen[2]?.size, seen[3]?.size]).toEqual([50, 200]);
    for (const [i, before] of seen.slice(0, -1).entries()) {
      expect([...before].filter((id) => !seen[i + 1]?.has(id))).toEqual([]);
    }
  });
});
