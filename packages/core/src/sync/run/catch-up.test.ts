import { expect, test } from "vitest";
import { createSchedules } from "../../schedules/schedules.ts";
import { linked } from "../testing-fakes/linked.fixture.ts";
import { createWorld, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";
import { catchUp } from "./catch-up.ts";
import { applyWork } from "./incremental.ts";

test("what gathered until a schedule's time is worked off then, however much", async () => {
  const world = createWorld();
  const scope = await world.scope();
  const all = Array.from({ length: 30_000 }, (_, i) => String(i));
  scope.sync.declared.local.changes = async (_tenant, cursor, limit) => {
    const from = Number(cursor ?? 0);
    const page = all.slice(from, from + limit);
    const changes = page.map((id) => ({ id, deleted: false }));
    return { changes, cursor: String(from + page.length), more: from + limit < all.length };
  };
  const { work } = world.storage;
  const looked = await catchUp(scope, new AbortController().signal, async () => {
    const now = world.clock.now();
    const claimed = await work.claim({ tenant, queue: "leads", now, leaseMs, limit: 100 });
    await work.complete(claimed);
    return claimed.length;
  });
  expect(looked).toBe(30_000);
});

test("what a stopped worker left of a scheduled run is due again at once", async () => {
  const world = createWorld();
  const schedules = createSchedules({ store: world.storage.schedules, clock: world.clock });
  const { sync } = world.worker({ timetable: schedules });
  for (let i = 0; i < 250; i++) world.hubspot.user({ email: `p${i}@x.com` });
  await world.clock.drive(sync.backfill());
  await sync.schedule.edit({ changes: { every: "1d" } });
  world.clock.advance(60_000);
  for (const id of world.local.ids()) world.local.edit(id, { last: "Edited" });
  world.clock.advance(86_400_000);
  const stop = new AbortController();
  const { claim } = world.storage.work;
  let claims = 0;
  world.storage.work.claim = async (...args) => {
    if (++claims === 2) stop.abort();
    return claim(...args);
  };
  const run = (signal: AbortSignal) =>
    world.clock.drive(schedules.job.run({ now: world.clock.now(), deadline: world.clock.now() + 60_000, signal }));
  const edited = () => world.hubspot.ids().filter((id) => world.hubspot.value(id, "lastname") === "Edited").length;
  await run(stop.signal);
  expect(edited()).toBeLessThan(250);
  world.clock.advance(600_000);
  await run(new AbortController().signal);
  expect(edited()).toBe(250);
});

test("a scheduled run ends although a record is stale at every look", async () => {
  const world = await linked();
  const scope = await world.scope();
  // What `kyselySource` by `updated_at` answers for a row whose time is null.
  world.local.write = async (_of, writes) => writes.map(() => ({ outcome: "stale" }) as const);
  world.hubspot.edit(world.hubspotId, { firstname: "Edited" });
  await world.syncs.hint({ tenant, object: "contacts", ids: [world.hubspotId] });
  const { signal } = new AbortController();
  const looked = await world.clock.drive(catchUp(scope, signal, async (of) => applyWork(of, { signal })));
  expect(looked).toBeLessThan(50);
  expect((await world.storage.work.depth(tenant, "leads")).waiting, "it is left for the next run").toBe(1);
});
