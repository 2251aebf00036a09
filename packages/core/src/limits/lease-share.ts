import type { BudgetShare } from "../ports/rate-budget-store.ts";

/** What a process needs of a shared budget. */
export interface Demand {
  /** Slots in use: sent and not answered, or answered less than a window ago. */
  readonly used: number;
  /** Calls that wait. */
  readonly queued: number;
  /** What all processes together may use. */
  readonly limit: number;
}

/** Slots asked for beyond what is needed now, so that a few more calls need not wait for the store. */
function headroom(needed: number): number {
  return Math.max(2, Math.ceil(needed / 4));
}

/**
 * How many of `limit` slots a process may have: what it wants, unless the others want so much that all must share
 * alike. Rounded up, so that nothing is left over by rounding; the store sees to the sum. Pure.
 */
export function fairShare(limit: number, want: number, others: readonly BudgetShare[]): number {
  let left = limit;
  let sharers = others.length + 1;
  for (const other of others.map((each) => Math.max(each.slots, each.want)).sort((a, b) => a - b)) {
    const equal = left / sharers;
    if (other >= equal) break;
    left -= other;
    sharers--;
  }
  return Math.min(want, Math.max(1, Math.ceil(left / sharers)));
}

/**
 * Slots a process that holds `held` should aim for: its need, with some to spare unless it is about to end, within its fair share. Where there are
 * more processes than slots, whoever has one lets go of it while somebody has none, and then asks again. Pure.
 */
export function targetSlots(demand: Demand, others: readonly BudgetShare[], held: number, spare = true): number {
  const needed = demand.used + demand.queued;
  const want = Math.min(demand.limit, spare ? needed + headroom(needed) : Math.max(1, needed));
  const crowded = others.length >= demand.limit && others.some((other) => other.slots === 0 && other.want > 0);
  return crowded && held > 0 ? 0 : fairShare(demand.limit, want, others);
}

/** A share cut down when all shares together are more than what is allowed: other programs use the rest. Pure. */
export function withinLimit(slots: number, others: number, allowed: number): number {
  const all = slots + others;
  if (slots === 0 || all <= allowed) return slots;
  // Never nothing: one slot of our own keeps answers, and so knowledge, coming.
  return Math.max(1, Math.floor((slots * Math.max(0, allowed)) / all));
}
