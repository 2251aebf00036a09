import type { Storage } from "@hubspoke/core/ports";
import { kyselyStorage, type StoreDialect } from "@hubspoke/storage-kysely";
import { Kysely, sql } from "kysely";
import type { D1DatabaseLike } from "./driver/binding.ts";
import { Connection, maxBoundBytes } from "./driver/connection.ts";
import { kyselyDialect } from "./driver/kysely-dialect.ts";
import { isUniqueViolation, storeError } from "./errors.ts";

/** When the schema is made. */
export interface D1StorageOptions {
  /**
   * `auto` (default) brings the schema up to date at first use; isolates that start at once do it once. `manual` answers
   * SCHEMA_MISSING until `storage.migrate()` was called, by a deployment for instance.
   */
  readonly migrate?: "auto" | "manual";
}

/**
 * Bytes one sealed value may hold. It travels as hexadecimal inside one JSON text beside the other columns of its row,
 * and that text may have two million bytes.
 */
const maxValueBytes = 900_000;

/**
 * Hubspoke's storage on Cloudflare D1: `d1Storage(env.DB)`. Constructing does no I/O, so one is made per invocation;
 * `close()` leaves the binding as it is. Every call is one statement or one `batch()`, which D1 runs as one
 * transaction; rows travel as one JSON parameter, so a call costs one query for as many rows as fit two megabytes.
 *
 * Nothing is repeated here: D1 repeats reads by itself, and of a write that failed on the way nobody knows whether it
 * happened. The store's writes are guarded by key, version or lease, so a caller may repeat them.
 *
 * Rejects with STORE_UNAVAILABLE, STORE_BUSY (D1 is overloaded), STORE_FULL, STORE_READ_ONLY, STORE_VALUE_TOO_LARGE,
 * STORE_CLOSED, SCHEMA_MISSING, SCHEMA_NEWER or INPUT_INVALID.
 */
export function d1Storage(binding: D1DatabaseLike, options: D1StorageOptions = {}): Storage {
  const connection = new Connection(binding);
  const dialect: StoreDialect = {
    name: "d1",
    capabilities: { shared: true, durable: true, maxParams: 100, maxValueBytes },
    bulk: { form: "json_each", maxBytes: maxBoundBytes },
    types: { text: "text", integer: "integer", blob: "blob" },
    rowAddress: "rowid",
    skipLocked: "",
    tableExists: (name) => sql`select 1 as found from sqlite_master where type = 'table' and name = ${name}`,
    batch: (_db, queries) => connection.atomically(queries),
    async attempt(work) {
      try {
        return await work();
      } catch (error) {
        throw storeError(error);
      }
    },
    isUniqueViolation,
  };
  return kyselyStorage({
    dialect,
    migrate: options.migrate ?? "auto",
    database: { connect: () => new Kysely<unknown>({ dialect: kyselyDialect(connection) }) },
  });
}
