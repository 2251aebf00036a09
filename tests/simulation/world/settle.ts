import { Stuck } from "../base/clock.ts";
import type { Crew } from "./crew.ts";
import { noFate } from "./process.ts";
import { syncName, tenant, type World } from "./world.ts";

/** The interval of the search feed, and then some. */
export const roundMs = 61_000;

const mostRounds = 60;

/**
 * Rounds of both workers in turn, until so many in a row left nothing open; the search index lags for less than one.
 * Where nothing but webhooks is open, the next round begins when the last of them is due: a round for each that comes
 * in between would read the same records ten times over.
 */
export async function settle(world: World, crew: Crew, quietRounds: number): Promise<void> {
  for (let quiet = 0, round = 0; quiet < quietRounds; round++) {
    if (round > mostRounds) throw new Stuck("the engine does not come to rest");
    await crew.deliver(round % 2, noFate);
    const worker = crew.worker(round % 2);
    await crew.through(worker, crew.shift(worker, "rounds"));
    const done = await isDone(world);
    const awaited = world.simulator.pendingWebhooks.length > 0;
    quiet = done && !awaited ? quiet + 1 : 0;
    await world.clock.advance(done && awaited ? Math.max(roundMs, world.webhookDelayMs) : roundMs);
  }
}

/** Whether nothing is marked, nothing under way and nothing to be delivered. */
export async function isQuiet(world: World): Promise<boolean> {
  return world.simulator.pendingWebhooks.length === 0 && (await isDone(world));
}

/** Whether nothing is marked and nothing under way. */
async function isDone({ storage }: World): Promise<boolean> {
  const { waiting } = await storage.work.depth(tenant, syncName);
  if (waiting > 0) return false;
  return (await storage.intents.open(tenant, syncName, Number.MAX_SAFE_INTEGER, 1)).length === 0;
}
