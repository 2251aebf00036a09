import type { Trace } from "../base/trace.ts";
import { fields } from "../script/fields.ts";
import type { World } from "../world/world.ts";

/** What is there in the end, on both sides: part of the trace, so that two runs of a script end alike or differ in their hash. */
export function traceBothSides(trace: Trace, world: World): void {
  trace.add(JSON.stringify(world.crm.rows()));
  for (const { id, properties } of world.contacts.list(fields.map(({ property }) => property)))
    trace.add(`${id} ${fields.map(({ property }) => properties[property] ?? "").join("|")}`);
}
