import { HubspokeError } from "../errors/hubspoke-error.ts";
import type {
  ConflictRow,
  ConflictStore,
  QuarantineRow,
  QuarantineStore,
  RecordOfSync,
  SyncLogRow,
  SyncLogStore,
  SyncRunRow,
  SyncRunStore,
} from "../ports/sync-stores.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, newestFirst, pageOf, removeWhere, where } from "./rows.ts";

interface IdsOfSync {
  readonly tenant: string;
  readonly sync: string;
  readonly localId: string | null;
  readonly hubspotId: string | null;
}

/** Whether a row is about the record, by either id. */
function isAbout(record: RecordOfSync): (row: IdsOfSync) => boolean {
  return (row) =>
    row.tenant === record.tenant &&
    row.sync === record.sync &&
    (row.hubspotId === record.hubspotId || (record.localId !== null && row.localId === record.localId));
}

export function memoryConflicts(rows: Map<string, ConflictRow>): Sync<ConflictStore> {
  return {
    add(input) {
      for (const row of input) {
        const key = keyOf(row.tenant, row.id);
        if (!rows.has(key)) rows.set(key, row);
      }
    },
    list({ tenant, sync, status, after, limit }) {
      const matching = where(
        rows,
        (row) =>
          row.tenant === tenant &&
          (sync === undefined || row.sync === sync) &&
          (status === undefined || row.status === status),
      );
      return pageOf(matching, after, limit);
    },
    byRecord: (tenant, sync, localId) =>
      where(rows, (row) => row.tenant === tenant && row.sync === sync && row.localId === localId).sort(newestFirst),
    get: (tenant, ids) => [...new Set(ids)].flatMap((id) => rows.get(keyOf(tenant, id)) ?? []),
    reseal(tenant, id, sealed, from) {
      const row = rows.get(keyOf(tenant, id));
      if (row === undefined || row.sealed?.toString() !== from.toString()) return false;
      rows.set(keyOf(tenant, id), { ...row, sealed });
      return true;
    },
    resolve(tenant, id, winner) {
      const row = rows.get(keyOf(tenant, id));
      if (row?.status !== "open") return false;
      rows.set(keyOf(tenant, id), { ...row, winner, status: "resolved" });
      return true;
    },
    deleteByRecord: (record) => removeWhere(rows, isAbout(record)),
    deleteBefore: (tenant, before, limit) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.status === "resolved" && row.at < before, limit),
  };
}

export function memoryQuarantine(rows: Map<string, QuarantineRow>): Sync<QuarantineStore> {
  const placeOf = (row: Pick<QuarantineRow, "side" | "key">): string => `${row.side}.${row.key}`;
  const of = (tenant: string, sync: string): QuarantineRow[] =>
    where(rows, (row) => row.tenant === tenant && row.sync === sync);
  return {
    put(input) {
      for (const row of input) {
        const key = keyOf(row.tenant, row.sync, row.side, row.key);
        rows.set(key, { ...row, firstAt: rows.get(key)?.firstAt ?? row.firstAt });
      }
    },
    list(tenant, sync, after, limit) {
      if (after !== null && !/^(local|remote)\./.test(after)) {
        throw new HubspokeError("INPUT_INVALID", "the page cursor is not one this store gave out; start with null");
      }
      const rest = of(tenant, sync)
        .filter((row) => after === null || byText(placeOf(row), after) > 0)
        .sort((a, b) => byText(placeOf(a), placeOf(b)));
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return last !== undefined && rest.length > items.length ? { items, next: placeOf(last) } : { items };
    },
    has: (tenant, sync, side, keys) => [...new Set(keys)].filter((key) => rows.has(keyOf(tenant, sync, side, key))),
    remove: (tenant, sync, side, keys) =>
      removeWhere(
        rows,
        (row) => row.tenant === tenant && row.sync === sync && row.side === side && keys.includes(row.key),
      ),
    count: (tenant, sync) => of(tenant, sync).length,
  };
}

export function memoryRuns(rows: Map<string, SyncRunRow>): Sync<SyncRunStore> {
  const sameKind = (a: SyncRunRow, b: SyncRunRow): boolean =>
    a.tenant === b.tenant && a.sync === b.sync && a.kind === b.kind;
  const newest = (matches: (row: SyncRunRow) => boolean): SyncRunRow[] =>
    where(rows, matches).sort((a, b) => b.startedAt - a.startedAt || byText(b.id, a.id));
  return {
    save(row) {
      const stored = rows.get(keyOf(row.tenant, row.id));
      if ((stored?.version ?? 0) !== row.version) return "stale";
      const running = (other: SyncRunRow): boolean =>
        other.state === "running" && sameKind(other, row) && other.id !== row.id;
      if (row.state === "running" && where(rows, running).length > 0) return "stale";
      rows.set(keyOf(row.tenant, row.id), { ...row, version: row.version + 1 });
      return "written";
    },
    current(tenant, sync, kind) {
      const of = newest((row) => row.tenant === tenant && row.sync === sync && row.kind === kind);
      return of.find((row) => row.state === "running") ?? null;
    },
    list: (tenant, sync, limit) =>
      newest((row) => row.tenant === tenant && (sync === null || row.sync === sync)).slice(0, limit),
    deleteBefore: (tenant, before, limit) => {
      const over = (row: SyncRunRow): boolean => row.state !== "running" && row.startedAt < before;
      return removeWhere(rows, (row) => row.tenant === tenant && over(row), limit);
    },
  };
}

export function memorySyncLog(rows: Map<string, SyncLogRow>): Sync<SyncLogStore> {
  return {
    append(input) {
      for (const row of input) {
        const key = keyOf(row.tenant, row.id);
        if (!rows.has(key)) rows.set(key, row);
      }
    },
    list({ tenant, sync, status, localId, after, limit }) {
      const matching = where(
        rows,
        (row) =>
          row.tenant === tenant &&
          (sync === undefined || row.sync === sync) &&
          (status === undefined || row.status === status) &&
          (localId === undefined || row.localId === localId),
      );
      return { ...pageOf(matching, after, limit), total: matching.length };
    },
    deleteByRecord: (record) => removeWhere(rows, isAbout(record)),
    deleteBefore: (tenant, before, limit) =>
      removeWhere(rows, (row) => row.tenant === tenant && row.at < before, limit),
  };
}
