import { HubspokeError } from "@hubspoke/core/errors";
import type { MigrationReport } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { latestVersion } from "./migrations/migrations.ts";
import { assertNotNewer, migrateSchema, readVersion, schemaMissing } from "./migrations/schema.ts";
import type { StoreDialect } from "./sql/dialect.ts";

/** How a database is opened and prepared. One connection lives at a time. */
export interface Database {
  /** Opens the connection. Called at first use, again after a failure, and never while one is open. */
  connect(): Promise<Kysely<unknown>> | Kysely<unknown>;
  /** Whether there is a database at all; where there is none, nothing may be created by looking. Default: there is. */
  exists?(): Promise<boolean>;
  /** Settings that write to the database (SQLite's WAL mode): run once, after its schema was found acceptable. */
  prepare?(db: Kysely<unknown>): Promise<void>;
}

/** Opens once for all callers, tries again after a failure, and closes for good. */
export class Lifecycle {
  readonly #dialect: StoreDialect;
  readonly #database: Database;
  readonly #migrate: "auto" | "manual";
  #connecting: Promise<Kysely<unknown>> | undefined;
  #readying: Promise<Kysely<unknown>> | undefined;
  #closed = false;

  constructor(dialect: StoreDialect, database: Database, migrate: "auto" | "manual") {
    this.#dialect = dialect;
    this.#database = database;
    this.#migrate = migrate;
  }

  /** A connection whose schema is the one this library knows. */
  ready(): Promise<Kysely<unknown>> {
    if (this.#closed) return Promise.reject(this.#closedError());
    this.#readying ??= this.#open().catch((error: unknown) => {
      // Forgotten, so that the next call tries again: the directory may exist by then, the lock be gone.
      this.#readying = undefined;
      throw error;
    });
    return this.#readying;
  }

  async migrate(): Promise<MigrationReport> {
    const db = await this.#connected();
    const version = await readVersion(this.#dialect, db);
    assertNotNewer(this.#dialect, version);
    await this.#prepare(db);
    return migrateSchema(this.#dialect, db);
  }

  async version(): Promise<number> {
    if (this.#closed) throw this.#closedError();
    if (!(await this.#exists())) return 0;
    return readVersion(this.#dialect, await this.#connected());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const opened = await Promise.allSettled([this.#connecting, this.#readying]);
    const db = opened[0].status === "fulfilled" ? opened[0].value : undefined;
    await db?.destroy();
  }

  async #open(): Promise<Kysely<unknown>> {
    if (this.#migrate === "manual" && !(await this.#exists())) throw schemaMissing(this.#dialect, 0);
    const db = await this.#connected();
    const version = await readVersion(this.#dialect, db);
    assertNotNewer(this.#dialect, version);
    if (version < latestVersion && this.#migrate === "manual") throw schemaMissing(this.#dialect, version);
    await this.#prepare(db);
    if (version < latestVersion) await migrateSchema(this.#dialect, db);
    return db;
  }

  async #connected(): Promise<Kysely<unknown>> {
    if (this.#closed) throw this.#closedError();
    this.#connecting ??= this.#dialect
      .attempt(async () => this.#database.connect())
      .catch((error: unknown) => {
        this.#connecting = undefined;
        throw error;
      });
    return this.#connecting;
  }

  async #prepare(db: Kysely<unknown>): Promise<void> {
    await this.#dialect.attempt(async () => this.#database.prepare?.(db));
  }

  async #exists(): Promise<boolean> {
    return (await this.#database.exists?.()) ?? true;
  }

  #closedError(): HubspokeError<"STORE_CLOSED"> {
    return new HubspokeError(
      "STORE_CLOSED",
      `the ${this.#dialect.name} storage was closed; construct a new one to go on`,
    );
  }
}
