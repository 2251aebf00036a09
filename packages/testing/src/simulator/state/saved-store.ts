import type { PropertyDefinition } from "../properties/definition.ts";
import type { ObjectStore, StoreCounters } from "./object-store.ts";
import type { SavedPipelines } from "./pipelines.ts";
import type { PropertyGroup } from "./property-groups.ts";
import type { SavedTable } from "./saved-record.ts";

/** One object type of one portal, as it is kept outside. */
export interface SavedStore {
  readonly counters: StoreCounters;
  readonly properties: readonly PropertyDefinition[];
  readonly groups: readonly PropertyGroup[];
  readonly pipelines: SavedPipelines;
  readonly table: SavedTable;
}

export function saveStore({ counters, properties, groups, pipelines, records }: ObjectStore): SavedStore {
  return {
    counters,
    properties: properties.save(),
    groups: groups.save(),
    pipelines: pipelines.save(),
    table: records.save(),
  };
}

/** Into a store without records. */
export function loadStore(store: ObjectStore, saved: SavedStore): void {
  store.counters = saved.counters;
  // Records are found by their unique values, so the definitions come first.
  store.properties.load(saved.properties);
  store.groups.load(saved.groups);
  store.pipelines.load(saved.pipelines);
  store.records.load(saved.table);
}
