import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Hubspoke, HubspokeOptions } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { afterAll, expect, it } from "vitest";
import { instance, keys, searches, staff, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const day = 86_400_000;
const admin = { ...staff, actor: { id: "root", role: "admin" } };
const { k1, k2 } = keys;
const k3 = "33".repeat(32);
/** Add, roll out, make primary, retire. */
const stages = {
  before: { current: "k1", keys: { k1 } },
  added: { current: "k1", keys: { k1, k2 } },
  primary: { current: "k2", keys: { k1, k2 } },
  retired: { current: "k2", keys: { k2 } },
  back: { current: "k1", keys: { k1, k2 } },
  backAlone: { current: "k1", keys: { k1 } },
  /** Somebody else's idea of what comes after k1. */
  other: { current: "k3", keys: { k1, k3 } },
  /** Both new keys, agreed on at last. */
  agreed: { current: "k3", keys: { k1, k2, k3 } },
} as const;

async function bed() {
  const there = world();
  there.simulator.seedContacts(40);
  await there.clock.advance(60_000);
  const path = join(mkdtempSync(join(folder, "own-")), "hubspoke.db");
  const start = (stage: keyof typeof stages, more: Partial<HubspokeOptions> = {}) =>
    instance(there, sqliteStorage({ path }), { keys: stages[stage], ...more });
  const phones = there.simulator
    .portal()
    .contacts.list()
    .map(({ properties }) => properties.hs_calculated_phone_number ?? "")
    .filter((phone) => phone !== "");
  const lookUp = async ({ directory }: Hubspoke, some = phones) => {
    const found = await there.drive(directory.batchLookup(some, { ...staff, actor: { id: "u7", role: "admin" } }));
    return [...found.values()].map((one) => (one.ok ? `${one.contact?.id ?? "nobody"} ${one.source}` : "invalid"));
  };
  const work = async ({ hubspoke }: { hubspoke: Hubspoke }, times = 4) => {
    for (let i = 0; i < times; i++) await there.drive(hubspoke.worker().tick({ budgetMs: 3_600_000 }));
  };
  const keyIds = (table: string) =>
    new DatabaseSync(path, { readOnly: true })
      .prepare(`select distinct key_id from hubspoke_${table} where key_id is not null order by 1`)
      .all()
      .map((row) => row.key_id);
  return { there, path, start, phones, lookUp, work, keyIds };
}

it("add, roll out, make primary, retire: nobody fails to read at any step, whichever half of the fleet wrote", async () => {
  const { there, start, phones, lookUp, work, keyIds } = await bed();
  const first = start("before");
  const cold = await lookUp(first.hubspoke, phones.slice(0, 30));
  await there.drive(first.hubspoke.directory.search("smith", staff));
  const warm = cold.map((one) => one.replace("hubspot", "cache"));
  expect(warm.every((one) => one.endsWith("cache"))).toBe(true);

  // Half of the fleet knows the new key; then it is primary in one half, and the other goes on writing under the old one.
  const [late, early] = [start("added"), start("primary")];
  const asked = searches(there);
  for (const { hubspoke } of [first, late, early]) expect(await lookUp(hubspoke, phones.slice(0, 30))).toEqual(warm);
  await work(early);
  expect([keyIds("contact_cache"), keyIds("history")]).toEqual([["k2"], ["k2"]]);
  for (const { hubspoke } of [late, early, start("primary")])
    expect(await lookUp(hubspoke, phones.slice(0, 30))).toEqual(warm);
  expect(searches(there)).toBe(asked);
  expect((await there.drive(early.hubspoke.directory.recents(staff))).searches.map(({ query }) => query)).toEqual([
    "smith",
  ]);

  await lookUp(late.hubspoke, phones.slice(30));
  await there.drive(late.hubspoke.directory.search("jones", staff));
  expect(keyIds("contact_cache")).toEqual(["k1", "k2"]);
  expect(await there.drive(early.hubspoke.keys.status())).toMatchObject({
    current: "k2",
    keys: [
      { id: "k2", current: true, mayRetire: false },
      { id: "k1", mayRetire: false, rows: { contact_cache: expect.any(Number), history: 1 } },
    ],
    missing: [],
  });
  await there.drive(late.hubspoke.close());
  await there.clock.advance(day + 1);
  await work(early);
  expect([keyIds("contact_cache"), keyIds("history")]).toEqual([["k2"], ["k2"]]);

  // The early half's trail, and the late half's, written under the old key.
  expect((await there.drive(early.hubspoke.keys.status())).keys[1]).toEqual({
    id: "k1",
    current: false,
    mayRetire: true,
    rows: {},
  });
  const last = start("retired");
  expect((await lookUp(last.hubspoke)).every((one) => /^\d+ (?:cache|hubspot)$/.test(one))).toBe(true);
  const trail = await there.drive(last.hubspoke.audit.query({ contactId: warm[0]?.split(" ")[0] ?? "" }, admin));
  expect(trail.items[0]).toMatchObject({ ip: staff.ip });
  expect(trail.items.at(-1)).toMatchObject({ ip: staff.ip });
  // Recorded by the first and the late half under the old key, which the last knows nothing of.
  const shown = await there.drive(last.hubspoke.audit.query({ phone: phones[0] ?? "", limit: 500 }, admin));
  expect(shown.items.filter(({ action }) => action === "batch-lookup").length).toBeGreaterThanOrEqual(5);
  // And an erasure reaches them: who asked and when stays, whom they asked about goes.
  await there.drive(last.hubspoke.privacy.erase({ phone: phones[0] ?? "" }, { ...admin, purpose: "request" }));
  const after = await there.drive(last.hubspoke.audit.query({ phone: phones[0] ?? "", limit: 500 }, admin));
  expect(after.items.filter(({ action }) => action === "batch-lookup")).toEqual([]);
  expect(early.spoken()).not.toMatch(/unreadable|KEY_UNKNOWN/);
  expect(last.spoken()).not.toMatch(/unreadable|KEY_UNKNOWN/);
  for (const { hubspoke } of [first, early, last]) await there.drive(hubspoke.close());
});

it("a key retired too early loses nothing: rows under it are counted as missing, told once a day, and read again when it is back", async () => {
  const { there, start, phones, lookUp, work } = await bed();
  const first = start("before", { audit: "batched" });
  await lookUp(first.hubspoke, phones.slice(0, 10));
  await there.drive(first.hubspoke.close());
  const early = start("retired");
  await work(early);
  const stalled = () => early.alerts.filter(({ key }) => key === "keys.reseal_stalled:contact_cache");
  expect(stalled()).toMatchObject([{ tenant: "acme", details: { table: "contact_cache", failed: 10 } }]);
  await there.clock.advance(day + 1);
  await work(early);
  // Told again a day later, as long as it lasts, and not by every row and run.
  expect(stalled()).toHaveLength(2);
  expect(await there.drive(early.hubspoke.keys.status())).toMatchObject({ keys: [{ id: "k2" }], missing: ["k1"] });
  expect(early.spoken()).not.toContain("+1");

  const restored = start("primary");
  expect((await lookUp(restored.hubspoke, phones.slice(0, 10))).every((one) => one.endsWith("cache"))).toBe(true);
  await there.clock.advance(day + 1);
  await work(restored);
  expect(await there.drive(restored.hubspoke.openAlerts("acme"))).toEqual([]);
  for (const { hubspoke } of [early, restored]) await there.drive(hubspoke.close());
});

it("going back to a former key is a rotation like any other: what had finished under it begins anew", async () => {
  const { there, start, phones, lookUp, work, keyIds } = await bed();
  // Forth, back and forth again, each move brought to its end: two passes without work, a day apart.
  for (const [stage, keyId] of [
    ["before", "k1"],
    ["primary", "k2"],
    ["back", "k1"],
    ["primary", "k2"],
    ["back", "k1"],
  ] as const) {
    const { hubspoke } = start(stage);
    await lookUp(hubspoke, phones.slice(0, 10));
    for (let hour = 0; hour < 30; hour += 6) {
      await work({ hubspoke }, 2);
      await there.clock.advance(6 * 3_600_000);
    }
    expect([stage, keyIds("contact_cache"), keyIds("history")]).toEqual([stage, [keyId], []]);
    expect((await lookUp(hubspoke, phones.slice(0, 10))).every((one) => one.endsWith("cache"))).toBe(true);
    await there.drive(hubspoke.close());
  }
  const last = start("backAlone");
  expect((await there.drive(last.hubspoke.keys.status())).missing).toEqual([]);
  const trail = await there.drive(last.hubspoke.audit.query({ phone: phones[0] ?? "", limit: 500 }, admin));
  expect(trail.items.filter(({ action }) => action === "batch-lookup").length).toBe(10);
  expect(last.spoken()).not.toMatch(/unreadable|KEY_UNKNOWN/);
  await there.drive(last.hubspoke.close());
});

it("two processes that disagree about the current key move no row to and fro, and nothing is lost", async () => {
  const { there, path, start, phones, lookUp, work, keyIds } = await bed();
  const first = start("before");
  await lookUp(first.hubspoke, phones.slice(0, 10));
  await there.drive(first.hubspoke.close());
  await there.clock.advance(1_000);
  const rows = () =>
    new DatabaseSync(path, { readOnly: true })
      .prepare("select id, key_id from hubspoke_contact_cache where sealed is not null order by id")
      .all()
      .map(({ id, key_id }) => `${id} ${key_id}`);
  const one = start("primary");
  await work(one, 1);
  await there.clock.advance(1_000);
  const other = start("back");
  // Whoever came last moves the rows, once; then both go on for hours and nobody touches them.
  await work(other, 1);
  expect(keyIds("contact_cache")).toEqual(["k1"]);
  const moved = rows();
  for (let hour = 0; hour < 8; hour++) {
    await work(one, 1);
    await work(other, 1);
    await there.clock.advance(3_600_000);
    expect(rows()).toEqual(moved);
  }
  // The later one is taken down: its key is given up only when nothing of it was seen for hours.
  await there.drive(other.hubspoke.close());
  await work(one, 1);
  expect(rows()).toEqual(moved);
  await there.clock.advance(3 * 3_600_000);
  await work(one, 2);
  expect(keyIds("contact_cache")).toEqual(["k2"]);
  expect((await lookUp(one.hubspoke, phones.slice(0, 10))).every((each) => each.endsWith("cache"))).toBe(true);
  await there.drive(one.hubspoke.close());
});

it("two processes that rotate to different keys neither of which knows the other's destroy nothing: agreed, all is read", async () => {
  const { there, start, phones, lookUp, work, keyIds } = await bed();
  const first = start("before");
  await lookUp(first.hubspoke, phones.slice(0, 10));
  await there.drive(first.hubspoke.close());
  await there.clock.advance(1_000);
  const [one, other] = [start("primary"), start("other")];
  await lookUp(one.hubspoke, phones.slice(10, 20));
  await lookUp(other.hubspoke, phones.slice(20, 30));
  for (let hour = 0; hour < 30; hour++) {
    await work(one, 1);
    await work(other, 1);
    await there.clock.advance(3_600_000);
  }
  // Neither could do its work, and both said so; every row is under a key that somebody has.
  expect([...one.alerts, ...other.alerts].map(({ key }) => key)).toContain("keys.reseal_stalled:contact_cache");
  for (const { hubspoke } of [one, other]) await there.drive(hubspoke.close());
  await there.clock.advance(3 * 3_600_000);
  const agreed = start("agreed");
  const read = await lookUp(agreed.hubspoke, phones.slice(0, 30));
  expect(read.filter((each) => each.endsWith("cache"))).toHaveLength(30);
  await work(agreed);
  await there.clock.advance(day + 1);
  await work(agreed);
  expect(keyIds("contact_cache")).toEqual(["k3"]);
  expect((await there.drive(agreed.hubspoke.keys.status())).missing).toEqual([]);
  for (const phone of [phones[0], phones[10], phones[20]]) {
    const trail = await there.drive(agreed.hubspoke.audit.query({ phone: phone ?? "", limit: 500 }, admin));
    expect(trail.items.filter(({ action }) => action === "batch-lookup")).toHaveLength(2);
  }
  expect(agreed.spoken()).not.toMatch(/unreadable|KEY_UNKNOWN/);
  await there.drive(agreed.hubspoke.close());
});

it("a round that found nothing left is every process's for an hour: one that lives for a tick asks once, not each tenant", async () => {
  const { there, start, lookUp, path } = await bed();
  const first = start("before");
  await lookUp(first.hubspoke);
  const reseal = async ({ hubspoke }: ReturnType<typeof start>) =>
    there.drive(hubspoke.worker().runJob("keys:reseal", { budgetMs: 60_000 }));
  for (let clean = 0; clean < 2; clean++) {
    await reseal(first);
    await there.clock.advance(day + 1);
  }
  await reseal(first);
  const storage = sqliteStorage({ path });
  let asked = 0;
  const list: typeof storage.tenants.list = (...args) => {
    asked++;
    return storage.tenants.list(...args);
  };
  const heard = { ...storage, tenants: { ...storage.tenants, list } };
  const later = (stage: keyof typeof stages) => instance(there, heard, { keys: stages[stage] });
  expect((await reseal(later("before"))).did).toBe(0);
  expect(asked).toBe(0);
  // With other keys there may be something to do.
  expect((await reseal(later("primary"))).did).toBeGreaterThan(0);
  expect(asked).toBe(1);
});
