import { HubspokeError } from "@hubspoke/core/errors";
import type { EpochMs, Page, PageCursor, RowId } from "@hubspoke/core/ports";

interface Timed {
  readonly id: RowId;
  readonly at: EpochMs;
}

/** Where a page after `cursor` begins in a listing that is newest first. */
export function placeOf(cursor: PageCursor): Timed {
  const dot = cursor.indexOf(".");
  const at = Number(cursor.slice(0, dot));
  if (dot < 1 || !Number.isSafeInteger(at)) {
    throw new HubspokeError("INPUT_INVALID", "the page cursor is not one this store gave out; start without `after`");
  }
  return { at, id: cursor.slice(dot + 1) };
}

/** Cuts a page out of one row more than fits in it: the extra row only tells that there is a further page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => PageCursor): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && rows.length > limit ? { items, next: cursorOf(last) } : { items };
}

export function cursorOf(row: Timed): PageCursor {
  return `${row.at}.${row.id}`;
}
