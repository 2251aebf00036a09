import type { ObjectCalls } from "../client/object-calls.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { modifiedProperty } from "../model/object-type.ts";
import { decodeProperty } from "../model/property-value.ts";
import type { EpochMs } from "../ports/ids.ts";

const pageSize = 200;
/** No search goes past this many results (hubspot-facts §2.2). */
const searchCap = 10_000;

/**
 * Where a walk over changes stands. `time`: ascending by modified time from `since`. `tie`: all records of one
 * moment, ascending by id from `afterId`: a bulk update gives more than 10,000 records one timestamp, and a walk by time
 * alone would stand still there.
 */
type Position =
  | { readonly by: "time"; readonly since: EpochMs; readonly after: string | null }
  | { readonly by: "tie"; readonly since: EpochMs; readonly afterId: string };

export interface ChangePage {
  readonly changes: readonly { readonly id: string; readonly at: EpochMs }[];
  readonly next: string | null;
}

/** One page of the records modified at or after `since`. May name a record twice; never leaves one of the index out. */
export async function changedSince(calls: ObjectCalls, since: EpochMs, token: string | null): Promise<ChangePage> {
  const position = token === null ? { by: "time" as const, since, after: null } : parse(token);
  const property = modifiedProperty(calls.object);
  const page = await calls.searchPage(bodyOf(position, property));
  const changes = page.records.map((record) => {
    const at = decodeProperty("date", record.properties[property] ?? record.updatedAt);
    return { id: record.id, at: at instanceof Date ? at.getTime() : position.since };
  });
  const last = changes.at(-1);
  const next = last === undefined ? null : following(position, page.next, last);
  return { changes, next: next === null ? afterTie(position) : format(next) };
}

function bodyOf(position: Position, property: string): unknown {
  const tie = position.by === "tie";
  const filters = tie
    ? [
        { propertyName: property, operator: "EQ", value: String(position.since) },
        { propertyName: "hs_object_id", operator: "GT", value: position.afterId },
      ]
    : [{ propertyName: property, operator: "GTE", value: String(position.since) }];
  return {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: tie ? "hs_object_id" : property, direction: "ASCENDING" }],
    properties: [property],
    limit: pageSize,
    ...(tie || position.after === null ? {} : { after: position.after }),
  };
}

function following(
  position: Position,
  after: string | null,
  last: { readonly id: string; readonly at: EpochMs },
): Position | null {
  if (after === null) return null;
  if (position.by === "tie") return { ...position, afterId: last.id };
  if (Number(after) + pageSize <= searchCap) return { ...position, after };
  // The cap: start again from the last time seen, or go through the one moment that fills all ten thousand.
  return last.at > position.since
    ? { by: "time", since: last.at, after: null }
    : { by: "tie", since: position.since, afterId: "0" };
}

/** After the last record of a moment the walk by time goes on with the next one. */
function afterTie(position: Position): string | null {
  return position.by === "tie" ? format({ by: "time", since: position.since + 1, after: null }) : null;
}

function format(position: Position): string {
  return [position.by, position.since, position.by === "tie" ? position.afterId : (position.after ?? "")].join(":");
}

function parse(token: string): Position {
  const [by, since, rest] = token.split(":");
  const at = Number(since);
  if (!Number.isFinite(at) || rest === undefined || (by !== "time" && by !== "tie")) {
    throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: this is not a position that changedSince gave");
  }
  return by === "tie" ? { by, since: at, afterId: rest } : { by, since: at, after: rest === "" ? null : rest };
}
