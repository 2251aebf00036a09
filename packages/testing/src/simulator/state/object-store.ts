import type { AssociationType } from "../associations/definitions.ts";
import type { Node } from "../associations/graph.ts";
import type { RandomStream } from "../base/random.ts";
import type { Settings } from "../knobs.ts";
import type { PropertyDefinition, PropertyDraft } from "../properties/definition.ts";
import type { ApiVersion } from "../routing/router.ts";
import type { ObjectType } from "../types/object-type.ts";
import { Announcer } from "./announcer.ts";
import type { Change } from "./change.ts";
import { compute } from "./computed.ts";
import { mergeRecords } from "./merge.ts";
import { refuseUnknownStage, withPipeline } from "./pipeline-rules.ts";
import { PipelineRegistry } from "./pipelines.ts";
import { GroupRegistry } from "./property-groups.ts";
import { PropertyRegistry } from "./property-registry.ts";
import type { ChangeSource, SimRecord } from "./record.ts";
import { RecordTable } from "./record-table.ts";
import { refuseIncomplete } from "./required.ts";
import { missingRequired } from "./store-errors.ts";
import { Uniqueness } from "./uniqueness.ts";
import { type NormalisationWarning, type PreparedWrite, prepareWrite } from "./write.ts";

/** What a store needs from its portal. */
export interface StoreWorld {
  readonly portalId: number;
  readonly defaultCountry: string;
  readonly ids: RandomStream;
  readonly now: () => number;
  readonly settings: () => Settings;
  readonly searchLag: () => number;
  /** Who is associated with a record, for searches by `associations.*`. */
  readonly associated: (from: Node, toType: string) => ReadonlyMap<string, ReadonlyMap<string, AssociationType>>;
  readonly ownerIds: ReadonlySet<string>;
  readonly typeNamed: (name: string) => ObjectType | undefined;
  readonly emit: (change: Change) => void;
}

export interface StoreCounters {
  readonly lastId: number;
  /** Addresses that were erased for privacy. */
  readonly erased: readonly string[];
}

/** By which rules a record is written. */
export interface WriteContext {
  /** When the record was created; default now. */
  readonly at?: number;
  /** 2026-09 enforces what admins require, and forgives more dates (hubspot-facts §1.7). */
  readonly version?: ApiVersion;
}

export interface Written {
  readonly record: SimRecord;
  readonly changed: readonly string[];
  readonly warnings: readonly NormalisationWarning[];
}

/** Beyond 32 bits, as real ids are. */
const FIRST_ID = 30_000_000_000;
const NOTHING: Readonly<Record<string, string>> = {};

/** One object type in one portal: its definitions, its records, and the rules of changing them. */
export class ObjectStore {
  readonly properties: PropertyRegistry;
  readonly groups: GroupRegistry;
  readonly pipelines: PipelineRegistry;
  readonly records: RecordTable;
  readonly #world: StoreWorld;
  #type: ObjectType;
  #lastId: number = FIRST_ID;
  readonly #unique: Uniqueness;
  readonly #announcer: Announcer;

  constructor(type: ObjectType, world: StoreWorld) {
    this.#type = type;
    this.#world = world;
    this.properties = new PropertyRegistry(type.name, type.properties);
    this.groups = new GroupRegistry(type.properties.map((property) => property.groupName));
    this.pipelines = new PipelineRegistry(type.id);
    const { defaultCountry, now, searchLag, associated } = world;
    const computed = { typeId: type.id, pipelines: this.pipelines, associated };
    this.records = new RecordTable(type, this.properties, {
      defaultCountry,
      now,
      searchLag,
      followsMerges: () => world.settings().mergedIdsLead === "all" || type.id === "0-1" || type.id === "0-2",
      computed: (name, record, snapshot) => compute(name, record, snapshot, computed),
    });
    this.#announcer = new Announcer({
      type: () => this.#type,
      definition: (name) => this.properties.find(name),
      emit: world.emit,
    });
    this.#unique = new Uniqueness({
      portalId: world.portalId,
      type: () => this.#type,
      properties: this.properties,
      records: this.records,
      erasureBlocksEmail: () => world.settings().erasureBlocksEmail,
    });
  }

  get type(): ObjectType {
    return this.#type;
  }

  /** A schema was edited: the rules change, records and definitions stay. */
  redefine(type: ObjectType): void {
    this.#type = type;
  }

  create(input: Readonly<Record<string, unknown>>, source: ChangeSource, context: WriteContext = {}): Written {
    const { at = this.#world.now(), version } = context;
    const { patch, warnings } = this.#prepare(withPipeline(input, this.type, this.pipelines), NOTHING, version, true);
    for (const name of this.type.required) {
      if (!patch[name]) throw missingRequired(name);
    }
    this.#unique.refuse(patch, undefined);
    const num = this.#nextId();
    const record: SimRecord = {
      id: String(num),
      num,
      createdAt: at,
      snapshot: { values: patch, updatedAt: at, version: 1 },
      revisions: [{ at, source, values: patch }],
      archivedAt: undefined,
      indexed: undefined,
      merges: 0,
    };
    this.records.add(record);
    this.#announcer.happened("creation", record.id, at, source);
    this.#announcer.changed(record.id, patch, at, source);
    return { record, changed: Object.keys(patch), warnings };
  }

  /** Creating an archived name restores it with its values, unless they have been purged since. */
  define(draft: PropertyDraft): PropertyDefinition {
    const now = this.#world.now();
    const past = this.properties.past(draft.name, now);
    const created = this.properties.create(draft, now);
    if (past === "purged") this.records.dropValues(draft.name);
    else if (past === "archived" && created.hasUniqueValue) this.records.reindex(draft.name);
    return created;
  }

  /** Writes that change nothing leave no trace: no history, no new modified date, no webhook. */
  update(
    record: SimRecord,
    input: Readonly<Record<string, unknown>>,
    source: ChangeSource,
    { version }: WriteContext = {},
  ): Written {
    const { patch, warnings } = this.#prepare(input, record.snapshot.values, version, false);
    this.#unique.refuse(patch, record);
    const changed = Object.keys(patch);
    if (changed.length > 0) this.set(record, patch, source);
    return { record, changed, warnings };
  }

  /** Writes values as they are, read-only properties included: for what HubSpot itself sets. */
  set(record: SimRecord, patch: Readonly<Record<string, string>>, source: ChangeSource): void {
    const at = this.#world.now();
    const values = { ...record.snapshot.values, ...patch };
    for (const name in patch) if (patch[name] === "") delete values[name];
    const version = record.snapshot.version + 1;
    this.records.advance(record, { values, updatedAt: at, version }, { at, source, values: patch });
    this.#announcer.changed(record.id, patch, at, source);
  }

  /** The type that `associations.{name}` means in a search. */
  associationType(property: string): ObjectType | undefined {
    return property.startsWith("associations.")
      ? this.#world.typeNamed(property.slice("associations.".length))
      : undefined;
  }

  associated(record: SimRecord, toType: string): ReadonlyMap<string, unknown> {
    return this.#world.associated({ type: this.type.id, id: record.id }, toType);
  }

  archive(record: SimRecord, source: ChangeSource): void {
    if (record.archivedAt !== undefined) return;
    this.records.archive(record);
    this.#announcer.happened("deletion", record.id, this.#world.now(), source);
  }

  restore(record: SimRecord, source: ChangeSource): void {
    if (record.archivedAt === undefined) return;
    this.#unique.refuse(record.snapshot.values, record);
    this.records.restore(record);
    this.#announcer.happened("restore", record.id, this.#world.now(), source);
  }

  /** A privacy deletion: nothing is left, and both events fire (hubspot-facts §5.2). */
  erase(record: SimRecord, source: ChangeSource): void {
    this.records.remove(record);
    const { email } = record.snapshot.values;
    if (email !== undefined) this.eraseAddress(email);
    const now = this.#world.now();
    this.#announcer.happened("privacyDeletion", record.id, now, source);
    this.#announcer.happened("deletion", record.id, now, source);
  }

  /** An address that was asked to be erased, whether or not anybody had it. */
  eraseAddress(email: string): void {
    this.#unique.erased(email);
  }

  /** Both ids lead to the survivor, which by default has a new id of its own (hubspot-facts §7.1). */
  merge(primary: SimRecord, loser: SimRecord, source: ChangeSource): SimRecord {
    const now = this.#world.now();
    const num = () => (this.#world.settings().mergeCreatesNewId ? this.#nextId() : primary.num);
    const { survivor, moved } = mergeRecords(primary, loser, num, now, source);
    this.records.remove(loser);
    this.records.remove(primary);
    this.records.add(survivor);
    for (const { id } of [primary, loser]) this.records.alias(id, survivor);
    this.#announcer.send({
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
    this.#announcer.happened("deletion", loser.id, now, source);
    return survivor;
  }

  /** All of what `work` writes stands and is told of, or, when it throws, none of it. */
  atomically(work: () => void): void {
    this.#announcer.holding(() => this.records.atomically(work));
  }

  /** What nothing else of a store tells. */
  get counters(): StoreCounters {
    return { lastId: this.#lastId, erased: this.#unique.save() };
  }

  set counters({ lastId, erased }: StoreCounters) {
    this.#lastId = lastId;
    for (const email of erased) this.#unique.erased(email);
  }

  #prepare(
    input: Readonly<Record<string, unknown>>,
    current: Readonly<Record<string, string>>,
    version: ApiVersion | undefined,
    isNew: boolean,
  ): PreparedWrite {
    const { portalId, defaultCountry, ownerIds } = this.#world;
    const { normalisation, validateOwners, requiredProperties } = this.#world.settings();
    const isLenient = version === "2026-09";
    const owners = validateOwners ? ownerIds : undefined;
    const rules = { portalId, defaultCountry, normalisation, properties: this.properties, isLenient, owners };
    const prepared = prepareWrite(input, current, rules);
    const resulting = { ...current, ...prepared.patch };
    refuseUnknownStage(resulting, this.type, this.pipelines);
    if (version === "2026-09") {
      const required = requiredProperties[this.type.name] ?? requiredProperties[this.type.id] ?? [];
      refuseIncomplete(required, prepared.patch, resulting, isNew);
    }
    return prepared;
  }

  #nextId(): number {
    // Steps, so that no caller can count on ids without gaps.
    this.#lastId += 1 + this.#world.ids.int(30);
    return this.#lastId;
  }
}
