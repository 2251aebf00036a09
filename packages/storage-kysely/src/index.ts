/** The one SQL store, for packages that bring a database to it. */
export { type KyselyStorageOptions, kyselyStorage } from "./kysely-storage.ts";
export type { Database } from "./lifecycle.ts";
export { latestVersion, tenantTables } from "./migrations/migrations.ts";
/** The host's own tables on node:sqlite. */
export { type NodeSqliteDatabase, nodeSqliteDialect } from "./node-sqlite-dialect.ts";
/** A table of the host's as one side of a sync. */
export {
  type FieldKind,
  type FieldSpec,
  type KyselySourceOptions,
  kyselySource,
  type TimeFormat,
} from "./source/kysely-source.ts";
export { installOutbox, type OutboxOptions, removeOutbox } from "./source/outbox/install.ts";
export type { BulkForm, StoreDialect } from "./sql/dialect.ts";
