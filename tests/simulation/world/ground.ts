import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Setup } from "../script/steps.ts";
import { sqliteStore } from "../stores/sqlite.ts";
import { sqliteFileStore } from "../stores/sqlite-file.ts";
import type { Store, StoreName } from "../stores/store.ts";
import { type Crm, openCrm } from "./crm.ts";

/** The databases of one process's worlds, which have them one after the other. */
export interface Ground {
  readonly store: Store;
  /** The product's own database, whose table has what this world syncs. */
  crmFor(setup: Pick<Setup, "wide">): Promise<Crm>;
  close(): Promise<void>;
}

const postgresUrl = process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";

/** With `sqlite-file` the product's database is a file, too; with the others it is in memory. */
export async function openGround(name: StoreName): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-sim-"));
  const store = await openStore(name, folder);
  const opened = new Map<boolean, Promise<Crm>>();
  return {
    store,
    crmFor({ wide }) {
      const isWide = wide !== undefined;
      const path = name === "sqlite-file" ? join(folder, isWide ? "wide-crm.db" : "crm.db") : ":memory:";
      const crm = opened.get(isWide) ?? openCrm(path, isWide);
      opened.set(isWide, crm);
      return crm;
    },
    async close() {
      await store.close();
      for (const crm of opened.values()) await (await crm).close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Drivers and workerd are loaded where they are wanted. */
async function openStore(name: StoreName, folder: string): Promise<Store> {
  if (name === "sqlite-file") return sqliteFileStore(join(folder, "hubspoke.db"));
  if (name === "postgres") return (await import("../stores/postgres.ts")).postgresStore(postgresUrl);
  return name === "d1" ? (await import("../stores/d1.ts")).d1Store() : sqliteStore();
}
