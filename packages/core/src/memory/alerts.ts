import type { AlertStore } from "../ports/alert-store.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Sync } from "./expose.ts";
import { keyOf, removeWhere, where } from "./rows.ts";

export interface AlertEntry {
  readonly tenant: string;
  readonly alert: Alert;
  readonly seenAt: number;
  readonly clearedAt: number | null;
}

export function memoryAlerts(rows: Map<string, AlertEntry>): Sync<AlertStore> {
  return {
    open(alert, lapseMs) {
      const tenant = alert.tenant ?? "";
      const stored = rows.get(keyOf(tenant, alert.key));
      const open = stored !== undefined && stored.clearedAt === null && stored.seenAt > alert.at - lapseMs;
      const kept = open ? { ...stored, seenAt: Math.max(stored.seenAt, alert.at) } : null;
      rows.set(keyOf(tenant, alert.key), kept ?? { tenant, alert, seenAt: alert.at, clearedAt: null });
      return open ? "open" : "new";
    },
    clear(tenant, key, now) {
      const stored = rows.get(keyOf(tenant ?? "", key));
      if (stored === undefined || stored.clearedAt !== null) return false;
      rows.set(keyOf(tenant ?? "", key), { ...stored, clearedAt: now });
      return true;
    },
    list: (tenant, limit) =>
      where(rows, (row) => row.tenant === (tenant ?? "") && row.clearedAt === null)
        .map(({ alert }) => alert)
        .sort((a, b) => b.at - a.at)
        .slice(0, limit),
    deleteBefore: (before, limit) => removeWhere(rows, (row) => row.seenAt < before, limit),
  };
}
