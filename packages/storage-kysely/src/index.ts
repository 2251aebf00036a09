/** The one SQL store, for packages that bring a database to it. */
export { type KyselyStorageOptions, kyselyStorage } from "./kysely-storage.ts";
export type { Database } from "./lifecycle.ts";
export { latestVersion } from "./migrations/migrations.ts";
export type { BulkForm, StoreDialect } from "./sql/dialect.ts";
