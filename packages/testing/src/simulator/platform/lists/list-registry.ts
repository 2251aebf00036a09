import { ApiError, validationError } from "../../base/api-error.ts";
import { draw } from "../../base/duration.ts";
import type { RandomStream } from "../../base/random.ts";
import type { Change } from "../../state/change.ts";
import type { ObjectStore } from "../../state/object-store.ts";
import type { Portal } from "../../state/portal.ts";
import type { SimRecord } from "../../state/record.ts";
import { unknownType } from "../../types/known-types.ts";
import type { PlatformWorld } from "../world.ts";
import { compileRoot, type RecordTest } from "./filter-branch.ts";
import type { ListDraft, MembershipChange, ObjectList } from "./list.ts";
import { Memberships, type SavedMemberships } from "./memberships.ts";

interface Kept {
  list: ObjectList;
  readonly members: Memberships;
  filter: CompiledFilter | undefined;
}

interface CompiledFilter {
  readonly test: RecordTest;
  /** The lists it asks about. */
  readonly asks: readonly string[];
}

export interface SavedList {
  readonly list: ObjectList;
  readonly members: SavedMemberships;
}

/** Deleted lists can be restored for this long. */
const RESTORABLE_MS = 90 * 86_400_000;

/** The lists of one account and who is on them. */
export class ListRegistry {
  readonly #portal: Portal;
  readonly #world: PlatformWorld;
  readonly #random: RandomStream;
  readonly #changed: (change: MembershipChange) => void;
  readonly #lists: Map<string, Kept> = new Map();
  readonly #filling: Set<Kept> = new Set();

  constructor(portal: Portal, world: PlatformWorld, random: RandomStream, changed: (change: MembershipChange) => void) {
    this.#portal = portal;
    this.#world = world;
    this.#random = random;
    this.#changed = changed;
  }

  /** Live ones, oldest first. */
  all(): ObjectList[] {
    return [...this.#lists.values()].map(({ list }) => list).filter(({ deletedAt }) => deletedAt === undefined);
  }

  get(id: string): ObjectList {
    return this.#need(id).list;
  }

  create(draft: ListDraft): ObjectList {
    this.#refuseTaken(draft.name, draft.objectTypeId, undefined);
    const filter = this.#compile(draft);
    const now = this.#now;
    const list: ObjectList = {
      ...draft,
      id: String(this.#lists.size + 1),
      version: 1,
      createdAt: now,
      updatedAt: now,
      filtersUpdatedAt: now,
      readyAt: now + (filter === undefined ? 0 : draw(this.#world.options().listProcessing, this.#random)),
      deletedAt: undefined,
    };
    const kept: Kept = { list, members: new Memberships(), filter };
    this.#lists.set(list.id, kept);
    if (list.processingType === "SNAPSHOT") this.#fill(kept);
    return list;
  }

  rename(id: string, name: string): ObjectList {
    const { list } = this.#need(id);
    this.#refuseTaken(name, list.objectTypeId, id);
    return this.#revise(id, { name });
  }

  /** A snapshot's filters were used once and are history. */
  refilter(id: string, filterBranch: unknown): ObjectList {
    const kept = this.#need(id);
    if (kept.list.processingType !== "DYNAMIC") throw validationError("Only the filters of a DYNAMIC list can change");
    kept.filter = this.#compile({ ...kept.list, filterBranch });
    const readyAt = this.#now + draw(this.#world.options().listProcessing, this.#random);
    return this.#revise(id, { filterBranch, filtersUpdatedAt: this.#now, readyAt });
  }

  delete(id: string): void {
    this.#revise(id, { deletedAt: this.#now });
  }

  restore(id: string): void {
    const kept = this.#lists.get(id);
    const deletedAt = kept?.list.deletedAt;
    if (kept === undefined || (deletedAt !== undefined && this.#now - deletedAt > RESTORABLE_MS)) throw unknownList(id);
    kept.list = { ...kept.list, deletedAt: undefined };
  }

  /** Whose records these are. */
  storeOf({ objectTypeId }: Pick<ObjectList, "objectTypeId">): ObjectStore {
    const store = /^\d+-\d+$/.test(objectTypeId) ? this.#portal.store(objectTypeId) : undefined;
    if (store === undefined) throw unknownType(objectTypeId);
    return store;
  }

  /** Live records only: an archived one is nowhere, and back once it is restored. */
  members(id: string): { recordId: string; first: number; last: number }[] {
    const kept = this.#need(id);
    if (this.isProcessing(kept.list)) return [];
    if (kept.list.processingType === "DYNAMIC") this.#fill(kept);
    const { records } = this.storeOf(kept.list);
    return kept.members.ids.flatMap((recordId) => {
      const record = records.find(recordId);
      if (record === undefined || record.archivedAt !== undefined) return [];
      return [{ recordId, ...kept.members.get(recordId)! }];
    });
  }

  history(id: string): Pick<Memberships, "lastAddedAt" | "lastRemovedAt"> {
    return this.#need(id).members;
  }

  isProcessing({ readyAt }: ObjectList): boolean {
    return readyAt > this.#now;
  }

  /** Only lists that nobody computes can be written to (hubspot-facts §7.7). */
  requireWritable(id: string): void {
    const { list } = this.#need(id);
    if (list.processingType !== "DYNAMIC") return;
    throw validationError(`Memberships of list ${id} cannot be changed: its processing type is DYNAMIC`);
  }

  put(id: string, recordId: string, added: boolean): boolean {
    return this.#put(this.#need(id), recordId, added);
  }

  /** Keeps dynamic lists true as records change, and tells of it. */
  recordChanged(change: Change): void {
    for (const kept of this.#lists.values()) {
      if (kept.list.objectTypeId !== change.type.id || kept.list.deletedAt !== undefined) continue;
      if (change.kind === "merge") {
        kept.members.takeOver([change.primaryObjectId, ...change.mergedObjectIds], change.newObjectId);
      }
      const record = this.storeOf(kept.list).records.find(change.objectId);
      if (record === undefined) this.#put(kept, change.objectId, false);
      else if (kept.filter !== undefined && kept.list.processingType === "DYNAMIC" && !this.isProcessing(kept.list)) {
        this.#put(kept, record.id, record.archivedAt === undefined && kept.filter.test(record));
      }
    }
  }

  save(): SavedList[] {
    return [...this.#lists.values()].map(({ list, members }) => ({ list, members: members.save() }));
  }

  load(saved: readonly SavedList[]): void {
    for (const { list, members } of saved) {
      const kept: Kept = { list, members: new Memberships(), filter: undefined };
      kept.members.load(members);
      this.#lists.set(list.id, kept);
    }
    // Filters ask about other lists, so all of them have to be there.
    for (const kept of this.#lists.values()) kept.filter = this.#compileKnown(kept.list);
  }

  #fill(kept: Kept): void {
    if (kept.filter === undefined) return;
    const { test, asks } = kept.filter;
    for (const id of asks) {
      const asked = this.#lists.get(id);
      // A list that asks about itself, by whatever way round, sees itself as it was.
      if (asked?.list.processingType === "DYNAMIC" && !this.#filling.has(asked)) {
        this.#filling.add(asked);
        this.#fill(asked);
        this.#filling.delete(asked);
      }
    }
    for (const record of this.storeOf(kept.list).records.all()) this.#put(kept, record.id, test(record));
  }

  #put(kept: Kept, recordId: string, added: boolean): boolean {
    const { members, list } = kept;
    const now = this.#now;
    const happened = added ? members.add(recordId, now) : members.remove(recordId, now);
    if (happened) this.#changed({ list, recordId, added, at: now });
    return happened;
  }

  #compile({ processingType, filterBranch, objectTypeId }: ListDraft): CompiledFilter | undefined {
    const store = this.storeOf({ objectTypeId });
    if (processingType === "MANUAL" && filterBranch !== undefined) {
      throw validationError("A MANUAL list has no filterBranch");
    }
    if (processingType === "DYNAMIC" && filterBranch === undefined) {
      throw validationError("A DYNAMIC list needs a filterBranch");
    }
    return filterBranch === undefined
      ? undefined
      : this.#compileFor(store, filterBranch, (id) => this.#need(id).members);
  }

  /** A filter that was accepted once: what it asks about may be gone since. */
  #compileKnown({ objectTypeId, filterBranch }: ObjectList): CompiledFilter | undefined {
    const store = this.#portal.store(objectTypeId);
    if (store === undefined || filterBranch === undefined) return undefined;
    return this.#compileFor(store, filterBranch, (id) => this.#lists.get(id)?.members, true);
  }

  #compileFor(
    store: ObjectStore,
    filterBranch: unknown,
    membersOf: (listId: string) => Memberships | undefined,
    isKnown: boolean = false,
  ): CompiledFilter {
    const asks: string[] = [];
    const inList = (id: string) => {
      const members = membersOf(id);
      asks.push(id);
      return (record: SimRecord) => members?.get(record.id) !== undefined;
    };
    return { test: compileRoot(filterBranch, store, { portal: this.#portal, inList, isKnown }), asks };
  }

  #revise(id: string, changes: Partial<ObjectList>): ObjectList {
    const kept = this.#need(id);
    kept.list = { ...kept.list, ...changes, version: kept.list.version + 1, updatedAt: this.#now };
    return kept.list;
  }

  #refuseTaken(name: string, objectTypeId: string, self: string | undefined): void {
    if (name === "") throw validationError("A list needs a name");
    const taken = this.all().some(
      (list) =>
        list.id !== self && list.objectTypeId === objectTypeId && list.name.toLowerCase() === name.toLowerCase(),
    );
    if (taken) throw validationError(`A list named '${name}' already exists for object type ${objectTypeId}`);
  }

  #need(id: string): Kept {
    const kept = this.#lists.get(id);
    if (kept === undefined || kept.list.deletedAt !== undefined) throw unknownList(id);
    return kept;
  }

  get #now(): number {
    return this.#world.clock.now();
  }
}

function unknownList(id: string): ApiError {
  return new ApiError(404, `List does not exist with ID ${id}.`, {
    category: "OBJECT_NOT_FOUND",
    subCategory: "ILS.LIST_NOT_FOUND",
  });
}
