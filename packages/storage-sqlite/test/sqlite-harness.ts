import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Storage } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { Harness } from "@hubspoke/testing/contracts";

/** A new file per case; every handle is a connection of its own to it. */
export function sqliteHarness(name: string, open: (path: string) => Storage): Harness<Storage> {
  return {
    name,
    capabilities: sqliteStorage({ path: "unused.db" }).capabilities,
    async space() {
      const directory = await mkdtemp(join(tmpdir(), "hubspoke-"));
      return {
        open: async () => open(join(directory, "store.db")),
        close: (store) => store.close(),
        remove: () => rm(directory, { recursive: true }),
      };
    },
  };
}
