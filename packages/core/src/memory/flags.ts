import type { FlagRow, FlagStore } from "../ports/flag-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, where } from "./rows.ts";

export function memoryFlags(rows: Map<string, FlagRow>): Sync<FlagStore> {
  return {
    list: (tenant) => where(rows, (row) => row.tenant === tenant).sort((a, b) => byText(a.flag, b.flag)),
    put(row) {
      rows.set(keyOf(row.tenant, row.flag), row);
    },
    remove: (tenant, flag) => rows.delete(keyOf(tenant, flag)),
  };
}
