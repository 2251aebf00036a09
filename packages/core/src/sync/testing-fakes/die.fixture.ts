import { expect } from "vitest";
import { type Fate, Killed, ownedBy, Process } from "./mortal.fixture.ts";
import type { World } from "./world.fixture.ts";

/** A worker that dies as `fate` says, counted from its first stored intent, while it works off what is due. */
export async function die(world: World, fate: Fate): Promise<void> {
  const { clock, hubspot, local, storage } = world;
  const process = new Process({ ...fate, fromIntent: true });
  const { syncs } = world.worker(
    { remote: ownedBy(process, hubspot), storage: ownedBy(process, storage) },
    ownedBy(process, local),
  );
  const signal = new AbortController().signal;
  for (const job of syncs.jobs) {
    try {
      await clock.drive(job.run({ now: clock.now(), deadline: clock.now() + 60_000, signal }));
    } catch (error) {
      if (!(error instanceof Killed) && !process.dead) throw error;
    }
  }
  expect(process.dead).toBe(true);
  clock.advance(10);
}
