import { sql } from "kysely";
import { attempt, invalid } from "../failures.ts";
import type { ChangeFeed } from "../feed.ts";
import type { Layout } from "../layout.ts";
import { columnOf, keyOf, type RowFacts, tableOf } from "../rows.ts";
import { outboxOf } from "./outbox-of.ts";
import type { OutboxShape } from "./shape.ts";
import { changesTable } from "./tables.ts";

/** Reads what the triggers noted: every change of every writer, in the order of commits, hard deletes included. */
export function outboxFeed(layout: Layout): ChangeFeed {
  const { table, words } = layout;
  const changes = sql.id(changesTable);
  const note = sql.id("hubspoke_note");
  const isItsNote = sql`${note}.source = ${table} and ${note}.tenant = cast(${columnOf(layout, layout.tenant)} as text)
    and ${note}.id = cast(${columnOf(layout, layout.id)} as text)`;
  const ownVersion = words.rowVersion(table);
  const version =
    ownVersion ?? sql`coalesce((select ${note}.version from ${changes} as ${note} where ${isItsNote}), 0)`;
  const isNoted = (note: "tenant" | "id", column: string) =>
    sql`${keyOf(layout, column)} = ${words.asColumn(sql`c.${sql.id(note)}`, layout.typeOf(column))}`;
  const softlyDeleted =
    layout.deletedAt === null
      ? sql`false`
      : sql`exists (select 1 from ${tableOf(layout)} where ${isNoted("tenant", layout.tenant)} and ${isNoted("id", layout.id)}
          and ${columnOf(layout, layout.deletedAt.column)} is not null)`;
  const refuseUnseen = (shape: OutboxShape | null): void => {
    if (shape === null)
      throw invalid(table, "its outbox is not installed; run installOutbox(db, …) with your migrations");
    if (shape.table !== table)
      throw invalid(table, `its outbox was installed for the name "${shape.table}"; run installOutbox again`);
    const unseen = layout.fields.map((field) => field.column).filter((column) => !shape.columns.includes(column));
    if (layout.deletedAt !== null && !shape.columns.includes(layout.deletedAt.column))
      unseen.push(layout.deletedAt.column);
    if (shape.tenant !== layout.tenant || shape.id !== layout.id) {
      throw invalid(
        table,
        `its outbox was installed for the columns "${shape.tenant}" and "${shape.id}"; run installOutbox again`,
      );
    }
    if (unseen.length > 0)
      throw invalid(table, `its outbox does not see "${unseen.join('", "')}"; run installOutbox again`);
  };
  const notes = outboxOf(words).feed(layout, softlyDeleted, refuseUnseen);
  const readTime: RowFacts["readTime"] = (value) => (value === null ? null : Number(value));
  return {
    deletes: "feed",
    editTimes: "field",
    version,
    // A note is looked for once a row, and not for each thing it says.
    beside: sql`left join ${changes} as ${note} on ${isItsNote}`,
    facts: {
      version: ownVersion ?? sql`coalesce(${note}.version, 0)`,
      updatedAt: sql`${note}.at`,
      fieldTimes: sql`cast(${note}.field_times as text)`,
      readTime,
    },
    // `returning` is answered before the triggers run, and each write of ours runs them once, within the same instant.
    factsAfter: {
      version: layout.isPartitioned ? sql`null` : (ownVersion ?? sql`${version} + 1`),
      updatedAt: words.nowMs,
      fieldTimes: sql`null`,
      readTime,
    },
    touch: [],
    touchNew: [],
    async prepare(db) {
      refuseUnseen(await attempt(table, "look for the outbox", () => outboxOf(words).shape(db, table)));
    },
    beforeWrites: (db) => attempt(table, "look for the outbox", async () => notes.refuseBlind?.(db)),
    isPosition: (position) =>
      words.database === "sqlite"
        ? typeof position === "number"
        : typeof position === "object" && position !== null && "tx" in position,
    start: (db) => attempt(table, "read the outbox", () => notes.start(db)),
    after: (db, tenant, position, limit) =>
      attempt(table, "read the outbox", () => notes.after(db, tenant, position, limit)),
  };
}
