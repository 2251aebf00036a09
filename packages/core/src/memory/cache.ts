import type { CacheRow, CacheStore } from "../ports/cache-store.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, removeWhere, where } from "./rows.ts";

export function memoryCache(rows: Map<string, CacheRow>): Sync<CacheStore> {
  const keyOfRow = (row: Pick<CacheRow, "tenant" | "portalId" | "index">): string =>
    keyOf(row.tenant, row.portalId, row.index);

  /** Until when answers about a changed contact are doubted, by the row as it is stored. */
  const settles = new WeakMap<CacheRow, EpochMs>();

  function store(row: CacheRow, settlesAt: EpochMs): void {
    rows.set(keyOfRow(row), row);
    settles.set(row, settlesAt);
  }

  function put(row: CacheRow): "written" | "stale" {
    const stored = rows.get(keyOfRow(row));
    if (stored !== undefined && stored.fetchedAt > row.fetchedAt) return "stale";
    const settlesAt = settlesAtOf(stored);
    // A mark set while the refresh was on its way must survive it.
    const activeUntil = Math.max(row.activeUntil, stored?.activeUntil ?? 0);
    const cut = (until: EpochMs): EpochMs => (row.fetchedAt < settlesAt ? Math.min(until, settlesAt) : until);
    const expiresAt = row.sealed === null ? cut(row.expiresAt) : row.expiresAt;
    store({ ...row, activeUntil, freshUntil: cut(row.freshUntil), expiresAt }, settlesAt);
    return "written";
  }

  function settlesAtOf(row: CacheRow | undefined): EpochMs {
    return (row && settles.get(row)) ?? 0;
  }

  return {
    get: (tenant, portalId, indexes) =>
      [...new Set(indexes)].flatMap((index) => rows.get(keyOf(tenant, portalId, index)) ?? []),
    byContact: (tenant, portalId, contactId) =>
      where(rows, (row) => row.tenant === tenant && row.portalId === portalId && row.contactId === contactId),
    put: (input) => input.map(put),
    markActive(tenant, portalId, indexes, until) {
      for (const index of indexes) {
        const row = rows.get(keyOf(tenant, portalId, index));
        if (row !== undefined && row.activeUntil < until) store({ ...row, activeUntil: until }, settlesAtOf(row));
      }
    },
    outdate(tenant, portalId, contactIds, now, settlesAt) {
      const concerned = where(
        rows,
        (row) =>
          row.tenant === tenant &&
          row.portalId === portalId &&
          row.contactId !== null &&
          contactIds.includes(row.contactId),
      );
      for (const row of concerned) {
        store({ ...row, freshUntil: Math.min(row.freshUntil, now) }, Math.max(settlesAt, settlesAtOf(row)));
      }
      return concerned.length;
    },
    listStale: (tenant, portalId, now, limit) =>
      where(
        rows,
        (row) => row.tenant === tenant && row.portalId === portalId && row.activeUntil > now && row.freshUntil <= now,
      )
        .sort((a, b) => a.freshUntil - b.freshUntil)
        .slice(0, limit),
    listForReseal: (tenant, keyId, indexPrefix, limit) =>
      where(
        rows,
        (row) =>
          row.tenant === tenant && ((row.keyId !== null && row.keyId !== keyId) || !row.index.startsWith(indexPrefix)),
      )
        .sort((a, b) => byText(a.index, b.index))
        .slice(0, limit),
    deleteByContact: (tenant, portalId, contactId) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.portalId === portalId && row.contactId === contactId),
    deleteByIndex: (tenant, portalId, indexes) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.portalId === portalId && indexes.includes(row.index)),
    deleteExpired: (tenant, now, limit) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.expiresAt <= now, limit),
    clear: (tenant) => removeWhere(rows, (row) => row.tenant === tenant),
    stats(tenant, portalId, now) {
      const live = where(rows, (row) => row.tenant === tenant && row.portalId === portalId && row.expiresAt > now);
      return {
        positive: live.filter((row) => row.sealed !== null).length,
        negative: live.filter((row) => row.sealed === null).length,
        stale: live.filter((row) => row.freshUntil <= now).length,
        oldestFetchedAt: live.length === 0 ? null : Math.min(...live.map((row) => row.fetchedAt)),
      };
    },
  };
}
