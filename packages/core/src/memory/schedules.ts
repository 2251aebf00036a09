import type { EpochMs } from "../ports/ids.ts";
import type { ScheduleRow, ScheduleStore } from "../ports/schedule-store.ts";
import type { Sync } from "./expose.ts";
import { byText, keyOf, removeWhere, where } from "./rows.ts";

export interface ScheduleEntry {
  readonly tenant: string;
  readonly row: ScheduleRow;
  readonly lease: string | null;
  /** The end of the lease while one runs, else the next occurrence. */
  readonly dueAt: EpochMs;
}

export function memorySchedules(entries: Map<string, ScheduleEntry>): Sync<ScheduleStore> {
  let leases = 0;
  const keyOfRow = (row: ScheduleRow): string => keyOf(row.tenant, row.name);
  const idle = (row: ScheduleRow): ScheduleEntry => ({ tenant: row.tenant, row, lease: null, dueAt: row.nextAt });
  const held = (tenant: string, name: string, lease: string): ScheduleEntry | undefined => {
    const entry = entries.get(keyOf(tenant, name));
    return entry?.lease === lease ? entry : undefined;
  };
  return {
    add(row) {
      if (entries.has(keyOfRow(row))) return false;
      entries.set(keyOfRow(row), idle(row));
      return true;
    },
    put(row) {
      const running = entries.get(keyOfRow(row));
      const { lease, dueAt } = running === undefined || running.lease === null ? idle(row) : running;
      entries.set(keyOfRow(row), { tenant: row.tenant, row, lease, dueAt });
    },
    claimDue(now, leaseMs, limit, names) {
      const lease = `lease-${++leases}`;
      return where(entries, ({ row, dueAt }) => row.enabled && dueAt <= now && names.includes(row.name))
        .sort((a, b) => a.dueAt - b.dueAt || byText(keyOfRow(a.row), keyOfRow(b.row)))
        .slice(0, limit)
        .map((entry) => {
          entries.set(keyOfRow(entry.row), { ...entry, lease, dueAt: now + leaseMs });
          return { ...entry.row, lease };
        });
    },
    renew(tenant, name, lease, until) {
      const entry = held(tenant, name, lease);
      if (entry !== undefined) entries.set(keyOf(tenant, name), { ...entry, dueAt: Math.max(entry.dueAt, until) });
      return entry !== undefined;
    },
    finish(tenant, name, lease, nextAt, outcome, now) {
      const entry = held(tenant, name, lease);
      if (entry === undefined) return false;
      entries.set(keyOf(tenant, name), idle({ ...entry.row, nextAt, lastRunAt: now, lastOutcome: outcome }));
      return true;
    },
    list: (tenant) =>
      where(entries, (entry) => entry.tenant === tenant)
        .map(({ row }) => row)
        .sort((a, b) => byText(a.name, b.name)),
    delete: (tenant, name) => removeWhere(entries, ({ row }) => row.tenant === tenant && row.name === name) > 0,
  };
}
