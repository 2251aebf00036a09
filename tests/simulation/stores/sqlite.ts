import { DatabaseSync } from "node:sqlite";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { SqliteRows } from "./sqlite-rows.ts";
import type { Store } from "./store.ts";

/** In memory, one connection for all: what most seeds run on. */
export async function sqliteStore(): Promise<Store> {
  const database = new DatabaseSync(":memory:");
  // Nobody else can lock it, so there is nothing to sleep for.
  const storage = sqliteStorage({
    database,
    sleep: () => Promise.reject(new Error("a database of one is never busy")),
  });
  await storage.migrate();
  const rows = new SqliteRows(database);
  const fresh = await rows.copy();
  // A handle that is given counts as a file; this one is nobody else's.
  const alone = { ...storage, capabilities: { ...storage.capabilities, shared: false, durable: false } };
  return {
    name: "sqlite",
    remote: false,
    empty: () => rows.restore(fresh),
    copy: () => rows.copy(),
    restore: (older) => rows.restore(older),
    connect: () => alone,
    async close() {
      await storage.close();
      database.close();
    },
  };
}
