/** Hubspoke storage on SQLite. */
export type { SqliteDatabaseLike, SqliteStatementLike } from "./driver/handle.ts";
export { type SqliteStorageOptions, sqliteStorage } from "./sqlite-storage.ts";
