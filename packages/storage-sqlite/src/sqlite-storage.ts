import { HubspokeError } from "@hubspoke/core/errors";
import type { Storage } from "@hubspoke/core/ports";
import { kyselyStorage, type StoreDialect } from "@hubspoke/storage-kysely";
import { Kysely, sql } from "kysely";
import { attempter } from "./attempt.ts";
import { Connection } from "./driver/connection.ts";
import type { SqliteDatabaseLike } from "./driver/handle.ts";
import { kyselyDialect } from "./driver/kysely-dialect.ts";
import { isUniqueViolation, storeError } from "./errors.ts";
import { assertUsablePath, fileExists } from "./path.ts";

interface CommonOptions {
  /**
   * `auto` (default: this is the embedded database) brings the schema up to date at first use. `manual` answers
   * SCHEMA_MISSING until `storage.migrate()` was called.
   */
  readonly migrate?: "auto" | "manual";
  /**
   * How long a write waits for another connection's lock before STORE_BUSY, in ms. Default 800, so that a webhook is
   * answered 503 within a second. The waiting never blocks the event loop.
   */
  readonly busyTimeoutMs?: number;
  /** Waits `ms`. Default: a timer. Tests pass their own. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** A file, or a connection of the host's; when its schema is made, and how long a lock is waited for. */
export type SqliteStorageOptions = CommonOptions &
  (
    | {
        /** A file, created at first use in a directory that exists; or `:memory:`. Opened with node:sqlite. */
        readonly path: string;
        readonly database?: never;
      }
    | {
        /**
         * An open connection: better-sqlite3's `Database`, or a `DatabaseSync`. Give Hubspoke one of its own: it sets
         * the connection's pragmas, and waits while the host has a transaction open on it. `close()` leaves it open.
         */
        readonly database: SqliteDatabaseLike;
        readonly path?: never;
      }
  );

/** Bytes one sealed value may hold. */
const maxValueBytes = 16 * 1024 * 1024;

/**
 * Hubspoke's storage on SQLite. Constructing does no I/O; the first call opens the database in WAL mode.
 *
 * Every commit is flushed (`synchronous = FULL`): a webhook is acknowledged only after it would survive a power cut.
 * The price is one flush per write call, about 5,000 small writes a second on an SSD instead of 25,000; calls that carry
 * many rows pay it once.
 *
 * Rejects with STORE_PATH_INVALID, STORE_READ_ONLY, STORE_FULL, STORE_BUSY, STORE_VALUE_TOO_LARGE, STORE_UNAVAILABLE,
 * STORE_CLOSED, SCHEMA_MISSING or SCHEMA_NEWER.
 */
export function sqliteStorage(options: SqliteStorageOptions): Storage {
  const { path, database: given, migrate = "auto", busyTimeoutMs = 800, sleep = timer } = options;
  const where = path === undefined ? "the given SQLite database" : `the SQLite database ${path}`;
  const onDisk = path !== ":memory:";
  const current: { connection?: Connection } = {};

  const connection = (): Connection => {
    if (current.connection !== undefined) return current.connection;
    throw new HubspokeError("STORE_CLOSED", `${where} was closed; construct a new storage to go on`);
  };

  const dialect: StoreDialect = {
    name: "sqlite",
    capabilities: { shared: onDisk, durable: onDisk, maxParams: 32_766, maxValueBytes },
    // SQLite takes a billion bytes per value; a statement stays well below, and memory with it.
    bulk: { form: "json_each", maxBytes: 8 * maxValueBytes, aloneAsValues: true },
    types: { text: "text", integer: "integer", blob: "blob" },
    rowByRow: true,
    rowAddress: "rowid",
    skipLocked: "",
    tableExists: (name) => sql`select 1 as found from sqlite_master where type = 'table' and name = ${name}`,
    // Kysely's way to its connection costs several times what SQLite takes to find a row.
    one: (_db, query) => connection().execute(query),
    look: (query) => connection().execute(query).rows.length > 0,
    batch: (_db, queries) => connection().atomically(queries),
    attempt: attempter({ sleep, budgetMs: busyTimeoutMs, toStoreError: (error) => storeError(error, where) }),
    isUniqueViolation,
  };

  return kyselyStorage({
    dialect,
    migrate,
    database: {
      async connect() {
        if (path !== undefined && onDisk) await assertUsablePath(path);
        const database = given ?? (await open(path ?? ":memory:"));
        // Ours is asynchronous (see attempt.ts); better-sqlite3 would block the process for five seconds.
        database.exec("pragma busy_timeout = 0");
        const opened = new Connection(database);
        current.connection = opened;
        return new Kysely<unknown>({
          dialect: kyselyDialect(opened, () => {
            delete current.connection;
            if (given === undefined) database.close();
          }),
        });
      },
      exists: async () => path === undefined || !onDisk || fileExists(path),
      async prepare() {
        const { database } = connection();
        const [mode] = database.prepare("pragma journal_mode = wal").all() as { journal_mode: string }[];
        if (path !== undefined && onDisk && mode?.journal_mode !== "wal") {
          throw new HubspokeError("STORE_PATH_INVALID", `${where} does not support WAL; put it on a local file system`);
        }
        database.exec("pragma synchronous = full");
        if (given === undefined) {
          // Indexes are written at random places: in a cache of SQLite's 2 MB each place is read again, and folding the
          // log into the file every 4 MB writes the same pages over and over. 16 MB of memory, 32 MB of log.
          database.exec("pragma cache_size = -16000; pragma wal_autocheckpoint = 8000");
        }
      },
    },
  });
}

async function open(path: string): Promise<SqliteDatabaseLike> {
  // Loaded when needed: on Node 22 the import alone prints an experimental warning.
  const { DatabaseSync } = await import("node:sqlite");
  return new DatabaseSync(path);
}

function timer(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
