import type { LeaseStore } from "../ports/lease-store.ts";
import type { Sync } from "./expose.ts";

/** A released lease keeps its row: its fence must never be given out again. */
export interface LeaseEntry {
  readonly holder: string;
  readonly fence: number;
  readonly until: number;
}

export function memoryLeases(rows: Map<string, LeaseEntry>): Sync<LeaseStore> {
  const live = (name: string, fence: number, now: number): LeaseEntry | undefined => {
    const row = rows.get(name);
    return row !== undefined && row.fence === fence && row.until > now ? row : undefined;
  };
  return {
    acquire(name, holder, now, ttlMs) {
      const row = rows.get(name);
      if (row !== undefined && row.until > now) return null;
      const fence = (row?.fence ?? 0) + 1;
      rows.set(name, { holder, fence, until: now + ttlMs });
      return { fence };
    },
    renew(name, fence, now, ttlMs) {
      const row = live(name, fence, now);
      if (row === undefined) return false;
      rows.set(name, { ...row, until: Math.max(row.until, now + ttlMs) });
      return true;
    },
    release(name, fence) {
      const row = rows.get(name);
      if (row?.fence === fence) rows.set(name, { ...row, until: 0 });
    },
    holds: (name, fence, now) => live(name, fence, now) !== undefined,
  };
}
