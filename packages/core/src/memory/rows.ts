import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs, Page, PageCursor, RowId } from "../ports/ids.ts";

/** An unambiguous map key of several parts. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Removes the rows that match, at most `limit`, and says how many they were. */
export function removeWhere<T>(rows: Map<string, T>, matches: (row: T) => boolean, limit: number = Infinity): number {
  let removed = 0;
  for (const [key, row] of rows) {
    if (removed >= limit) break;
    if (matches(row)) {
      rows.delete(key);
      removed++;
    }
  }
  return removed;
}

export function where<T>(rows: Map<string, T>, matches: (row: T) => boolean): T[] {
  return [...rows.values()].filter(matches);
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Timed {
  readonly id: RowId;
  readonly at: EpochMs;
}

/** Newest first, ids breaking ties, so that a page cursor is a place and not a count. */
export function newestFirst(a: Timed, b: Timed): number {
  return b.at - a.at || byText(b.id, a.id);
}

/** One page of `rows`, newest first, beginning after `after`. */
export function pageOf<T extends Timed>(rows: readonly T[], after: PageCursor | undefined, limit: number): Page<T> {
  const from = after === undefined ? null : placeOf(after);
  const rest = [...rows].sort(newestFirst).filter((row) => from === null || newestFirst(from, row) < 0);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && rest.length > items.length ? { items, next: `${last.at}.${last.id}` } : { items };
}

function placeOf(cursor: PageCursor): Timed {
  const dot = cursor.indexOf(".");
  const at = Number(cursor.slice(0, dot));
  if (dot < 1 || !Number.isSafeInteger(at)) {
    throw new HubspokeError("INPUT_INVALID", "the page cursor is not one this store gave out; start without `after`");
  }
  return { at, id: cursor.slice(dot + 1) };
}
