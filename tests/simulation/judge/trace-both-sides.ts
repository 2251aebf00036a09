import type { Trace } from "../base/trace.ts";
import type { World } from "../world/world.ts";

/** What is there in the end, on both sides: part of the trace, so that two runs of a script end alike or differ in their hash. */
export function traceBothSides(trace: Trace, world: World): void {
  trace.add(JSON.stringify(world.crm.rows()));
  const watched = world.fields.flatMap(({ properties }) => properties);
  for (const { id, properties } of world.contacts.list(watched))
    trace.add(`${id} ${watched.map((property) => properties[property] ?? "").join("|")}`);
}
