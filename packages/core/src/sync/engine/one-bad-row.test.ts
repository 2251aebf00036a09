import { describe, expect, test } from "vitest";
import { HubSpotSyncError } from "../../errors.ts";
import type { LocalWrite } from "../../ports/local-source.ts";
import { applyWork } from "../run/incremental.ts";
import { die } from "../testing-fakes/die.fixture.ts";
import { createWorld, leaseMs, tenant, type World } from "../testing-fakes/world.fixture.ts";

const refuses = () => new HubSpotSyncError("SYNC_LOCAL_FAILED", "the database refused a row");

/** A world with pairs of these first names, at rest, and the ids of both sides. */
async function pairs(names: readonly string[], change: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(change);
  const localIds = names.map((name) => world.local.user({ email: `${name}@x.com`, first: name }));
  await world.clock.drive(world.sync.backfill());
  await world.settle();
  world.clock.advance(1_000);
  const links = await world.storage.links.byLocalIds(tenant, "leads", localIds);
  const hubspotIds = localIds.map((id) => links.find(({ localId }) => localId === id)?.hubspotId ?? "");
  return { ...world, localIds, hubspotIds };
}

/** What `kyselySource` does where a row holds 2 in a boolean column. */
function unreadable(local: World["local"], bad: ReadonlySet<string>): void {
  const read = local.read.bind(local);
  local.read = async (of, ids) => {
    if (ids.some((id) => bad.has(id))) throw refuses();
    return read(of, ids);
  };
}

/** Tries are minutes apart. */
async function minutes(world: World, some: number): Promise<void> {
  for (let minute = 0; minute < some; minute++) {
    await world.settle();
    world.clock.advance(60_000);
  }
}

describe("a record the source fails at", () => {
  test("stops neither its batch nor a full pass when it cannot be read, and ends in quarantine", async () => {
    const world = await pairs(["bad", "good", "fine"]);
    const [bad = "", ...others] = world.localIds;
    unreadable(world.local, new Set([bad]));
    for (const id of world.localIds) world.local.edit(id, { last: "Edited" });
    await world.settle();
    const lastOf = (id: string | undefined) => world.hubspot.value(id ?? "", "lastname");
    expect(world.hubspotIds.slice(1).map(lastOf)).toEqual(others.map(() => "Edited"));
    await minutes(world, 8);
    const { items } = await world.sync.quarantine.list();
    expect(items).toMatchObject([{ key: bad, reason: "SYNC_LOCAL_FAILED", tries: 6 }]);
    const { state, equal } = await world.clock.drive(world.sync.reconcile());
    expect([state, equal]).toEqual(["done", false]);
  });

  test.each(["remote", "local"] as const)("leaves quarantine when it ended meanwhile: %s", async (side) => {
    const world = createWorld();
    const on = side === "remote" ? world.local : world.hubspot;
    on.refused.set("email", () => true);
    const key =
      side === "remote" ? world.hubspot.user({ email: "ann@x.com" }) : world.local.user({ email: "ann@x.com" });
    await world.clock.drive(world.sync.backfill());
    const setAside = async () => (await world.sync.quarantine.list()).items.map((row) => [row.side, row.key]);
    expect(await setAside()).toEqual([[side, key]]);
    // No feed tells of it: it has no pair, and never had one.
    if (side === "remote") world.hubspot.archiveRecord(key);
    else world.local.remove(key);
    world.clock.advance(leaseMs);
    await world.clock.drive(world.sync.reconcile());
    expect(await setAside()).toEqual([]);
    expect((await world.clock.drive(world.sync.reconcile())).equal).toBe(true);
  });

  test("stops neither its batch nor a full pass when it cannot be deleted, and ends in quarantine", async () => {
    const world = await pairs(["bad", "good"], { deletes: { fromHubspot: "delete" } });
    const [bad = "", good = ""] = world.localIds;
    const remove = world.local.delete.bind(world.local);
    // A foreign key.
    world.local.delete = async (of, deletes) => {
      if (deletes.some(({ id }) => id === bad)) throw refuses();
      return remove(of, deletes);
    };
    world.hubspot.archiveRecord(world.hubspotIds[0] ?? "");
    world.hubspot.edit(world.hubspotIds[1] ?? "", { firstname: "Edited" });
    await world.syncs.hint({ tenant, object: "contacts", ids: world.hubspotIds });
    await world.settle();
    expect(world.local.value(good, "first")).toBe("Edited");
    await minutes(world, 8);
    expect((await world.sync.quarantine.list()).items).toMatchObject([{ reason: "SYNC_LOCAL_FAILED", tries: 6 }]);
    await expect(world.clock.drive(world.sync.reconcile())).resolves.toMatchObject({ state: "done" });
  });

  test("stops nobody else's recovery, and its own until it can be read", async () => {
    const names = ["bad", "good"];
    const world = await pairs(names, { poll: { localMs: 1_000, remoteMs: 1_000 } });
    const [bad = "", good = ""] = world.localIds;
    for (const [i, id] of world.hubspotIds.entries()) world.hubspot.edit(id, { email: `hub-${names[i]}@x.com` });
    world.clock.advance(leaseMs);
    // Both were written here, and neither is known to have been.
    await die(world, { killAt: 4 });
    const emails = () => world.localIds.map((id) => world.local.value(id, "email"));
    expect(emails()).toEqual(["hub-bad@x.com", "hub-good@x.com"]);
    const healed = new Set([bad]);
    unreadable(world.local, healed);
    // HubSpot owns the field: only who knows that its value arrived takes these for edits made on top of it.
    for (const [i, id] of world.localIds.entries()) world.local.edit(id, { email: `mine-${names[i]}@x.com` });
    await world.settle(world.worker());
    await minutes(world, 8);
    expect(world.hubspot.value(world.hubspotIds[1] ?? "", "email")).toBe("mine-good@x.com");
    expect(world.local.value(good, "email")).toBe("mine-good@x.com");
    healed.clear();
    await minutes(world, 2);
    await world.clock.drive(world.sync.reconcile());
    expect(emails()).toEqual(["mine-bad@x.com", "mine-good@x.com"]);
    expect(world.hubspot.value(world.hubspotIds[0] ?? "", "email")).toBe("mine-bad@x.com");
  });

  test("stops nobody else's recovery, however many such records come before", async () => {
    const names = Array.from({ length: 101 }, (_, i) => `p${i}`);
    const world = await pairs(names, {
      poll: { localMs: 1_000, remoteMs: 1_000 },
      breaker: { share: 1, atLeast: 500 },
    });
    const bad = new Set(world.localIds.slice(0, 100));
    world.clock.advance(leaseMs);
    for (const ids of [world.hubspotIds.slice(0, 100), world.hubspotIds.slice(100)]) {
      for (const id of ids) world.hubspot.edit(id, { email: `hub-${id}@x.com` });
      await world.syncs.hint({ tenant, object: "contacts", ids });
      await die(world, { killAt: 4 });
    }
    unreadable(world.local, bad);
    const waiting = async () => {
      const rows = await world.storage.intents.open(tenant, "leads", world.clock.now(), 200);
      return new Set(rows.map(({ localId }) => localId));
    };
    expect((await waiting()).size).toBe(101);
    world.clock.advance(leaseMs + 1);
    const job = world.worker().syncs.jobs.find(({ name }) => name === "sync:recover");
    const signal = new AbortController().signal;
    const turn = { now: world.clock.now(), deadline: world.clock.now() + 60_000, signal };
    await world.clock.drive(job?.run(turn) ?? Promise.reject());
    expect(await waiting()).toEqual(bad);
  });

  test("is told from an outage also where there are many, here and there in every stretch", async () => {
    const names = Array.from({ length: 100 }, (_, i) => `p${i}`);
    const world = await pairs(names, { breaker: { share: 1, atLeast: 500 } });
    const { localIds, hubspotIds } = world;
    unreadable(world.local, new Set(localIds.filter((_, i) => i % 4 === 0)));
    for (const id of localIds) world.local.edit(id, { last: "Edited" });
    await expect(world.clock.drive(world.sync.reconcile())).resolves.toMatchObject({ state: "done" });
    const edited = hubspotIds.filter((id) => world.hubspot.value(id, "lastname") === "Edited");
    expect(edited).toEqual(hubspotIds.filter((_, i) => i % 4 !== 0));
  });

  test("is counted once by the run it is in, and so are the others of its page", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `p${i}`);
    // A breaker that would open if a page that is taken by halves were counted for each of them.
    const world = await pairs(names, { breaker: { share: 0.99, atLeast: 1 } });
    unreadable(world.local, new Set([world.localIds[17] ?? ""]));
    for (const id of world.localIds.slice(0, 50)) world.local.edit(id, { last: "Edited" });
    const { counts } = await world.clock.drive(world.sync.reconcile());
    expect(counts.pushed).toBe(49);
  });
});

describe("an outage of the source", () => {
  async function claimed(names: number, change: (world: Awaited<ReturnType<typeof pairs>>) => void) {
    const world = await pairs(Array.from({ length: names }, (_, i) => `p${i}`));
    for (const id of world.localIds) world.local.edit(id, { last: "Edited" });
    await world.syncs.hintLocal({ tenant, sync: "leads", ids: world.localIds });
    change(world);
    const error = await world.clock.drive(applyWork(await world.scope())).catch(({ code }: { code: string }) => code);
    world.clock.advance(leaseMs);
    const now = world.clock.now();
    const left = await world.storage.work.claim({ tenant, queue: "leads", now, leaseMs, limit: 100 });
    return { error, left: left.length, tries: left.reduce((sum, { tries }) => sum + tries, 0) };
  }

  test("counts no try of a record, though there is but one: the source names none either", async () => {
    const found = await claimed(1, ({ local }) => {
      local.read = () => Promise.reject(refuses());
      local.changes = () => Promise.reject(refuses());
    });
    expect(found).toEqual({ error: "SYNC_LOCAL_FAILED", left: 1, tries: 0 });
  });

  test("is what a source has that reads none of many records, whatever else it answers", async () => {
    let reads = 0;
    const found = await claimed(100, ({ local }) => {
      local.read = () => {
        reads++;
        return Promise.reject(refuses());
      };
    });
    expect(found).toEqual({ error: "SYNC_LOCAL_FAILED", left: 100, tries: 0 });
    expect(reads, "asked in vain").toBeLessThan(40);
  });
});

describe("a record at whose write the source throws", () => {
  function throwing(world: World, bad: (write: LocalWrite) => boolean): void {
    const write = world.local.write.bind(world.local);
    // A trigger of the table's, or a function of the host's.
    world.local.write = async (of, writes) => {
      if (writes.some(bad)) throw new Error("refused");
      return write(of, writes);
    };
  }

  test("stops no other that is written with it, and ends in quarantine", async () => {
    const world = await pairs(["bad", "good", "fine"]);
    const [bad = "", ...others] = world.localIds;
    throwing(world, (write) => write.kind === "update" && write.id === bad);
    for (const id of world.hubspotIds) world.hubspot.edit(id, { firstname: "Edited" });
    await world.syncs.hint({ tenant, object: "contacts", ids: world.hubspotIds });
    await world.settle();
    expect(others.map((id) => world.local.value(id, "first"))).toEqual(["Edited", "Edited"]);
    await minutes(world, 8);
    expect((await world.sync.quarantine.list()).items).toMatchObject([{ reason: "SYNC_LOCAL_FAILED", tries: 6 }]);
    await expect(world.clock.drive(world.sync.reconcile())).resolves.toMatchObject({ state: "done" });
  });

  test("leaves what landed before the throw for ours: an edit in HubSpot right after it travels", async () => {
    const world = await pairs(["good", "bad"], { conflict: { default: "local" } });
    const [good = "", bad = ""] = world.localIds;
    const write = world.local.write.bind(world.local);
    // A source without a transaction.
    world.local.write = async (of, writes) => {
      const before = writes.findIndex(({ kind, ...one }) => kind === "update" && "id" in one && one.id === bad);
      if (before < 0) return write(of, writes);
      await write(of, writes.slice(0, before));
      world.hubspot.edit(world.hubspotIds[0] ?? "", { firstname: "Edited again" });
      throw new Error("refused");
    };
    for (const id of world.hubspotIds) world.hubspot.edit(id, { firstname: "Edited" });
    for (const key of world.hubspotIds) await world.syncs.hint({ tenant, object: "contacts", ids: [key] });
    await minutes(world, 3);
    expect(world.local.value(good, "first")).toBe(world.hubspot.value(world.hubspotIds[0] ?? "", "firstname"));
    expect(world.local.value(good, "first")).toBe("Edited again");
  });

  test("stops no other that is created with it, here or in HubSpot, and ends in quarantine", async () => {
    const world = await pairs([]);
    throwing(world, ({ values }) => values.email === "bad@x.com");
    for (const name of ["bad", "good"]) world.hubspot.user({ email: `${name}@x.com` });
    await expect(world.clock.drive(world.sync.backfill())).resolves.toMatchObject({ state: "done" });
    expect(world.local.ids().map((id) => world.local.value(id, "email"))).toEqual(["good@x.com"]);
    world.local.user({ email: "new@x.com" });
    await minutes(world, 10);
    expect(world.hubspot.ids().map((id) => world.hubspot.value(id, "email"))).toContain("new@x.com");
    expect((await world.sync.quarantine.list()).items).toMatchObject([{ reason: "SYNC_LOCAL_FAILED", tries: 6 }]);
  });
});
