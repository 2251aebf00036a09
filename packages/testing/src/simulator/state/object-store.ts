import { validationError } from "../base/api-error.ts";
import { OrderedIndex } from "../base/ordered-index.ts";
import type { RandomStream } from "../base/random.ts";
import type { NormalisationSettings } from "../properties/normalise.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { Change } from "./change.ts";
import { Journal } from "./journal.ts";
import { mergeValues } from "./merge.ts";
import type { ObjectType } from "./object-type.ts";
import { PropertyRegistry } from "./property-registry.ts";
import type { ChangeSource, SimRecord, Snapshot } from "./record.ts";
import { alreadyExists, missingRequired, uniqueValueTaken } from "./store-errors.ts";
import { UniqueIndex } from "./unique-index.ts";
import { type NormalisationWarning, prepareWrite } from "./write.ts";

/** What a store needs from its portal. */
export interface StoreWorld {
  readonly portalId: number;
  readonly defaultCountry: string;
  readonly ids: RandomStream;
  readonly now: () => number;
  readonly normalisation: () => NormalisationSettings;
  readonly searchLag: () => number;
  readonly mergeCreatesNewId: () => boolean;
  readonly emit: (change: Change) => void;
}

export interface Written {
  readonly record: SimRecord;
  readonly changed: readonly string[];
  readonly warnings: readonly NormalisationWarning[];
}

type PlainChange = "creation" | "deletion" | "restore" | "privacyDeletion";

const FIRST_ID = 30_000_000_000;
const MAX_MERGES = 250;
const NOTHING: Readonly<Record<string, string>> = {};

/** All records of one object type in one portal. */
export class ObjectStore {
  readonly type: ObjectType;
  readonly properties: PropertyRegistry;
  readonly search: SearchIndex;
  readonly #world: StoreWorld;
  readonly #records: Map<string, SimRecord> = new Map();
  readonly #aliases: Map<string, string> = new Map();
  readonly #unique: UniqueIndex = new UniqueIndex();
  readonly #live: OrderedIndex<SimRecord> = new OrderedIndex();
  readonly #archived: OrderedIndex<SimRecord> = new OrderedIndex();
  #lastId: number = FIRST_ID;
  #journal: Journal | undefined;

  constructor(type: ObjectType, world: StoreWorld) {
    this.type = type;
    this.#world = world;
    this.properties = new PropertyRegistry(type.name, type.properties);
    this.search = new SearchIndex((record, snapshot, name) => this.read(record, snapshot, name), world.searchLag);
  }

  get size(): number {
    return this.#live.size;
  }

  /** By its own id, archived or not. A merged-away id finds nothing. */
  find(id: string): SimRecord | undefined {
    return this.#records.get(id);
  }

  /** Like `find`, but a merged-away id leads to the survivor (hubspot-facts §7.1). */
  resolve(id: string): SimRecord | undefined {
    let current = id;
    for (let next = this.#aliases.get(current); next !== undefined; next = this.#aliases.get(current)) current = next;
    return this.#records.get(current);
  }

  wasMerged(id: string): boolean {
    return this.#aliases.has(id);
  }

  /** By a unique property. */
  findBy(property: string, value: string): SimRecord | undefined {
    return this.#unique.find(property, value);
  }

  /** Records in order of their ids, from `after` (an id, included) on, and the id of the one that follows. */
  page(
    after: string | undefined,
    limit: number,
    archived: boolean,
  ): { records: SimRecord[]; next: string | undefined } {
    const index = archived ? this.#archived : this.#live;
    const from = after === undefined ? 0 : index.rank(Number(after), 0);
    const records = [...index.slice(from, from + limit + 1)];
    return { records: records.slice(0, limit), next: records[limit]?.id };
  }

  *all(): Generator<SimRecord> {
    yield* this.#live.slice(0, this.#live.size);
  }

  /** A property's value as HubSpot would return it; `undefined` when it has none. */
  read(record: SimRecord, snapshot: Snapshot, name: string): string | undefined {
    const stored = snapshot.values[name];
    if (stored !== undefined) return stored;
    if (name === "hs_object_id") return record.id;
    if (name === this.type.lastModified) return new Date(snapshot.updatedAt).toISOString();
    if (name === this.type.created) return new Date(record.createdAt).toISOString();
    return this.derived(snapshot)[name];
  }

  derived(snapshot: Snapshot): Readonly<Record<string, string>> {
    if (snapshot.derived !== undefined) return snapshot.derived;
    const { derive, derivedFrom } = this.type;
    const needed = derive !== undefined && derivedFrom.some((name) => snapshot.values[name] !== undefined);
    snapshot.derived = needed ? derive(snapshot.values, this.#world.defaultCountry) : NOTHING;
    return snapshot.derived;
  }

  create(input: Readonly<Record<string, unknown>>, source: ChangeSource, at: number = this.#world.now()): Written {
    const { patch, warnings } = this.#prepare(input, NOTHING);
    for (const name of this.type.required) {
      if (!patch[name]) throw missingRequired(name);
    }
    this.#refuseDuplicates(patch, undefined);
    const num = this.#nextId();
    const record: SimRecord = {
      id: String(num),
      num,
      createdAt: at,
      snapshot: { values: patch, updatedAt: at },
      revisions: [{ at, source, values: patch }],
      archivedAt: undefined,
      indexed: undefined,
    };
    this.#add(record, at);
    this.#emit("creation", record.id, at, source);
    this.#emitValues(record.id, patch, at, source);
    return { record, changed: Object.keys(patch), warnings };
  }

  /** Writes that change nothing leave no trace: no history, no new modified date, no webhook. */
  update(record: SimRecord, input: Readonly<Record<string, unknown>>, source: ChangeSource): Written {
    const { patch, warnings } = this.#prepare(input, record.snapshot.values);
    this.#refuseDuplicates(patch, record);
    const changed = Object.keys(patch);
    if (changed.length > 0) this.#write(record, patch, source);
    return { record, changed, warnings };
  }

  archive(record: SimRecord, source: ChangeSource): void {
    if (record.archivedAt !== undefined) return;
    const now = this.#world.now();
    record.archivedAt = now;
    this.#live.remove(record.num, 0);
    this.#archived.insert(record.num, 0, record);
    this.search.remove(record);
    this.#indexUnique(record, "delete");
    this.#emit("deletion", record.id, now, source);
  }

  restore(record: SimRecord, source: ChangeSource): void {
    if (record.archivedAt === undefined) return;
    this.#refuseDuplicates(record.snapshot.values, record);
    const now = this.#world.now();
    record.archivedAt = undefined;
    this.#archived.remove(record.num, 0);
    this.#add(record, now);
    this.#emit("restore", record.id, now, source);
  }

  /** A privacy deletion: nothing is left, and both events fire (hubspot-facts §5.2). */
  erase(record: SimRecord, source: ChangeSource): void {
    this.#remove(record);
    const now = this.#world.now();
    this.#emit("privacyDeletion", record.id, now, source);
    this.#emit("deletion", record.id, now, source);
  }

  /** Both ids lead to the survivor, which by default has a new id of its own (hubspot-facts §7.1). */
  merge(primary: SimRecord, loser: SimRecord, source: ChangeSource): SimRecord {
    const now = this.#world.now();
    const { values, moved, mergedIds } = mergeValues(primary, loser, now);
    if (mergedIds.length > MAX_MERGES) throw validationError("Cannot have more than 250 identities on a profile");
    const num = this.#world.mergeCreatesNewId() ? this.#nextId() : primary.num;
    this.#remove(loser);
    this.#remove(primary);
    const survivor: SimRecord = {
      id: String(num),
      num,
      createdAt: Math.min(primary.createdAt, loser.createdAt),
      snapshot: { values, updatedAt: now },
      revisions: [...primary.revisions, { at: now, source, values: moved }],
      archivedAt: undefined,
      indexed: undefined,
    };
    this.#add(survivor, now);
    for (const id of [primary.id, loser.id]) if (id !== survivor.id) this.#aliases.set(id, survivor.id);
    this.#send({
      kind: "merge",
      type: this.type,
      objectId: survivor.id,
      at: now,
      source,
      primaryObjectId: primary.id,
      mergedObjectIds: [loser.id],
      newObjectId: survivor.id,
      numberOfPropertiesMoved: Object.keys(moved).length,
    });
    this.#emit("deletion", loser.id, now, source);
    return survivor;
  }

  /** Everything `work` writes here stands, or, when it throws, nothing does. */
  atomically(work: () => void): void {
    const journal = new Journal();
    this.#journal = journal;
    try {
      work();
    } catch (error) {
      journal.undo();
      throw error;
    } finally {
      this.#journal = undefined;
    }
    for (const record of journal.touched) this.search.changed(record, this.#world.now());
    for (const change of journal.changes) this.#world.emit(change);
  }

  #prepare(input: Readonly<Record<string, unknown>>, current: Readonly<Record<string, string>>) {
    const { portalId, defaultCountry } = this.#world;
    const normalisation = this.#world.normalisation();
    return prepareWrite(input, current, { portalId, defaultCountry, normalisation, properties: this.properties });
  }

  #write(record: SimRecord, patch: Readonly<Record<string, string>>, source: ChangeSource): void {
    const now = this.#world.now();
    const values = { ...record.snapshot.values, ...patch };
    for (const name in patch) if (patch[name] === "") delete values[name];
    const before = record.snapshot;
    this.#replace(record, { values, updatedAt: now });
    record.revisions.push({ at: now, source, values: patch });
    this.#touch(record, now);
    this.#journal?.onUndo(() => {
      record.revisions.pop();
      this.#replace(record, before);
    });
    this.#emitValues(record.id, patch, now, source);
  }

  #replace(record: SimRecord, snapshot: Snapshot): void {
    this.#indexUnique(record, "delete");
    record.snapshot = snapshot;
    this.#indexUnique(record, "set");
  }

  #touch(record: SimRecord, now: number): void {
    if (this.#journal === undefined) this.search.changed(record, now);
    else this.#journal.touched.add(record);
  }

  #add(record: SimRecord, now: number): void {
    this.#records.set(record.id, record);
    this.#live.insert(record.num, 0, record);
    this.#indexUnique(record, "set");
    this.#touch(record, now);
    this.#journal?.onUndo(() => this.#remove(record));
  }

  #remove(record: SimRecord): void {
    this.#records.delete(record.id);
    (record.archivedAt === undefined ? this.#live : this.#archived).remove(record.num, 0);
    this.search.remove(record);
    this.#indexUnique(record, "delete");
  }

  #indexUnique(record: SimRecord, action: "set" | "delete"): void {
    const { values } = record.snapshot;
    for (const name in values) {
      if (this.properties.find(name)?.hasUniqueValue) this.#unique[action](name, values[name]!, record);
    }
    // A second address of one person is as unique as the first (hubspot-facts §7.3).
    for (const email of values.hs_additional_emails?.split(";") ?? []) this.#unique[action]("email", email, record);
  }

  #refuseDuplicates(patch: Readonly<Record<string, string>>, self: SimRecord | undefined): void {
    for (const [name, value] of Object.entries(patch)) {
      if (value === "" || !this.properties.find(name)?.hasUniqueValue) continue;
      const holder = this.#unique.find(name, value);
      if (holder === undefined || holder === self) continue;
      if (self === undefined && name === this.type.naturalKey) throw alreadyExists(this.type, holder.id);
      throw uniqueValueTaken(this.#world.portalId, this.type, name, value, self?.id ?? "0", holder.id);
    }
  }

  #nextId(): number {
    // Steps, so that no caller can count on ids without gaps.
    this.#lastId += 1 + this.#world.ids.int(30);
    return this.#lastId;
  }

  #emit(kind: PlainChange, objectId: string, at: number, source: ChangeSource): void {
    this.#send({ kind, type: this.type, objectId, at, source });
  }

  #emitValues(objectId: string, patch: Readonly<Record<string, string>>, at: number, source: ChangeSource): void {
    for (const [propertyName, propertyValue] of Object.entries(patch)) {
      this.#send({ kind: "propertyChange", type: this.type, objectId, at, source, propertyName, propertyValue });
    }
  }

  #send(change: Change): void {
    if (this.#journal === undefined) this.#world.emit(change);
    else this.#journal.changes.push(change);
  }
}
