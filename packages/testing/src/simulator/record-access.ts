import { SimulatorError } from "./base/api-error.ts";
import { historyOf } from "./routes/view.ts";
import type { ObjectStore } from "./state/object-store.ts";
import type { ChangeSource, RecordView, SimRecord } from "./state/record.ts";

/** A user of HubSpot, whose edits carry `CRM_UI` as their source. */
export const UI_USER: ChangeSource = { type: "CRM_UI", id: "userId:1001", userId: 1001 };

/**
 * Direct access to the records of one object type, for arranging and checking tests. Writes go through the same
 * validation as the API, are made by a user in HubSpot unless told otherwise, and cause webhooks.
 */
export interface RecordAccess {
  /** Live records: archived and merged-away ones do not count. */
  readonly size: number;
  /** Follows merged ids. `undefined` for what does not exist; archived records are found. */
  get(id: string): RecordView | undefined;
  /** By a property whose values are unique, such as a contact's `email`; undefined for nobody, and for other properties. */
  findBy(property: string, value: string): RecordView | undefined;
  /** All live records in order of their ids, with these properties (default: every one). */
  list(properties?: readonly string[]): RecordView[];
  /** Throws ApiError for what the API would refuse. Default `by`: user 1001 in HubSpot, `CRM_UI`. */
  create(properties: Readonly<Record<string, string>>, by?: ChangeSource): RecordView;
  /** What is not named stays, an empty text clears. Throws as `create`, and SimulatorError for an unknown id. */
  update(id: string, properties: Readonly<Record<string, string>>, by?: ChangeSource): RecordView;
  /** A delete as HubSpot's: `get` still finds it. Throws SimulatorError for an unknown id. */
  archive(id: string, by?: ChangeSource): void;
  /** Brings an archived record back with its values, as a person can for 90 days. */
  restore(id: string, by?: ChangeSource): void;
  /** The survivor, which has a new id unless the knob `mergeCreatesNewId` is false. Throws ApiError for what the API would refuse. */
  merge(primaryId: string, loserId: string, by?: ChangeSource): RecordView;
  /** A privacy deletion. */
  erase(id: string, by?: ChangeSource): void;
  /** Newest first. */
  history(id: string, property: string): readonly Readonly<Record<string, unknown>>[];
}

export function accessRecords(store: ObjectStore): RecordAccess {
  const allNames = (): readonly string[] => store.properties.names();

  function view(record: SimRecord, names: readonly string[] = allNames()): RecordView {
    const properties: Record<string, string> = {};
    for (const name of names) {
      const value = store.records.read(record, record.snapshot, name);
      if (value !== undefined) properties[name] = value;
    }
    const { id, createdAt, archivedAt, snapshot } = record;
    return { id, properties, createdAt, updatedAt: snapshot.updatedAt, archivedAt };
  }

  function need(id: string): SimRecord {
    const record = store.records.resolve(id);
    if (record === undefined) throw new SimulatorError("UNKNOWN_RECORD", `No ${store.type.singular} has the id ${id}`);
    return record;
  }

  return {
    get size() {
      return store.records.size;
    },
    get(id) {
      const record = store.records.resolve(id);
      return record && view(record);
    },
    findBy(property, value) {
      const record = store.records.findBy(property, value);
      return record && view(record);
    },
    list: (names = allNames()) => Array.from(store.records.all(), (record) => view(record, names)),
    create: (properties, by = UI_USER) => view(store.create(properties, by).record),
    update: (id, properties, by = UI_USER) => view(store.update(need(id), properties, by).record),
    archive: (id, by = UI_USER) => store.archive(need(id), by),
    restore: (id, by = UI_USER) => store.restore(need(id), by),
    merge: (primaryId, loserId, by = UI_USER) => view(store.merge(need(primaryId), need(loserId), by)),
    erase: (id, by = UI_USER) => store.erase(need(id), by),
    history: (id, property) => historyOf(store, need(id), property),
  };
}
