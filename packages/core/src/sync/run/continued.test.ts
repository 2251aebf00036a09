import { describe, expect, test } from "vitest";
import { Killed } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs, type World } from "../testing-fakes/world.fixture.ts";

/** Four hundred and fifty pairs, five pages, on which everything is equal; and before them one that the filter hides. */
async function equalSides(): Promise<World> {
  const accept = ({ lastname }: Readonly<Record<string, string | null>>) => lastname !== "Hidden";
  const world = createWorld({
    deletes: { fromHubspot: "unlink" },
    filters: { hubspot: { properties: ["lastname"], accept } },
  });
  world.hubspot.user({ email: "hidden@x.com", lastname: "Hidden" });
  for (let i = 0; i < 450; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "Old" });
  await world.clock.drive(world.sync.backfill());
  world.clock.advance(1_000);
  return world;
}

/** Reconciles in a process that is killed when it would save its n-th checkpoint. */
async function killedAt(world: World, checkpoint: number): Promise<void> {
  let saves = 0;
  const save = async (row: Parameters<typeof world.storage.runs.save>[0]) => {
    if (++saves > checkpoint) throw new Killed();
    return world.storage.runs.save(row);
  };
  const { sync } = world.worker({ storage: { ...world.storage, runs: { ...world.storage.runs, save } } });
  await expect(world.clock.drive(sync.reconcile())).rejects.toThrow(Killed);
  world.clock.advance(leaseMs + 1);
}

/** Whether the hidden one, shown now, comes over. */
async function appears(world: World): Promise<boolean> {
  world.hubspot.edit("100", { lastname: "Shown" });
  await world.clock.drive(world.worker().sync.reconcile());
  return (await world.storage.links.byHubspotIds("acme", "leads", ["100"])).length === 1;
}

const pages = ({ hubspot }: World) => hubspot.calls.filter(({ op }) => op === "list").length;

describe("a reconciliation that goes on where a killed one stopped", () => {
  // 1 opens the run, 2 to 5 are pages, 6 the local side, then its pages, then the missing ones.
  test.each([2, 4, 6, 9, 12])("sees what was edited behind checkpoint %i, on either side", async (checkpoint) => {
    const world = await equalSides();
    // The killed process brings this one over, so its pair says that it was met.
    world.hubspot.edit("103", { firstname: "Soon gone" });
    await killedAt(world, checkpoint);
    world.hubspot.edit("101", { firstname: "New" });
    world.local.edit("L2", { first: "New" });
    world.hubspot.archiveRecord("103");
    const result = await world.clock.drive(world.worker().sync.reconcile());
    expect(result).toMatchObject({ resumed: true, state: "done" });
    expect([world.local.value("L1", "first"), world.hubspot.value("102", "firstname")]).toEqual(["New", "New"]);
    const [link] = await world.storage.links.byHubspotIds("acme", "leads", ["103"]);
    expect(link?.state).toBe("unlinked");
  });

  test("sees what was filtered out behind its checkpoint, which no pair is asked for", async () => {
    const world = await equalSides();
    await killedAt(world, 4);
    expect(await appears(world)).toBe(true);
  });

  test("sees it after it was worked in slices before it was killed", async () => {
    const world = await equalSides();
    const stop = new AbortController();
    const sliced = world.sync.reconcile({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(world.clock.drive(sliced)).rejects.toMatchObject({ code: "ABORTED" });
    await killedAt(world, 1);
    expect(await appears(world)).toBe(true);
  });

  test("killed again on its way round, still sees everything", async () => {
    const world = await equalSides();
    await killedAt(world, 4);
    await killedAt(world, 5);
    world.hubspot.edit("101", { firstname: "New" });
    world.hubspot.edit("541", { firstname: "New" });
    await world.clock.drive(world.worker().sync.reconcile());
    expect([world.local.value("L1", "first"), world.local.value("L441", "first")]).toEqual(["New", "New"]);
  });

  test("lists what it has to twice at most by a page, not the whole again", async () => {
    const world = await equalSides();
    await killedAt(world, 3);
    world.hubspot.calls.length = 0;
    await world.clock.drive(world.worker().sync.reconcile());
    expect(pages(world)).toBeLessThanOrEqual(5 + 2);
    expect(world.hubspot.calls.filter(({ op }) => op === "read")).toEqual([]);
  });
});

test("a reconciliation worked in slices by its signal goes on as it is, and ends", async () => {
  const world = await equalSides();
  let stopped = 0;
  const slice = async () => {
    const stop = new AbortController();
    try {
      return await world.clock.drive(world.sync.reconcile({ signal: stop.signal, onProgress: () => stop.abort() }));
    } catch (error) {
      expect(error).toMatchObject({ code: "ABORTED" });
      return ++stopped;
    }
  };
  let result = await slice();
  while (typeof result === "number") {
    expect(stopped).toBeLessThan(40);
    result = await slice();
  }
  expect(stopped).toBeGreaterThan(2);
  expect(result).toMatchObject({ resumed: true, state: "done" });
});

test("a reconciliation ends though a record is never the same twice", async () => {
  const world = createWorld();
  world.hubspot.user({ email: "ann@x.com", firstname: "Ann" });
  await world.clock.drive(world.sync.backfill());
  world.clock.advance(1_000);
  world.hubspot.edit("100", { firstname: "Anna" });
  // As a trigger of the host's would that writes to every row that is read.
  world.local.write = async () => [{ outcome: "stale" as const }];
  expect(await world.clock.drive(world.sync.reconcile())).toMatchObject({ state: "done", equal: false });
});
