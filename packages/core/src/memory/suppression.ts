import type { SuppressionRow, SuppressionStore } from "../ports/suppression-store.ts";
import type { Sync } from "./expose.ts";
import { keyOf } from "./rows.ts";

export function memorySuppression(rows: Map<string, SuppressionRow>): Sync<SuppressionStore> {
  return {
    add(input) {
      for (const row of input) {
        const key = keyOf(row.tenant, row.index);
        if (!rows.has(key)) rows.set(key, row);
      }
    },
    match: (tenant, indexes) => [...new Set(indexes)].filter((index) => rows.has(keyOf(tenant, index))),
    remove: (tenant, indexes) => [...new Set(indexes)].filter((index) => rows.delete(keyOf(tenant, index))).length,
  };
}
