import { iso } from "../base/iso.ts";
import type { Call } from "../routing/call.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { SimRecord, Snapshot } from "../state/record.ts";
import type { NormalisationWarning } from "../state/write.ts";

export interface Projection {
  readonly properties: readonly string[];
  readonly propertiesWithHistory: readonly string[];
}

/** A record as a read returns it. Properties without a value are null; unknown names are left out. */
export function viewRecord(
  call: Call,
  store: ObjectStore,
  record: SimRecord,
  projection: Projection,
  snapshot: Snapshot = record.snapshot,
): Record<string, unknown> {
  const names = new Set(store.type.defaultProperties);
  if (projection.properties.length > 0) {
    names.clear();
    for (const name of ["createdate", "hs_object_id", store.type.lastModified]) {
      if (store.properties.find(name) !== undefined) names.add(name);
    }
    for (const name of projection.properties) names.add(name);
  }
  for (const name of projection.propertiesWithHistory) names.add(name);

  const properties: Record<string, string | null> = {};
  for (const name of names) {
    if (store.properties.find(name) !== undefined)
      properties[name] = store.records.read(record, snapshot, name) ?? null;
  }
  const view = envelope(call, store, record, snapshot, properties);
  if (projection.propertiesWithHistory.length > 0) {
    view.propertiesWithHistory = Object.fromEntries(
      projection.propertiesWithHistory
        .filter((name) => store.properties.find(name) !== undefined)
        .map((name) => [name, historyOf(store, record, name, call.services.settings().historyCap)]),
    );
  }
  return view;
}

/** A record as a write returns it: what was written, what was calculated from it, and the three system properties. */
export function viewWritten(
  call: Call,
  store: ObjectStore,
  record: SimRecord,
  written: readonly string[],
  warnings: readonly NormalisationWarning[],
): Record<string, unknown> {
  const { snapshot } = record;
  const names = [store.type.created, "hs_object_id", store.type.lastModified, ...written];
  const properties: Record<string, string | null> = {};
  for (const name of names) properties[name] = store.records.read(record, snapshot, name) ?? null;
  if (written.some((name) => store.type.derivedFrom.includes(name))) {
    Object.assign(properties, store.records.derived(snapshot));
  }
  const view = envelope(call, store, record, snapshot, properties);
  if (call.version === "2026-09" && warnings.length > 0) view.warnings = warnings.map(viewWarning);
  return view;
}

function envelope(
  call: Call,
  store: ObjectStore,
  record: SimRecord,
  snapshot: Snapshot,
  properties: Record<string, string | null>,
): Record<string, unknown> {
  const view: Record<string, unknown> = {
    id: record.id,
    properties,
    createdAt: iso(record.createdAt),
    updatedAt: iso(snapshot.updatedAt),
    archived: record.archivedAt !== undefined,
  };
  if (record.archivedAt !== undefined) view.archivedAt = iso(record.archivedAt);
  if (call.version === "2026-09") view.url = recordUrl(call, store, record);
  return view;
}

function recordUrl({ portal }: Call, store: ObjectStore, record: SimRecord): string {
  return `https://${portal.uiDomain}/contacts/${portal.id}/record/${store.type.id}/${record.id}`;
}

function viewWarning(warning: NormalisationWarning): Record<string, unknown> {
  const { propertyName, rawValue, normalizedValue } = warning;
  return {
    category: "PROPERTY_VALUE_NORMALIZED",
    context: { normalizedValue, propertyName, rawValue },
    message: `${propertyName} was normalized`,
  };
}

/** Newest first. Calculated and system properties have only their current value. */
export function historyOf(
  store: ObjectStore,
  record: SimRecord,
  name: string,
  cap: number = Number.POSITIVE_INFINITY,
): Record<string, unknown>[] {
  const entries: Record<string, unknown>[] = [];
  for (let i = record.revisions.length - 1; i >= 0 && entries.length < cap; i--) {
    const { at, source, values } = record.revisions[i]!;
    const value = values[name];
    if (value === undefined) continue;
    entries.push({
      value,
      timestamp: iso(at),
      sourceType: source.type,
      sourceId: source.id,
      ...(source.userId === undefined ? {} : { updatedByUserId: source.userId }),
    });
  }
  if (entries.length > 0) return entries;
  const current = store.records.read(record, record.snapshot, name);
  if (current === undefined) return [];
  return [{ value: current, timestamp: iso(record.snapshot.updatedAt), sourceType: "CALCULATED" }];
}
