import { HubspokeError } from "@hubspoke/core/errors";
import type { Storage } from "@hubspoke/core/ports";
import { kyselyStorage, type StoreDialect } from "@hubspoke/storage-kysely";
import { Kysely, sql } from "kysely";
import { attempt } from "./attempt.ts";
import { Connections } from "./driver/connections.ts";
import { kyselyDialect } from "./driver/kysely-dialect.ts";
import { openPool } from "./driver/open-pool.ts";
import type { PostgresPoolLike } from "./driver/pool.ts";
import { systemTimer, type Timer } from "./driver/timer.ts";
import { isUniqueViolation } from "./errors.ts";
import { applyMigration } from "./migration.ts";
import { quoted } from "./qualify.ts";

interface CommonOptions {
  /** The schema Hubspoke's tables are in, all named `hubspoke_*`. Made by a migration when absent. Default: `public`. */
  readonly schema?: string;
  /**
   * `auto` (default) brings the schema up to date at first use; processes that start at once do it once. `manual`
   * answers SCHEMA_MISSING until `storage.migrate()` was called, for hosts whose running role may not change tables.
   */
  readonly migrate?: "auto" | "manual";
  /**
   * How long one call may take, in ms, waiting for a connection and for locks included; then STORE_UNAVAILABLE or
   * STORE_BUSY. Default 4,000: HubSpot waits five seconds for the answer to a webhook (hubspot-facts §5.3).
   */
  readonly timeoutMs?: number;
  /** Measures `timeoutMs`. Default: a timer. Tests bring their own. */
  readonly timer?: Timer;
}

/** An address, or a pool of the host's; its schema and limits. */
export type PostgresStorageOptions = CommonOptions &
  (
    | {
        /** `postgres://user:password@host:5432/database`. Needs the package `pg`, of which this makes a pool. */
        readonly url: string;
        /** Connections at most. Default 10. */
        readonly maxConnections?: number;
        readonly pool?: never;
      }
    | {
        /** A pool of node-postgres, or one of its shape. `close()` leaves it open; listen to its `error` event. */
        readonly pool: PostgresPoolLike;
        readonly url?: never;
        readonly maxConnections?: never;
      }
  );

/** Bytes one sealed value may hold. Postgres takes a gigabyte; memory is the limit that is met first. */
const maxValueBytes = 16 * 1024 * 1024;

/**
 * Hubspoke's storage on Postgres 13 and later, for any number of processes. Constructing does no I/O.
 *
 * Every call is one statement, or one short transaction; each ends within `timeoutMs`, whatever the network does. Nothing
 * is set on a connection outside a transaction and no statement is prepared under a name, so that a pool of the host's and
 * a pooler in transaction mode (PgBouncer) serve as well as connections of its own. Commits are on disk before a call
 * answers, also where the server's `synchronous_commit` is off.
 *
 * Rejects with STORE_UNAVAILABLE (a write may then have happened; all may be repeated), STORE_BUSY, STORE_READ_ONLY,
 * STORE_FULL, STORE_VALUE_TOO_LARGE, STORE_PATH_INVALID, STORE_CLOSED, SCHEMA_MISSING, SCHEMA_NEWER or INPUT_INVALID.
 */
export function postgresStorage(options: PostgresStorageOptions): Storage {
  const { schema = "public", migrate = "auto", timeoutMs = 4_000, timer = systemTimer, maxConnections = 10 } = options;
  const current: { connections?: Connections } = {};

  const connections = (): Connections => {
    if (current.connections !== undefined) return current.connections;
    throw new HubspokeError("STORE_CLOSED", "the postgres storage was closed; construct a new one to go on");
  };

  const dialect: StoreDialect = {
    name: "postgres",
    // The protocol counts a statement's parameters in two bytes.
    capabilities: { shared: true, durable: true, maxParams: 65_535, maxValueBytes },
    bulk: { form: "arrays", maxRows: 2_000, maxBytes: 8 * maxValueBytes },
    arrays: true,
    chained: true,
    types: { text: "text", integer: "bigint", blob: "bytea" },
    textCollation: '"C"',
    rowAddress: "ctid",
    skipLocked: "for update skip locked",
    awaitLocked: "for update",
    tableExists: (name) => sql`select 1 as found where to_regclass(${`${quoted(schema)}.${quoted(name)}`}) is not null`,
    batch: (_db, queries) => connections().atomically(queries),
    applyMigration: (_db, queries) => applyMigration(connections(), schema, queries),
    attempt,
    isUniqueViolation,
  };

  return kyselyStorage({
    dialect,
    migrate,
    database: {
      async connect() {
        const pool = options.pool ?? (await openPool(options.url, maxConnections, timeoutMs));
        const end = async (): Promise<void> => {
          delete current.connections;
          if (options.pool === undefined) await pool.end();
        };
        const opened = new Connections(pool, { timeoutMs, timer });
        try {
          await opened.open();
        } catch (error) {
          await end();
          throw error;
        }
        current.connections = opened;
        return new Kysely<unknown>({ dialect: kyselyDialect(opened, schema, end) });
      },
    },
  });
}
