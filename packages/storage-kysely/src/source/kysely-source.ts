import { HubspokeError } from "@hubspoke/core/errors";
import type { LocalSource, LocalWriteResult } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { asItIs, refuseSchema } from "./as-it-is.ts";
import { createByColumn, createByTable, installCreates } from "./creates.ts";
import { attempt, invalid } from "./failures.ts";
import { type Changes, changesOf } from "./feed.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { inOneCommit } from "./one-commit.ts";
import type { HostDb, KyselySourceOptions } from "./options.ts";
import { outboxFeed } from "./outbox/feed.ts";
import { type Reads, readsOf } from "./reads.ts";
import { updatedAtFeed } from "./updated-at-feed.ts";
import { deleteOne, guardedStatements, refusedBy, type Writing, writeOne } from "./writes.ts";

export type { FieldKind, FieldSpec, KyselySourceOptions, TimeFormat } from "./options.ts";

/** The declaration as it fits the table, and the statements made of it; once, at first use. */
interface Ready extends Writing {
  readonly reads: Reads;
  readonly changes: Changes;
}

/**
 * A table of yours as one side of a sync, on your own Kysely instance (SQLite or Postgres). The declaration is checked against the
 * table at first use; constructing does no I/O.
 *
 * Every statement names the tenant, and no write ever changes the tenant's column. Updates and deletes carry the version
 * they were decided on, in the statement that writes. Reads give the declared fields and no other column.
 *
 * Match keys are compared to the letter first, and then as `lower(trim(column))`: that is a scan of the tenant's rows for
 * every batch of new HubSpot records, unless the table has an index for it:
 * `create index … on leads (workspace, lower(trim(email)))`. SQLite's `lower` knows the letters A to Z only.
 *
 * Errors: SYNC_DECLARATION_INVALID when the options do not fit the table, SYNC_LOCAL_FAILED when the database refuses a
 * statement, READ_ONLY for a write to a `readOnly` source. What the database refuses about a *row* (a constraint) is no
 * error but the outcome `rejected`, naming the fields.
 */
export function kyselySource<DB>(db: Kysely<DB>, options: KyselySourceOptions<DB>): LocalSource {
  const host = asItIs(db);
  const declared: KyselySourceOptions = { ...options };
  const { table, readOnly = false } = declared;
  let preparing: Promise<Ready> | undefined;
  let createsInstalled = false;

  /** Shared by all callers; forgotten after a failure, so that a table made later is found. */
  const prepared = async (): Promise<Ready> => {
    refuseSchema(db, table);
    preparing ??= prepare(host, declared).catch((error: unknown) => {
      preparing = undefined;
      throw error;
    });
    return preparing;
  };

  const writing = async (): Promise<Writing> => {
    if (readOnly) throw new HubspokeError("READ_ONLY", `kyselySource("${table}") is readOnly`);
    const ready = await prepared();
    if (ready.layout.createdKey === null && !createsInstalled) {
      await attempt(table, "create hubspoke_creates", () => installCreates(host));
      createsInstalled = true;
    }
    await ready.feed.beforeWrites(host);
    return ready;
  };

  return {
    capabilities: {
      deletes: declared.changes === "updated_at" && declared.deletedAtColumn === undefined ? "scan" : "feed",
      editTimes: declared.changes === "updated_at" ? "record" : "field",
      readOnly,
    },
    async fields() {
      const { layout } = await prepared();
      return layout.fields.map(({ name }) => name);
    },
    async changes(tenant, cursor, limit) {
      const { changes } = await prepared();
      return changes(host, tenant, cursor, Math.max(1, limit));
    },
    async read(tenant, ids) {
      const { reads } = await prepared();
      return reads.byIds(host, tenant, ids);
    },
    async write(tenant, writes) {
      const ready = await writing();
      return inOneCommit(ready, writes, {
        write: (on, one) => writeOne(on, tenant, one),
        undone: ({ outcome }) => outcome === "rejected",
        isStatement: ({ kind }) => kind === "update",
        refusal: (error): LocalWriteResult => refusedBy(error, ready.layout),
      });
    },
    async delete(tenant, deletes) {
      const ready = await writing();
      return inOneCommit(ready, deletes, {
        write: (on, one) => deleteOne(on, tenant, one.id, one.expectedVersion),
        undone: () => false,
        isStatement: () => true,
      });
    },
    async findBy(tenant, field, values) {
      const { reads } = await prepared();
      return reads.byValues(host, tenant, field, values);
    },
    async findFolded(tenant, field, keys) {
      const { reads } = await prepared();
      return reads.byKeys(host, tenant, field, keys);
    },
  };
}

async function prepare(db: HostDb, options: KyselySourceOptions): Promise<Ready> {
  const layout = await layoutOf(db, options);
  const feed = options.changes === "updated_at" ? updatedAtFeed(layout, options) : outboxFeed(layout);
  await feed.prepare(db);
  const { createdKey } = layout;
  const reads = readsOf(layout, feed);
  return {
    db,
    layout,
    feed,
    reads,
    read: async (on, tenant, id) => (await reads.byIds(on, tenant, [id]))[0],
    changes: changesOf(layout, feed),
    statements: guardedStatements(layout, feed),
    createOnce: createdKey === null ? createByTable(layout, feed) : createByColumn(layout, feed, createdKey),
    newId: options.newId ?? newIdOf(layout),
  };
}

/** SQLite would keep a text among the numbers of the host's ids, and the host would have to read it. */
function newIdOf({ table, id, typeOf }: Layout): () => string {
  if (!/int/.test(typeOf(id))) return () => crypto.randomUUID();
  return () => {
    throw invalid(table, `the database gives new rows no "${id}", and a UUID is no integer; declare \`newId\``);
  };
}
