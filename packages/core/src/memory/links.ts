import type { LinkOutcome, LinkRow, LinkStore } from "../ports/link-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, where } from "./rows.ts";

export interface MemoryLinks {
  readonly store: Sync<LinkStore>;
  forget(tenant: string): void;
}

export function memoryLinks(): MemoryLinks {
  const byLocal = new Map<string, LinkRow>();
  const byHubspot = new Map<string, LinkRow>();
  const localKey = (row: LinkRow): string => keyOf(row.tenant, row.sync, row.localId);
  const hubspotKey = (row: LinkRow): string => keyOf(row.tenant, row.sync, row.hubspotId);
  const of = (tenant: string, sync: string): LinkRow[] =>
    where(byLocal, (row) => row.tenant === tenant && row.sync === sync);

  function remove(row: LinkRow): void {
    byLocal.delete(localKey(row));
    byHubspot.delete(hubspotKey(row));
  }

  function put(row: LinkRow): LinkOutcome {
    const stored = byLocal.get(localKey(row));
    const holder = byHubspot.get(hubspotKey(row));
    const heldByAnother = holder !== undefined && holder.localId !== row.localId;
    if (row.version === 0) {
      if (heldByAnother || (stored !== undefined && stored.hubspotId !== row.hubspotId)) return "taken";
      if (stored !== undefined) return "stale";
    } else {
      if (stored?.version !== row.version) return "stale";
      if (heldByAnother) return "taken";
      remove(stored);
    }
    return write(row);
  }

  function write(row: LinkRow): LinkOutcome {
    const written = { ...row, version: row.version + 1 };
    byLocal.set(localKey(row), written);
    byHubspot.set(hubspotKey(row), written);
    return "written";
  }

  const found = (rows: Map<string, LinkRow>, tenant: string, sync: string, ids: readonly string[]): LinkRow[] =>
    [...new Set(ids)].flatMap((id) => rows.get(keyOf(tenant, sync, id)) ?? []);

  return {
    forget: (tenant) => {
      for (const row of where(byLocal, (one) => one.tenant === tenant)) remove(row);
    },
    store: {
      byLocalIds: (tenant, sync, ids) => found(byLocal, tenant, sync, ids),
      byHubspotIds: (tenant, sync, ids) => found(byHubspot, tenant, sync, ids),
      put: (input) => input.map(put),
      delete(tenant, sync, localId, version) {
        const row = byLocal.get(keyOf(tenant, sync, localId));
        if (row?.version !== version) return false;
        remove(row);
        return true;
      },
      handOver(row, from) {
        const stored = byLocal.get(keyOf(row.tenant, row.sync, from));
        if (stored?.version !== row.version) return "stale";
        if (byLocal.has(localKey(row)) || (byHubspot.get(hubspotKey(row)) ?? stored) !== stored) return "taken";
        remove(stored);
        return write(row);
      },
      scan: (tenant, sync, afterLocalId, limit) =>
        of(tenant, sync)
          .filter((row) => afterLocalId === null || row.localId > afterLocalId)
          .sort((a, b) => byText(a.localId, b.localId))
          .slice(0, limit),
      count: (tenant, sync) => of(tenant, sync).length,
    },
  };
}
