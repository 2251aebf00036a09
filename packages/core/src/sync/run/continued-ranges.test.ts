import fc from "fast-check";
import { expect, test } from "vitest";
import { Killed } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs, type World } from "../testing-fakes/world.fixture.ts";
import type { SyncProgress } from "./progress.ts";

const people = 300;
/** Three hundred pages: enough to be divided among readers. */
const settings = { leaseMs, marginMs: 1_000, pageSize: 1, readers: 4 };

function withPeople(): World {
  const world = createWorld({ deletes: { fromHubspot: "unlink" } });
  for (let i = 0; i < people; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "Old" });
  return world;
}

/** A process that is killed when it would save its n-th checkpoint; null: one that lives. */
async function run(world: World, kind: "backfill" | "reconcile", killAt: number | null): Promise<boolean> {
  let saves = 0;
  const save = async (row: Parameters<typeof world.storage.runs.save>[0]) => {
    if (++saves === killAt) throw new Killed();
    return world.storage.runs.save(row);
  };
  const storage = { ...world.storage, runs: { ...world.storage.runs, save } };
  const { sync } = world.worker({ storage, settings });
  try {
    await world.clock.drive(sync[kind]());
    return true;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    world.clock.advance(leaseMs + 1);
    return false;
  }
}

const lists = ({ hubspot }: World) => hubspot.calls.filter(({ op }) => op === "list").length;
const inHubspot = ({ hubspot }: World) => hubspot.ids().map((id) => hubspot.value(id, "firstname"));

async function expectAlike(world: World): Promise<void> {
  const links = await world.storage.links.byHubspotIds("acme", "leads", world.hubspot.ids());
  const there = new Map(links.map(({ hubspotId, localId }) => [hubspotId, world.local.value(localId, "first")]));
  expect(world.hubspot.ids().map((id) => there.get(id))).toEqual(inHubspot(world));
}

test("a pass lists by several readers, each in its range, and brings everybody over once", async () => {
  const world = withPeople();
  let open = 0;
  let most = 0;
  const list = world.hubspot.list.bind(world.hubspot);
  world.hubspot.list = async (query) => {
    most = Math.max(most, ++open);
    await world.clock.sleep(200, query.signal);
    open--;
    return list(query);
  };
  const { sync } = world.worker({ settings });
  const etas: (number | null)[] = [];
  const onProgress = ({ phase, total, etaMs }: SyncProgress) => {
    if (phase === "remote" && total === people) etas.push(etaMs);
  };
  const result = await world.clock.drive(sync.backfill({ onProgress }));
  // Nobody said how many there are: HubSpot's search did.
  expect(etas.length).toBeGreaterThan(people - 10);
  expect(etas.at(-1)).toBe(0);
  expect([most, result.counts.createdLocal, world.local.ids().length]).toEqual([3, people, people]);
  expect(lists(world)).toBeLessThanOrEqual(Math.ceil(people * 1.02));
});

test.each([2, 40, 150, 280, 299])(
  "a backfill killed at its checkpoint %i goes on in each range from where it was",
  async (killAt) => {
    const world = withPeople();
    expect(await run(world, "backfill", killAt)).toBe(false);
    const before = world.local.ids().length;
    expect(before).toBeGreaterThan(0);
    world.hubspot.calls.length = 0;
    expect(await run(world, "backfill", null)).toBe(true);
    // What was worked on when the process died is listed again: the pages in flight and those that waited.
    expect(lists(world)).toBeLessThanOrEqual(people - (killAt - 2) + 15);
    expect(world.local.ids()).toHaveLength(people);
    await expectAlike(world);
  },
);

test("killed anywhere, as often as may be, a reconciliation sees every edit behind its checkpoints", async () => {
  const edits = fc.array(fc.integer({ min: 100, max: 100 + people - 1 }), { maxLength: 4 });
  const kills = fc.array(fc.record({ at: fc.integer({ min: 1, max: people + 20 }), edits }), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(kills, async (all) => {
      const world = withPeople();
      await run(world, "backfill", null);
      let edit = 0;
      for (const { at, edits: some } of all) {
        await run(world, "reconcile", at);
        world.clock.advance(1_000);
        for (const id of some) world.hubspot.edit(String(id), { firstname: `New ${++edit}` });
      }
      await run(world, "reconcile", null);
      await expectAlike(world);
    }),
    { numRuns: 12 },
  );
}, 60_000);
