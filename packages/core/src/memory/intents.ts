import type { IntentRow, IntentStore } from "../ports/intent-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, where } from "./rows.ts";

export function memoryIntents(rows: Map<string, IntentRow>): Sync<IntentStore> {
  const sameRecord = (a: IntentRow, b: IntentRow): boolean =>
    a.tenant === b.tenant &&
    a.sync === b.sync &&
    ((a.localId !== null && a.localId === b.localId) || (a.hubspotId !== null && a.hubspotId === b.hubspotId));

  return {
    store: (input) =>
      input.map((row) => {
        const key = keyOf(row.tenant, row.id);
        if (rows.has(key) || where(rows, (other) => sameRecord(row, other)).length > 0) return "open";
        rows.set(key, row);
        return "stored";
      }),
    markSent(tenant, ids) {
      for (const id of ids) {
        const row = rows.get(keyOf(tenant, id));
        if (row !== undefined) rows.set(keyOf(tenant, id), { ...row, state: "sent" });
      }
    },
    takeOver(tenant, ids) {
      for (const id of ids) {
        const row = rows.get(keyOf(tenant, id));
        if (row !== undefined) rows.set(keyOf(tenant, id), { ...row, attempt: row.attempt + 1 });
      }
    },
    clear(tenant, ids, attempt) {
      for (const id of ids) {
        const key = keyOf(tenant, id);
        if (attempt === undefined || rows.get(key)?.attempt === attempt) rows.delete(key);
      }
    },
    open: (tenant, sync, before, limit) =>
      where(rows, (row) => row.tenant === tenant && row.sync === sync && row.createdAt < before)
        .sort((a, b) => a.createdAt - b.createdAt || byText(a.id, b.id))
        .slice(0, limit),
    byRecord: (tenant, sync, localIds, hubspotIds) =>
      where(
        rows,
        (row) =>
          row.tenant === tenant &&
          row.sync === sync &&
          ((row.localId !== null && localIds.includes(row.localId)) ||
            (row.hubspotId !== null && hubspotIds.includes(row.hubspotId))),
      ),
  };
}
