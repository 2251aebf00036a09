import { iso } from "../task.ts";
import type { ObjectList } from "./list.ts";
import type { ListRegistry } from "./list-registry.ts";

export function viewList(lists: ListRegistry, list: ObjectList, withFilters: boolean): Record<string, unknown> {
  return {
    ...common(lists, list),
    size: lists.members(list.id).length,
    ...(withFilters && list.filterBranch !== undefined ? { filterBranch: list.filterBranch } : {}),
  };
}

/** In searches, numbers are text among the additional properties. */
export function viewFound(
  lists: ListRegistry,
  list: ObjectList,
  additional: readonly string[],
): Record<string, unknown> {
  const size = lists.members(list.id).length;
  const { lastAddedAt, lastRemovedAt } = lists.history(list.id);
  const known: Record<string, string> = {
    hs_list_size: String(size),
    hs_list_reference_count: "0",
    ...(lastAddedAt === undefined ? {} : { hs_last_record_added_at: String(lastAddedAt) }),
    ...(lastRemovedAt === undefined ? {} : { hs_last_record_removed_at: String(lastRemovedAt) }),
    ...list.customProperties,
  };
  const asked = ["hs_list_size", "hs_list_reference_count", ...additional].filter((name) => known[name] !== undefined);
  return {
    ...common(lists, list),
    additionalProperties: Object.fromEntries(asked.map((name) => [name, known[name]])),
  };
}

function common(lists: ListRegistry, list: ObjectList): Record<string, unknown> {
  return {
    listId: list.id,
    listVersion: list.version,
    name: list.name,
    objectTypeId: list.objectTypeId,
    processingType: list.processingType,
    processingStatus: lists.isProcessing(list) ? "PROCESSING" : "COMPLETE",
    createdAt: iso(list.createdAt),
    updatedAt: iso(list.updatedAt),
    filtersUpdatedAt: iso(list.filtersUpdatedAt),
  };
}
