import { iso } from "../base/iso.ts";
import { OrderedIndex } from "../base/ordered-index.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { ObjectType } from "../types/object-type.ts";
import { Journal } from "./journal.ts";
import type { PropertyRegistry } from "./property-registry.ts";
import type { Revision, SimRecord, Snapshot } from "./record.ts";
import { restoreRecord, type SavedTable, saveRecord } from "./saved-record.ts";
import { UniqueIndex } from "./unique-index.ts";

export interface TableWorld {
  readonly defaultCountry: string;
  readonly now: () => number;
  readonly searchLag: () => number;
  /** Whether merged-away ids lead to the survivor. */
  readonly followsMerges: () => boolean;
  /** What is worked out from more than the record's own values. */
  readonly computed: (name: string, record: SimRecord, snapshot: Snapshot) => string | undefined;
}

export interface Page {
  readonly records: readonly SimRecord[];
  /** The id of the record that follows. */
  readonly next: string | undefined;
}

const NOTHING: Readonly<Record<string, string>> = {};

/** The records of one object type and every way to find them. It keeps indexes true; it knows no rules. */
export class RecordTable {
  readonly search: SearchIndex;
  readonly #type: ObjectType;
  readonly #properties: PropertyRegistry;
  readonly #world: TableWorld;
  readonly #records: Map<string, SimRecord> = new Map();
  readonly #aliases: Map<string, string> = new Map();
  readonly #unique: UniqueIndex = new UniqueIndex();
  readonly #live: OrderedIndex<SimRecord> = new OrderedIndex();
  readonly #archived: OrderedIndex<SimRecord> = new OrderedIndex();
  #journal: Journal | undefined;

  constructor(type: ObjectType, properties: PropertyRegistry, world: TableWorld) {
    this.#type = type;
    this.#properties = properties;
    this.#world = world;
    this.search = new SearchIndex((record, snapshot, name) => this.read(record, snapshot, name), world.searchLag);
  }

  /** Live records. */
  get size(): number {
    return this.#live.size;
  }

  /** By its own id, archived or not. A merged-away id finds nothing. */
  find(id: string): SimRecord | undefined {
    return this.#records.get(id);
  }

  /** Like `find`, but a merged-away id leads to the survivor (hubspot-facts §7.1). */
  resolve(id: string): SimRecord | undefined {
    if (!this.#world.followsMerges()) return this.find(id);
    let current = id;
    for (let next = this.#aliases.get(current); next !== undefined; next = this.#aliases.get(current)) current = next;
    return this.#records.get(current);
  }

  wasMerged(id: string): boolean {
    return this.#aliases.has(id) && this.#world.followsMerges();
  }

  /** By a unique property; live records only. */
  findBy(property: string, value: string): SimRecord | undefined {
    return this.#unique.find(property, value);
  }

  /** Records in order of their ids, from `after` (an id, included) on. */
  page(after: string | undefined, limit: number, archived: boolean): Page {
    const index = archived ? this.#archived : this.#live;
    const from = after === undefined ? 0 : index.rank(Number(after), 0);
    const records = [...index.slice(from, from + limit + 1)];
    return { records: records.slice(0, limit), next: records[limit]?.id };
  }

  /** The live record with this place in the order of ids. */
  at(place: number): SimRecord | undefined {
    const [record] = this.#live.slice(place, place + 1);
    return record;
  }

  *all(): Generator<SimRecord> {
    yield* this.#live.slice(0, this.#live.size);
  }

  /** A property's value as HubSpot would return it; `undefined` when it has none. */
  read(record: SimRecord, snapshot: Snapshot, name: string): string | undefined {
    const stored = snapshot.values[name];
    if (stored !== undefined) return stored;
    if (name === "hs_object_id") return record.id;
    if (name === this.#type.lastModified) return iso(snapshot.updatedAt);
    if (name === this.#type.created) return iso(record.createdAt);
    return this.derived(snapshot)[name] ?? this.#world.computed(name, record, snapshot);
  }

  derived(snapshot: Snapshot): Readonly<Record<string, string>> {
    if (snapshot.derived !== undefined) return snapshot.derived;
    const { derive, derivedFrom } = this.#type;
    const needed = derive !== undefined && derivedFrom.some((name) => snapshot.values[name] !== undefined);
    snapshot.derived = needed ? derive(snapshot.values, this.#world.defaultCountry) : NOTHING;
    return snapshot.derived;
  }

  add(record: SimRecord): void {
    this.#records.set(record.id, record);
    this.#live.insert(record.num, 0, record);
    this.#indexUnique(record, "set");
    this.#touch(record);
    this.#journal?.onUndo(() => this.remove(record));
  }

  remove(record: SimRecord): void {
    this.#records.delete(record.id);
    (record.archivedAt === undefined ? this.#live : this.#archived).remove(record.num, 0);
    this.search.remove(record);
    this.#indexUnique(record, "delete");
  }

  /** The record's next state, and the write that led there. */
  advance(record: SimRecord, snapshot: Snapshot, revision: Revision): void {
    const before = record.snapshot;
    this.#replace(record, snapshot);
    record.revisions.push(revision);
    this.#touch(record);
    this.#journal?.onUndo(() => {
      record.revisions.pop();
      this.#replace(record, before);
    });
  }

  archive(record: SimRecord): void {
    this.#live.remove(record.num, 0);
    this.#indexUnique(record, "delete");
    this.search.remove(record);
    record.archivedAt = this.#world.now();
    this.#archived.insert(record.num, 0, record);
  }

  restore(record: SimRecord): void {
    this.#archived.remove(record.num, 0);
    record.archivedAt = undefined;
    this.add(record);
  }

  /** From now on `id` leads to `survivor`. */
  alias(id: string, survivor: SimRecord): void {
    if (id !== survivor.id) this.#aliases.set(id, survivor.id);
  }

  /** Everything `work` writes here stands, or, when it throws, nothing does; search sees it only once it stands. */
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
    for (const record of journal.touched) this.#touch(record);
  }

  /** Values of a property that were not watched while it was archived are watched again. */
  reindex(name: string): void {
    this.#unique.clear(name);
    for (const record of this.all()) {
      const value = record.snapshot.values[name];
      if (value !== undefined) this.#unique.set(name, value, record);
    }
  }

  /** As if the property had never had a value. */
  dropValues(name: string): void {
    this.#unique.clear(name);
    for (const record of this.#records.values()) {
      const { [name]: dropped, ...values } = record.snapshot.values;
      if (dropped !== undefined) record.snapshot = { ...record.snapshot, values };
      for (const [at, revision] of record.revisions.entries()) {
        const { [name]: past, ...kept } = revision.values;
        if (past !== undefined) record.revisions[at] = { ...revision, values: kept };
      }
      this.#touch(record);
    }
  }

  save(): SavedTable {
    return {
      records: [...this.#records.values()].map(saveRecord),
      aliases: [...this.#aliases],
      pending: this.search.save(),
    };
  }

  /** Into an empty table. */
  load({ records, aliases, pending }: SavedTable): void {
    for (const saved of records) {
      const { record, seen } = restoreRecord(saved);
      this.#records.set(record.id, record);
      (record.archivedAt === undefined ? this.#live : this.#archived).insert(record.num, 0, record);
      if (record.archivedAt === undefined) this.#indexUnique(record, "set");
      if (seen !== undefined) this.search.restore(record, seen);
    }
    for (const [id, survivor] of aliases) this.#aliases.set(id, survivor);
    this.search.loadPending(pending, (id) => this.#records.get(id));
  }

  #replace(record: SimRecord, snapshot: Snapshot): void {
    this.#indexUnique(record, "delete");
    record.snapshot = snapshot;
    this.#indexUnique(record, "set");
  }

  #touch(record: SimRecord): void {
    if (this.#journal === undefined) this.search.changed(record, this.#world.now());
    else this.#journal.touched.add(record);
  }

  #indexUnique(record: SimRecord, action: "set" | "delete"): void {
    const { values } = record.snapshot;
    for (const name in values) {
      if (this.#properties.find(name)?.hasUniqueValue) this.#unique[action](name, values[name]!, record);
    }
    // A second address of one person is as unique as the first (hubspot-facts §7.3).
    for (const email of values.hs_additional_emails?.split(";") ?? []) this.#unique[action]("email", email, record);
  }
}
