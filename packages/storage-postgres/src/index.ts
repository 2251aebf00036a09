/** Hubspoke storage on Postgres. */
export type { PostgresClientLike, PostgresPoolLike, PostgresResultLike } from "./driver/pool.ts";
export { type PostgresStorageOptions, postgresStorage } from "./postgres-storage.ts";
