import { expect, test } from "vitest";
import { catchUp } from "../run/catch-up.ts";
import { createWorld, tenant } from "../testing-fakes/world.fixture.ts";
import { applyOrBreak } from "./jobs.ts";

test("a pause stops a full pass under way, which goes on from its checkpoint after resume", async () => {
  const world = createWorld();
  for (let i = 0; i < 2_000; i++) world.local.user({ email: `p${i}@x.com` });
  let paused: Promise<void> | undefined;
  let written = 0;
  const pass = world.sync.backfill({
    onProgress: ({ phase, done }) => {
      if (phase !== "local" || done < 200 || paused !== undefined) return;
      written = world.hubspot.ids().length;
      paused = world.worker().sync.pause("an incident");
    },
  });
  await expect(world.clock.drive(pass)).rejects.toMatchObject({ code: "SYNC_PAUSED" });
  await paused;
  // The batch that was on its way when it was paused.
  expect(world.hubspot.ids().length - written).toBeLessThanOrEqual(200);
  const { running, lastRuns } = await world.sync.status();
  expect([running, lastRuns], "it is not over").toMatchObject([{ state: "running", errorCode: "SYNC_PAUSED" }, []]);
  await world.sync.resume();
  expect(await world.clock.drive(world.sync.backfill())).toMatchObject({ resumed: true, state: "done" });
  expect(world.hubspot.ids()).toHaveLength(2_000);
  expect(await world.sync.status()).toMatchObject({ running: null, lastRuns: [{ state: "done" }] });
});

test("a pause stops a full pass that works off what waits", async () => {
  const world = createWorld();
  const ids = Array.from({ length: 400 }, (_, i) => world.hubspot.user({ email: `p${i}@x.com`, firstname: "P" }));
  await world.clock.drive(world.sync.backfill());
  const { claim } = world.storage.work;
  let batches = 0;
  world.storage.work.claim = async (...args) => {
    if (++batches === 1) await world.sync.pause("an incident");
    return claim(...args);
  };
  await world.syncs.hint({ tenant, object: "contacts", ids });
  await expect(world.clock.drive(world.sync.reconcile())).rejects.toMatchObject({ code: "SYNC_PAUSED" });
  expect(batches).toBe(1);
});

test("a pause stops what a schedule works off", async () => {
  const world = createWorld();
  for (let i = 0; i < 400; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
  await world.clock.drive(world.sync.backfill());
  await world.settle();
  world.clock.advance(1_000);
  for (const id of world.local.ids()) world.local.edit(id, { last: "Edited" });
  let batches = 0;
  const run = catchUp(await world.scope(), new AbortController().signal, async (scope, signal) => {
    const did = await applyOrBreak(scope, signal);
    if (++batches === 1) await world.sync.pause("an incident");
    return did;
  });
  await world.clock.drive(run);
  const edited = world.hubspot.ids().filter((id) => world.hubspot.value(id, "lastname") === "Edited");
  expect(edited).toHaveLength(100);
});
