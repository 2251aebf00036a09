import { sqliteStore } from "../stores/sqlite.ts";
import type { Store, StoreName } from "../stores/store.ts";
import { type Crm, openCrm } from "./crm.ts";

/** The databases of one process's worlds, which have them one after the other. */
export interface Ground {
  readonly store: Store;
  readonly crm: Crm;
  close(): Promise<void>;
}

export async function openGround(_name: StoreName = "sqlite"): Promise<Ground> {
  const store = await sqliteStore();
  const crm = await openCrm(":memory:");
  return {
    store,
    crm,
    async close() {
      await store.close();
      await crm.close();
    },
  };
}
