import type { People } from "../judge/people.ts";
import type { Stage } from "../script/steps.ts";
import type { Crew } from "./crew.ts";
import { roundMs } from "./settle.ts";
import { syncName, tenant, type World } from "./world.ts";

/**
 * The product is deployed so that it may do less, or its sync is paused; users edit, a worker is at work, and then
 * everything is as before. What may not be written meanwhile is not.
 */
export async function goThrough(
  { as, worker: place, what, edits }: Stage,
  world: World,
  crew: Crew,
  people: People,
): Promise<void> {
  world.simulator.faults.clear();
  // A dead process's last request lands before its successor does anything.
  crew.deploy(as === "paused" ? undefined : as);
  await world.clock.advance(1_000);
  const { sync } = crew.worker(0);
  if (as === "paused") await crew.through(crew.worker(0), sync.pause());
  for (const edit of edits) await people.edit(edit);
  await world.clock.advance(roundMs);
  const before = { ...world.writes };
  const underWay = await world.storage.intents.open(tenant, syncName, Number.MAX_SAFE_INTEGER, 1);
  const worker = crew.worker(place);
  await crew.through(worker, crew.shift(worker, what));
  const wrote = { here: world.writes.local - before.local, there: world.writes.hubspot - before.hubspot };
  const records = world.writes.records - before.records;
  // A pass writes one record; what recovery puts back is not counted to it, nor is each round of a worker a pass.
  if (as === "limited" && what === "reconcile" && underWay.length === 0 && records > 1)
    world.problems.push(`limited: ${records} records written in HubSpot by one pass`);
  if (as !== "limited" && wrote.there > 0) world.problems.push(`${as}: ${wrote.there} written in HubSpot`);
  if ((as === "shadow" || as === "paused") && wrote.here > 0) world.problems.push(`${as}: ${wrote.here} written here`);
  if (as === "paused") await crew.through(crew.worker(0), crew.worker(0).sync.resume());
  crew.deploy(undefined);
  // What was left out is marked no more: whoever ends such a stage lets a reconciliation run, as the guide says.
  if (as === "read-only" || as === "shadow") await crew.through(crew.worker(0), crew.worker(0).sync.reconcile());
}
