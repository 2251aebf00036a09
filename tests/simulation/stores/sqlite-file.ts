import { DatabaseSync } from "node:sqlite";
import type { Storage } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { SqliteRows } from "./sqlite-rows.ts";
import type { Store } from "./store.ts";

/** A file in WAL mode, flushed at every commit, and a connection of its own for each process of a world. */
export async function sqliteFileStore(path: string): Promise<Store> {
  const first = sqliteStorage({ path });
  await first.migrate();
  const database = new DatabaseSync(path);
  const rows = new SqliteRows(database);
  const fresh = await rows.copy();
  let connected: Storage[] = [first];
  const hangUp = async (): Promise<void> => {
    for (const storage of connected) await storage.close();
    connected = [];
  };
  return {
    name: "sqlite-file",
    remote: true,
    async empty() {
      await hangUp();
      await rows.restore(fresh);
    },
    copy: () => rows.copy(),
    restore: (older) => rows.restore(older),
    connect(sleep) {
      const storage = sqliteStorage({ path, sleep });
      connected.push(storage);
      return storage;
    },
    async close() {
      await hangUp();
      database.close();
    },
  };
}
