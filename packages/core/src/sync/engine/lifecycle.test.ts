import { describe, expect, test } from "vitest";
import { codec } from "../declare/field.ts";
import { linked, stateOf } from "../testing-fakes/linked.fixture.ts";
import { Killed } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, fields, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";

describe("a record archived in HubSpot", () => {
  test("unlinks the local one, which stays and is not created anew", async () => {
    const world = await linked();
    world.hubspot.archiveRecord(world.hubspotId);
    await world.clock.drive(world.sync.reconcile());
    expect([await stateOf(world, world.localId), world.local.ids(), world.hubspot.ids()]).toEqual([
      "unlinked",
      [world.localId],
      [],
    ]);
  });

  test("is deleted locally where that is declared", async () => {
    const world = await linked({ deletes: { fromHubspot: "delete" } });
    world.hubspot.archiveRecord(world.hubspotId);
    await world.clock.drive(world.sync.reconcile());
    await world.settle();
    expect([world.local.ids(), world.hubspot.ids()]).toEqual([[], []]);
  });

  test("lives again when it is restored, with the base it had", async () => {
    const world = await linked({ deletes: { fromHubspot: "ignore" } });
    world.hubspot.archiveRecord(world.hubspotId);
    await world.clock.drive(world.sync.reconcile());
    expect(await stateOf(world, world.localId)).toBe("remote-archived");
    world.local.edit(world.localId, { first: "Anna" });
    world.hubspot.restore(world.hubspotId);
    await world.clock.drive(world.sync.reconcile());
    expect([await stateOf(world, world.localId), world.hubspot.value(world.hubspotId, "firstname")]).toEqual([
      "linked",
      "Anna",
    ]);
  });
});

test("a record deleted locally is archived in HubSpot where that is declared, and ignored where not", async () => {
  const ignoring = await linked();
  ignoring.local.remove(ignoring.localId);
  await ignoring.settle();
  expect([ignoring.hubspot.ids(), await stateOf(ignoring, ignoring.localId)]).toEqual([
    [ignoring.hubspotId],
    "local-deleted",
  ]);
  const archiving = await linked({ deletes: { fromLocal: "archive" } });
  archiving.local.remove(archiving.localId);
  await archiving.settle();
  expect(archiving.hubspot.ids()).toEqual([]);
});

test("a merge moves the link to the survivor, and the loser's local record loses its own", async () => {
  const world = await linked();
  const other = world.hubspot.user({ email: "dup@x.com", firstname: "Dup" });
  await world.clock.drive(world.sync.reconcile());
  const [, otherLocal = ""] = world.local.ids();
  const survivor = world.hubspot.merge(world.hubspotId, other);
  await world.syncs.hint({ tenant, object: "contact", ids: [world.hubspotId, other, survivor] });
  await world.settle();
  await world.clock.drive(world.sync.reconcile());
  const [link] = await world.storage.links.byHubspotIds(tenant, "leads", [survivor]);
  expect(link?.localId).toBe(world.localId);
  expect(await stateOf(world, otherLocal)).toBe("unlinked");
  world.local.edit(world.localId, { first: "Anna" });
  await world.settle();
  expect([world.hubspot.ids(), world.hubspot.value(survivor, "firstname")]).toEqual([[survivor], "Anna"]);
});

test("a merge is seen by polling alone: edits of the survivor go on arriving", async () => {
  const world = await linked();
  const other = world.hubspot.user({ email: "dup@x.com", firstname: "Dup" });
  await world.settle();
  const [, otherLocal = ""] = world.local.ids();
  const survivor = world.hubspot.merge(world.hubspotId, other);
  world.clock.advance(1_000);
  world.hubspot.edit(survivor, { firstname: "Anna" });
  // A local edit in the same batch names the same pair by its old id.
  world.local.edit(world.localId, { last: "Lee" });
  await world.settle();
  expect([world.local.value(world.localId, "first"), world.hubspot.value(survivor, "lastname")]).toEqual([
    "Anna",
    "Lee",
  ]);
  expect([await stateOf(world, world.localId), await stateOf(world, otherLocal)]).toEqual(["linked", "unlinked"]);
  world.hubspot.edit(survivor, { firstname: "Annie" });
  await world.settle();
  expect(world.local.value(world.localId, "first")).toBe("Annie");
  expect([world.local.ids(), world.hubspot.ids()]).toEqual([[world.localId, otherLocal], [survivor]]);
});

describe("what a run may do", () => {
  test("a breaker stops it, pauses the sync, tells people, and lets it go on after resume", async () => {
    const world = createWorld({ breaker: { share: 0.5, atLeast: 1 } });
    for (let i = 0; i < 10; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
    await world.clock.drive(world.sync.backfill());
    world.clock.advance(1_000);
    for (const id of world.hubspot.ids()) world.hubspot.edit(id, { firstname: "Gone" });
    await expect(world.clock.drive(world.sync.reconcile())).rejects.toMatchObject({ code: "SYNC_BREAKER_OPEN" });
    expect(world.local.ids().map((id) => world.local.value(id, "first"))).not.toContain("Gone");
    expect(world.alerts.map(({ name }) => name)).toContain("sync.breaker_open");
    expect((await world.sync.status()).paused?.reason).toBe("stopped by its breaker");
    await expect(world.clock.drive(world.sync.reconcile())).rejects.toMatchObject({ code: "SYNC_PAUSED" });
  });

  test("the links are counted only once there are more changes than every limit allows for", async () => {
    const world = createWorld({ breaker: { share: 0.5, atLeast: 5 } });
    for (let i = 0; i < 12; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
    await world.clock.drive(world.sync.backfill());
    await world.settle();
    const { count } = world.storage.links;
    let counted = 0;
    world.storage.links.count = (...args) => {
      counted++;
      return count(...args);
    };
    const [first = "", ...others] = world.hubspot.ids();
    world.hubspot.edit(first, { firstname: "Anna" });
    await world.settle();
    expect([
      world.local
        .ids()
        .map((id) => world.local.value(id, "first"))
        .includes("Anna"),
      counted,
    ]).toEqual([true, 0]);
    for (const id of others) world.hubspot.edit(id, { firstname: "Gone" });
    await world.settle();
    expect([(await world.sync.status()).paused?.reason, counted > 0]).toEqual(["stopped by its breaker", true]);
  });

  test("readOnly pulls and never writes to HubSpot", async () => {
    const world = await linked({ readOnly: true });
    world.local.user({ email: "new@x.com", first: "New" });
    world.local.edit(world.localId, { first: "Anna" });
    world.hubspot.edit(world.hubspotId, { lastname: "Lee" });
    await world.settle();
    expect([world.hubspot.writes, world.hubspot.ids().length, world.local.value(world.localId, "last")]).toEqual([
      0,
      1,
      "Lee",
    ]);
  });

  test("shadow counts and writes to neither side", async () => {
    const world = createWorld({ shadow: true });
    world.hubspot.user({ email: "a@x.com" });
    world.local.user({ email: "b@x.com" });
    const { counts } = await world.clock.drive(world.sync.backfill());
    expect(counts).toMatchObject({ "create-local": 1, "create-hubspot": 1 });
    expect([world.hubspot.ids().length, world.local.ids().length]).toEqual([1, 1]);
  });

  test("limitWrites ends the writes of a run, not the run", async () => {
    const world = createWorld({ limitWrites: 2 });
    for (let i = 0; i < 5; i++) world.local.user({ email: `p${i}@x.com` });
    const { counts } = await world.clock.drive(world.sync.backfill());
    expect([counts.createdHubspot, counts["skipped:write-limit"], world.hubspot.ids().length]).toEqual([2, 3, 2]);
  });

  test("limitWrites between runs: what is over travels a minute later", async () => {
    const world = createWorld({ limitWrites: 2 });
    for (let i = 0; i < 5; i++) world.hubspot.user({ email: `p${i}@x.com` });
    await world.clock.drive(world.sync.backfill());
    await world.settle();
    world.clock.advance(1_000);
    for (const id of world.local.ids()) world.local.edit(id, { last: "Edited" });
    await world.syncs.hintLocal({ tenant, sync: "leads", ids: world.local.ids() });
    const edited = () => world.hubspot.ids().filter((id) => world.hubspot.value(id, "lastname") === "Edited").length;
    const apply = async () => {
      const run = {
        now: world.clock.now(),
        deadline: world.clock.now() + 10_000,
        signal: new AbortController().signal,
      };
      await world.clock.drive(
        Promise.all(world.syncs.jobs.map((job) => (job.name === "sync:apply" ? job.run(run) : 0))),
      );
    };
    await apply();
    await apply();
    expect(edited()).toBe(2);
    await world.settle();
    expect(edited()).toBe(5);
  });
});

test("a codec that throws on one record quarantines that one; a replay after the cure syncs it", async () => {
  let cured = false;
  const name = codec(["firstname"], {
    encode: (text) => ({ firstname: text }),
    decode: ({ firstname }) => {
      if (firstname === "Bad" && !cured) throw new Error("cannot");
      return firstname;
    },
    samples: ["Ada"],
    owner: "hubspot",
  });
  const world = createWorld({ fields: { email: fields.email, first: name } });
  for (const firstname of ["Ada", "Bad", "Cy"]) world.hubspot.user({ email: `${firstname}@x.com`, firstname });
  const running = world.clock.drive(world.sync.backfill());
  await expect(running).resolves.toMatchObject({ counts: { createdLocal: 2 }, equal: false });
  expect((await world.sync.quarantine.list()).items).toMatchObject([
    { reason: "SYNC_RECORD_FAILED", fields: ["first"] },
  ]);
  const told = world.alerts.filter(({ name: alert }) => alert === "sync.quarantined").map(({ key }) => key);
  expect([told, world.cleared]).toEqual([["sync.quarantined:leads:SYNC_RECORD_FAILED"], []]);
  cured = true;
  expect(await world.sync.quarantine.replay()).toBe(1);
  await world.settle();
  expect(world.local.ids()).toHaveLength(3);
  expect((await world.sync.quarantine.list()).items).toEqual([]);
  expect(world.cleared, "nobody looks into what is over").toEqual(told);
});

test("creates that waited for a full batch when the process was killed are not forgotten by the next one", async () => {
  const world = createWorld();
  world.local.user({ email: "new@x.com", first: "New" });
  for (let i = 0; i < 150; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
  // Killed where the batch would be admitted: the page that found the record is behind the checkpoint by then.
  const store = async (rows: Parameters<typeof world.storage.intents.store>[0]) => {
    if (rows.some(({ direction }) => direction === "to-hubspot")) throw new Killed();
    return world.storage.intents.store(rows);
  };
  const intents = { ...world.storage.intents, store };
  const quiet = { storage: { ...world.storage, intents } };
  await expect(world.clock.drive(world.worker(quiet).sync.backfill())).rejects.toThrow(Killed);
  expect(world.hubspot.ids()).toHaveLength(150);
  world.clock.advance(leaseMs + 1);
  const { sync, ...next } = world.worker();
  expect(await world.clock.drive(sync.backfill())).toMatchObject({ resumed: true, state: "done" });
  await world.settle(next);
  expect(world.hubspot.ids()).toHaveLength(151);
});
