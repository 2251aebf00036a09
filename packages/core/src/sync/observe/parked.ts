import type { SyncScope } from "../scope.ts";
import type { FieldView } from "./fields.ts";

/** A record's fields as they were found. */
interface Looked {
  readonly views: readonly FieldView[];
}

/**
 * A field waits only for a conflict that is open. One whose row was closed by hand, or is gone, would wait for ever:
 * it is looked at as if it had never waited, and parked anew if it still has to; under the same id where there is no
 * row, for the worker that parked it may only stand still and log it yet. The rows of all records are one read.
 */
export async function withoutStaleParked<T extends Looked>(
  { deps, tenant }: SyncScope,
  looked: readonly T[],
): Promise<readonly T[]> {
  const ids = looked.flatMap(({ views }) => views.flatMap(({ base }) => base?.parked ?? []));
  if (ids.length === 0) return looked;
  const rows = await deps.storage.conflicts.get(tenant, ids);
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  const current = (view: FieldView): FieldView => {
    if (view.base?.parked === undefined) return view;
    const { parked, ...base } = view.base;
    const status = statuses.get(parked);
    if (status === "open") return { ...view, waiting: true };
    return { ...view, base, ...(status === undefined && { waitsFor: parked }) };
  };
  return looked.map((one) => ({ ...one, views: one.views.map(current) }));
}
