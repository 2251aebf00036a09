import type { SavedPending } from "../search/search-index.ts";
import type { Revision, SimRecord, Snapshot } from "./record.ts";

/** A record as it is kept outside: what can be worked out again is left out. */
export interface SavedRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly snapshot: Snapshot;
  readonly revisions: readonly Revision[];
  readonly archivedAt?: number;
  readonly merges?: number;
  /** What search saw: absent when that was the newest state, null when it was nothing. */
  readonly indexed?: Snapshot | null;
}

export interface SavedTable {
  readonly records: readonly SavedRecord[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly pending: readonly SavedPending[];
}

export function saveRecord(record: SimRecord): SavedRecord {
  const { id, createdAt, revisions, archivedAt, merges, indexed } = record;
  const snapshot = bare(record.snapshot);
  return {
    id,
    createdAt,
    snapshot,
    revisions: [...revisions],
    ...(archivedAt === undefined ? {} : { archivedAt }),
    ...(merges === 0 ? {} : { merges }),
    ...(indexed === record.snapshot ? {} : { indexed: indexed === undefined ? null : bare(indexed) }),
  };
}

export function restoreRecord(saved: SavedRecord): { record: SimRecord; seen: Snapshot | undefined } {
  const { id, createdAt, revisions, archivedAt, merges = 0, indexed } = saved;
  const snapshot = bare(saved.snapshot);
  const record: SimRecord = {
    id,
    num: Number(id),
    createdAt,
    snapshot,
    revisions: [...revisions],
    archivedAt,
    indexed: undefined,
    merges,
  };
  return { record, seen: indexed === undefined ? snapshot : indexed === null ? undefined : bare(indexed) };
}

/** Without calculated properties. */
function bare({ values, updatedAt, version }: Snapshot): Snapshot {
  return { values, updatedAt, version };
}
