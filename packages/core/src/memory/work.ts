import type { ClaimedWork, WorkMark, WorkRef, WorkStore } from "../ports/work-store.ts";
import type { Sync } from "./expose.ts";
import { keyOf, where } from "./rows.ts";

export interface WorkEntry extends ClaimedWork {
  /** When it may be claimed next: the end of the lease while one runs, else `availableAt`. */
  readonly dueAt: number;
  readonly leased: boolean;
}

/** Per (tenant, queue): the last fence given out and when. It outlives the rows, so a fence is never used twice. */
export interface WorkQueue {
  readonly tenant: string;
  readonly queue: string;
  readonly fence: number;
  readonly claimedAt: number;
}

export function memoryWork(rows: Map<string, WorkEntry>, queues: Map<string, WorkQueue>): Sync<WorkStore> {
  const keyOfRow = (ref: Pick<WorkRef, "tenant" | "queue" | "side" | "key">): string =>
    keyOf(ref.tenant, ref.queue, ref.side, ref.key);

  function heldBy(ref: WorkRef): WorkEntry | undefined {
    const row = rows.get(keyOfRow(ref));
    return row?.leased === true && row.fence === ref.fence ? row : undefined;
  }

  function mark(mark: WorkMark, now: number): void {
    const row = rows.get(keyOfRow(mark));
    if (row === undefined) {
      const fresh = { seq: 1, fence: 0, tries: 0, firstMarkedAt: now, dueAt: mark.availableAt, leased: false };
      rows.set(keyOfRow(mark), { ...mark, ...fresh });
      const queueKey = keyOf(mark.tenant, mark.queue);
      if (!queues.has(queueKey)) {
        queues.set(queueKey, { tenant: mark.tenant, queue: mark.queue, fence: 0, claimedAt: 0 });
      }
      return;
    }
    const availableAt = row.leased ? mark.availableAt : Math.min(row.availableAt, mark.availableAt);
    rows.set(keyOfRow(mark), {
      ...row,
      portalId: mark.portalId,
      priority: Math.min(row.priority, mark.priority),
      seq: row.seq + 1,
      availableAt,
      dueAt: row.leased ? row.dueAt : availableAt,
    });
  }

  const dueIn = (tenant: string, queue: string, now: number): WorkEntry[] =>
    where(rows, (row) => row.tenant === tenant && row.queue === queue && row.dueAt <= now);

  return {
    mark: (marks, now) => {
      for (const one of oncePerRecord(marks, keyOfRow)) mark(one, now);
    },
    claim({ tenant, queue, now, leaseMs, limit }) {
      const due = dueIn(tenant, queue, now)
        .sort((a, b) => a.priority - b.priority || a.dueAt - b.dueAt)
        .slice(0, limit);
      if (due.length === 0) return [];
      const fence = (queues.get(keyOf(tenant, queue))?.fence ?? 0) + 1;
      queues.set(keyOf(tenant, queue), { tenant, queue, fence, claimedAt: now });
      return due.map((row) => {
        // A lapsed lease counts a try: a record that kills its worker must reach quarantine.
        const tries = row.tries + (row.leased ? 1 : 0);
        const claimed = { ...row, fence, tries, leased: true, dueAt: now + leaseMs };
        rows.set(keyOfRow(row), claimed);
        const { dueAt: _dueAt, leased: _leased, ...work } = claimed;
        return work;
      });
    },
    renew: (refs, until) =>
      refs.filter((ref) => {
        const row = heldBy(ref);
        if (row !== undefined) rows.set(keyOfRow(ref), { ...row, dueAt: Math.max(row.dueAt, until) });
        return row === undefined;
      }),
    complete(refs) {
      for (const ref of refs) {
        const row = heldBy(ref);
        if (row === undefined) continue;
        if (row.seq === ref.seq) rows.delete(keyOfRow(ref));
        else rows.set(keyOfRow(ref), { ...row, leased: false, dueAt: row.availableAt, tries: 0 });
      }
    },
    retry(refs, at) {
      for (const ref of refs) {
        const row = heldBy(ref);
        if (row === undefined) continue;
        // Marked again meanwhile: the newer mark says when, because it may be what cures the failure.
        const availableAt = row.seq === ref.seq ? at : Math.min(at, row.availableAt);
        rows.set(keyOfRow(ref), { ...row, leased: false, availableAt, dueAt: availableAt, tries: row.tries + 1 });
      }
    },
    depth(tenant, queue) {
      const marked = where(rows, (row) => row.tenant === tenant && row.queue === queue).map((row) => row.firstMarkedAt);
      return { waiting: marked.length, oldestMarkedAt: marked.length === 0 ? null : Math.min(...marked) };
    },
    due: (now, limit) =>
      where(queues, ({ tenant, queue }) => dueIn(tenant, queue, now).length > 0)
        .sort((a, b) => a.claimedAt - b.claimedAt)
        .slice(0, limit)
        .map(({ tenant, queue }) => ({ tenant, queue })),
    deleteByKey: (tenant, queue, side, key) => {
      rows.delete(keyOfRow({ tenant, queue, side, key }));
    },
  };
}

/** One call is one mark per record, with the most urgent of what it said. */
function oncePerRecord(marks: readonly WorkMark[], keyOfMark: (mark: WorkMark) => string): Iterable<WorkMark> {
  const merged = new Map<string, WorkMark>();
  for (const mark of marks) {
    const other = merged.get(keyOfMark(mark)) ?? mark;
    const priority = Math.min(mark.priority, other.priority);
    merged.set(keyOfMark(mark), { ...mark, priority, availableAt: Math.min(mark.availableAt, other.availableAt) });
  }
  return merged.values();
}
