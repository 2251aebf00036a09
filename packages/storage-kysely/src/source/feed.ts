import { HubSpotSyncError } from "@hubspoke/core/errors";
import type { LocalChange, LocalSourceCapabilities, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { attempt } from "./failures.ts";
import type { Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { keyOf, notDeleted, type OfTenant, ofTenant, type RowFacts, tableOf } from "./rows.ts";
import { statement } from "./statement.ts";
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
  /** The row's version where a row is written: an expression over the row alone. */
  readonly version: RawBuilder<unknown>;
  /** What a read says after the name of the table, so that it can ask for `facts`. Joins a row to one other at most. */
  readonly beside: RawBuilder<unknown>;
  readonly facts: RowFacts;
  /** The same, asked in the `returning` of a write of ours: as they are once that statement is done. */
  readonly factsAfter: RowFacts;
  /** Columns the feed needs every write of ours to set, on a row that is there and on a new one. */
  readonly touch: readonly Assignment[];
  readonly touchNew: readonly Assignment[];
  /** Refuses a table that is not prepared for this feed. */
  prepare(db: HostDb): Promise<void>;
  /** Refuses writes while the feed's `version` would not tell of every edit: one that came between would be lost. */
  beforeWrites(db: HostDb): Promise<void>;
  /** Whether a position is one of this kind of feed: another kind's would be read as a place that it is not. */
  isPosition(position: unknown): boolean;
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

/** A page of changes after the cursor. */
export type Changes = (db: HostDb, tenant: Tenant, cursor: string | null, limit: number) => Promise<ChangePage>;

/**
 * The first reading walks every row by id and afterwards takes up the feed where it stood *before* the walk began, so
 * that nothing which happened during the walk is missed.
 */
export function changesOf(layout: Layout, feed: ChangeFeed): Changes {
  const walk = walkOf(layout);
  return async (db, tenant, cursor, limit) => {
    const from = cursor === null ? { walk: null, resume: await feed.start(db) } : parseCursor(layout, feed, cursor);
    if ("walk" in from) return walk(db, tenant, from, limit);
    const { changes, position, more } = await feed.after(db, tenant, from.at, limit);
    return { changes, cursor: JSON.stringify({ at: position }), more };
  };
}

type Walk = Extract<Cursor, { readonly walk: unknown }>;

function walkOf(layout: Layout): (db: HostDb, tenant: Tenant, from: Walk, limit: number) => Promise<ChangePage> {
  const id = keyOf(layout, layout.id);
  interface Shape {
    readonly begins: boolean;
    readonly limit: number;
  }
  const idsBeyond = statement<OfTenant & { readonly last: string | null }, Shape, { id: string }>(
    layout,
    (places, { begins, limit }) => sql`
      select cast(${id} as text) as id from ${tableOf(layout)}
      where ${ofTenant(layout, places)} and ${notDeleted(layout)}
        and ${begins ? sql`1 = 1` : sql`${id} > ${places.value(({ last }) => last)}`}
      order by ${id} limit ${sql.lit(limit + 1)}`,
  );
  return async (db, tenant, from, limit) => {
    const { rows } = await attempt(layout.table, "list its rows", () =>
      idsBeyond(db, { tenant, last: from.walk }, { begins: from.walk === null, limit }),
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    const next: Cursor = more ? { walk: last.id, resume: from.resume } : { at: from.resume };
    return { changes: page.map((row) => ({ id: row.id, deleted: false })), cursor: JSON.stringify(next), more };
  };
}

function parseCursor({ table }: Layout, feed: ChangeFeed, text: string): Cursor {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && ("at" in value || "walk" in value)) {
    const cursor = value as Cursor;
    if (feed.isPosition("walk" in cursor ? cursor.resume : cursor.at)) return cursor;
  }
  throw cursorRefused(table, "the cursor is not one of this source, or of before its `changes` was another");
}

/** What happened after the cursor can not be told. `details.cursor` says so to the engine, which starts again from null. */
export function cursorRefused(table: string, problem: string): HubSpotSyncError {
  return new HubSpotSyncError("SYNC_LOCAL_FAILED", `kyselySource("${table}"): ${problem}; start again from null`, {
    details: { table, cursor: "refused" },
  });
}
