import type { LocalChange, LocalSourceCapabilities, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { attempt, failed } from "./failures.ts";
import type { Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { columnOf, notDeleted, ofTenant, type RowFacts, tableOf } from "./rows.ts";
import { parseJson } from "./values.ts";

export interface ChangePage {
  readonly changes: readonly LocalChange[];
  readonly cursor: string;
  readonly more: boolean;
}

export interface Assignment {
  readonly column: string;
  readonly value: RawBuilder<unknown>;
}

/** How changes of a table become known, and what that tells about a row. */
export interface ChangeFeed {
  readonly deletes: LocalSourceCapabilities["deletes"];
  readonly editTimes: LocalSourceCapabilities["editTimes"];
  readonly facts: RowFacts;
  /** The same, asked in the `returning` of a write of ours: as they are once that statement is done. */
  readonly factsAfter: RowFacts;
  /** Columns the feed needs every write of ours to set, on a row that is there and on a new one. */
  readonly touch: readonly Assignment[];
  readonly touchNew: readonly Assignment[];
  /** Refuses a table that is not prepared for this feed. */
  prepare(db: HostDb): Promise<void>;
  /** Where a reading from the beginning stands; what happens later is found after it. */
  start(db: HostDb): Promise<unknown>;
  after(
    db: HostDb,
    tenant: Tenant,
    position: unknown,
    limit: number,
  ): Promise<{ readonly changes: readonly LocalChange[]; readonly position: unknown; readonly more: boolean }>;
}

/** A cursor is opaque to everybody else: a walk over all rows, then a position in the feed. */
type Cursor = { readonly walk: string | null; readonly resume: unknown } | { readonly at: unknown };

/**
 * Changes after `cursor`. The first reading walks every row by id and afterwards takes up the feed where it stood
 * *before* the walk began, so that nothing which happened during the walk is missed.
 */
export async function changesOf(
  db: HostDb,
  layout: Layout,
  feed: ChangeFeed,
  tenant: Tenant,
  cursor: string | null,
  limit: number,
): Promise<ChangePage> {
  const from = cursor === null ? { walk: null, resume: await feed.start(db) } : parseCursor(layout, cursor);
  if ("walk" in from) return walk(db, layout, tenant, from, limit);
  const { changes, position, more } = await feed.after(db, tenant, from.at, limit);
  return { changes, cursor: JSON.stringify({ at: position }), more };
}

async function walk(
  db: HostDb,
  layout: Layout,
  tenant: Tenant,
  from: { readonly walk: string | null; readonly resume: unknown },
  limit: number,
): Promise<ChangePage> {
  const id = columnOf(layout, layout.id);
  const beyond = from.walk === null ? sql`1 = 1` : sql`${id} > ${from.walk}`;
  const query = sql<{ id: string }>`
    select cast(${id} as text) as id from ${tableOf(layout)}
    where ${ofTenant(layout, tenant)} and ${notDeleted(layout)} and ${beyond} order by ${id} limit ${sql.lit(limit + 1)}`;
  const { rows } = await attempt(layout.table, "list its rows", () => query.execute(db));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  const next: Cursor = more ? { walk: last.id, resume: from.resume } : { at: from.resume };
  return { changes: page.map((row) => ({ id: row.id, deleted: false })), cursor: JSON.stringify(next), more };
}

function parseCursor(layout: Layout, text: string): Cursor {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && ("at" in value || "walk" in value)) return value as Cursor;
  throw failed(layout.table, "the cursor is not one of this source; start again from null");
}
