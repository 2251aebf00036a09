import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describeContract, storageCases } from "@hubspoke/testing/contracts";
import { describe, it } from "vitest";
import { likeBetterSqlite3 } from "./fixtures/better-sqlite3.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

describeContract(
  storageCases,
  sqliteHarness("node:sqlite, a file in WAL mode", (path) => sqliteStorage({ path })),
  { describe, it },
);

describeContract(
  storageCases,
  sqliteHarness("a connection in the shape of better-sqlite3", (path) => {
    const database = likeBetterSqlite3(path);
    const storage = sqliteStorage({ database });
    let open = true;
    return {
      ...storage,
      async close() {
        await storage.close();
        // The host's connection is the host's to close.
        if (open) database.close();
        open = false;
      },
    };
  }),
  { describe, it },
);
