import type { SyncScope } from "../scope.ts";
import type { FieldView } from "./fields.ts";

/**
 * A field waits only for a conflict that is open. One whose row was closed by hand, or is gone, would wait for ever:
 * it is looked at as if it had never waited, and parked anew if it still has to; under the same id where there is no
 * row, for the worker that parked it may only stand still and log it yet.
 */
export async function withoutStaleParked(scope: SyncScope, views: readonly FieldView[]): Promise<readonly FieldView[]> {
  if (!views.some(({ base }) => base?.parked !== undefined)) return views;
  const { conflicts } = scope.deps.storage;
  return Promise.all(
    views.map(async (view) => {
      if (view.base?.parked === undefined) return view;
      const row = await conflicts.get(scope.tenant, view.base.parked);
      if (row?.status === "open") return { ...view, waiting: true };
      const { parked, ...base } = view.base;
      return { ...view, base, ...(row === null && { waitsFor: parked }) };
    }),
  );
}
