import type { CursorStore } from "../ports/cursor-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, where } from "./rows.ts";

export interface CursorEntry {
  readonly tenant: string;
  readonly portalId: string;
  readonly name: string;
  /** Null once deleted: the version goes on, so a worker that read the old cursor can not move the new one. */
  readonly value: string | null;
  readonly version: number;
  readonly updatedAt: number;
}

export function memoryCursors(rows: Map<string, CursorEntry>): Sync<CursorStore> {
  return {
    read(tenant, portalId, name) {
      const row = rows.get(keyOf(tenant, portalId, name));
      return row === undefined || row.value === null ? null : { value: row.value, version: row.version };
    },
    advance(tenant, portalId, name, value, expected, now) {
      const key = keyOf(tenant, portalId, name);
      const row = rows.get(key);
      const current = row === undefined || row.value === null ? 0 : row.version;
      if (current !== expected) return "stale";
      rows.set(key, { tenant, portalId, name, value, version: (row?.version ?? 0) + 1, updatedAt: now });
      return "written";
    },
    delete(tenant, portalId, name) {
      const key = keyOf(tenant, portalId, name);
      const row = rows.get(key);
      if (row !== undefined && row.value !== null) rows.set(key, { ...row, value: null, version: row.version + 1 });
    },
    list: (tenant, prefix) =>
      where(rows, (row) => row.tenant === tenant && row.value !== null && row.name.startsWith(prefix))
        .sort((a, b) => byText(a.name, b.name) || byText(a.portalId, b.portalId))
        .map(({ name, value, updatedAt }) => ({ name, value: value as string, updatedAt })),
  };
}
