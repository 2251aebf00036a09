import type { HistoryRow, HistoryStore } from "../ports/history-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, newestFirst, removeWhere, where } from "./rows.ts";

export function memoryHistory(rows: Map<string, HistoryRow>): Sync<HistoryStore> {
  return {
    put(row) {
      const key = keyOf(row.tenant, row.actorId, row.kind, row.subject);
      if ((rows.get(key)?.at ?? Number.NEGATIVE_INFINITY) <= row.at) rows.set(key, row);
    },
    list: (tenant, actorId, kind, limit) =>
      where(rows, (row) => row.tenant === tenant && row.actorId === actorId && row.kind === kind)
        .sort(newestFirst)
        .slice(0, limit),
    scan: (tenant, afterId, limit) =>
      where(rows, (row) => row.tenant === tenant && row.id > (afterId ?? ""))
        .sort((a, b) => byText(a.id, b.id))
        .slice(0, limit),
    delete: (tenant, id) => removeWhere(rows, (row) => row.tenant === tenant && row.id === id) > 0,
    deleteByContact: (tenant, contactId) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.contactId === contactId),
    deleteBefore: (tenant, before, limit) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.at < before, limit),
    deleteByActor: (tenant, actorId) => removeWhere(rows, (row) => row.tenant === tenant && row.actorId === actorId),
  };
}
