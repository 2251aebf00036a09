import { expect, test } from "vitest";
import { createWorld, leaseMs, type World } from "./testing-fakes/world.fixture.ts";

const pages = 40;
/** What a page costs whoever answers at once: four leases in all. */
const pageMs = leaseMs / 10;

/** Four thousand local records that are found to the letter only, in a table that never lets a timer fire. */
function largeTable(): World {
  const world = createWorld({ create: { inHubspot: false } });
  world.local.exact = true;
  for (let i = 0; i < pages * 100; i++) world.local.user({ email: `p${i}@x.com` });
  return world;
}

/** Another process takes the lease as soon as it may. */
function rival(world: World): () => Promise<void> {
  let token = 0;
  return async () => {
    const lease = await world.storage.leases.acquire("sync:acme:leads:run", "rival", world.clock.now(), leaseMs);
    if (lease !== null) token = lease.fence;
    expect(token).toBe(0);
  };
}

test("a walk through all local records, to find one spelled otherwise, keeps the lease of its pass", async () => {
  const world = largeTable();
  world.hubspot.user({ email: "new@x.com", firstname: "New" });
  const tries = rival(world);
  const changes = world.local.changes.bind(world.local);
  let walked = 0;
  world.local.changes = async (...given) => {
    const page = await changes(...given);
    // Time passes, and no timer fires.
    world.clock.pass(pageMs);
    walked++;
    await tries();
    return page;
  };
  const result = await world.clock.drive(world.sync.backfill());
  expect(result.state).toBe("done");
  expect(walked).toBeGreaterThan(2 * pages);
});

test("everything else in the process gets a turn every thousand records", async () => {
  const world = largeTable();
  world.hubspot.user({ email: "new@x.com", firstname: "New" });
  let turns = 0;
  const sleep = world.clock.sleep.bind(world.clock);
  world.clock.sleep = async (ms, signal) => {
    if (ms === 0) turns++;
    return sleep(ms, signal);
  };
  await world.clock.drive(world.sync.plan());
  expect(turns).toBe((2 * pages) / 10 - 1);
  turns = 0;
  await world.clock.drive(world.sync.backfill());
  expect(turns).toBeGreaterThanOrEqual((2 * pages) / 10 - 1);
});
