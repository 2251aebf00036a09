import type { MappingRow, MappingStore } from "../ports/mapping-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf } from "./rows.ts";

export interface MappingSet {
  readonly tenant: string;
  readonly rows: readonly MappingRow[];
  readonly revision: number;
}

export function memoryMappings(sets: Map<string, MappingSet>): Sync<MappingStore> {
  return {
    list(tenant, sync) {
      const { rows, revision } = sets.get(keyOf(tenant, sync)) ?? { rows: [], revision: 0 };
      return { rows, revision };
    },
    replace(tenant, sync, input, expectedRevision) {
      const key = keyOf(tenant, sync);
      if ((sets.get(key)?.revision ?? 0) !== expectedRevision) return "stale";
      const rows = [...input].sort((a, b) => byText(a.localField, b.localField));
      sets.set(key, { tenant, rows, revision: expectedRevision + 1 });
      return "written";
    },
  };
}
