import { OrderedIndex } from "../base/ordered-index.ts";
import type { SimRecord, Snapshot } from "../state/record.ts";

type Read = (record: SimRecord, snapshot: Snapshot, property: string) => string | undefined;
type Bucket = Map<string, SimRecord | Set<SimRecord>>;

export interface SavedPending {
  readonly due: number;
  readonly id: string;
  readonly snapshot: Snapshot;
}

interface Pending {
  readonly due: number;
  readonly record: SimRecord;
  readonly snapshot: Snapshot;
}

/**
 * What search sees of an object type: possibly older than what reads see ("it may take a few moments", facts §3).
 * Ordered by id, creation and modification; equality indexes appear for a property when it is first asked for.
 */
export class SearchIndex {
  readonly byId: OrderedIndex<SimRecord> = new OrderedIndex();
  readonly byCreated: OrderedIndex<SimRecord> = new OrderedIndex();
  readonly byModified: OrderedIndex<SimRecord> = new OrderedIndex();
  readonly #equality: Map<string, Bucket> = new Map();
  readonly #read: Read;
  readonly #lag: () => number;
  #pending: Pending[] = [];

  constructor(read: Read, lag: () => number) {
    this.#read = read;
    this.#lag = lag;
  }

  /** The record has a new snapshot, which search will see after the lag. */
  changed(record: SimRecord, now: number): void {
    const lag = this.#lag();
    if (lag <= 0) {
      this.#show(record, record.snapshot);
      return;
    }
    const pending: Pending = { due: now + lag, record, snapshot: record.snapshot };
    let at = this.#pending.length;
    while (at > 0 && this.#pending[at - 1]!.due > pending.due) at--;
    this.#pending.splice(at, 0, pending);
  }

  /** Archived and merged records never appear in search, whatever the lag. */
  remove(record: SimRecord): void {
    this.#pending = this.#pending.filter((pending) => pending.record !== record);
    this.#hide(record);
  }

  catchUp(now: number): void {
    let ready = 0;
    while (ready < this.#pending.length && this.#pending[ready]!.due <= now) ready++;
    for (const { record, snapshot } of this.#pending.splice(0, ready)) {
      const overtaken = record.indexed !== undefined && record.indexed.version > snapshot.version;
      if (!overtaken) this.#show(record, snapshot);
    }
  }

  /** The records whose value of `property` is one of `values`, in any case: a superset of what a filter accepts. */
  candidates(property: string, values: readonly string[]): Set<SimRecord> {
    const bucket = this.#bucket(property);
    const found = new Set<SimRecord>();
    for (const value of values) {
      const hit = bucket.get(value.toLowerCase());
      if (hit instanceof Set) for (const record of hit) found.add(record);
      else if (hit !== undefined) found.add(hit);
    }
    return found;
  }

  /** Changes that search does not see so far. */
  save(): SavedPending[] {
    return this.#pending.map(({ due, record, snapshot: { values, updatedAt, version } }) => {
      return { due, id: record.id, snapshot: { values, updatedAt, version } };
    });
  }

  /** The record as search saw it. */
  restore(record: SimRecord, seen: Snapshot): void {
    this.#show(record, seen);
  }

  loadPending(saved: readonly SavedPending[], find: (id: string) => SimRecord | undefined): void {
    this.#pending = saved.flatMap(({ due, id, snapshot }) => {
      const record = find(id);
      return record === undefined ? [] : [{ due, record, snapshot }];
    });
  }

  #bucket(property: string): Bucket {
    let bucket = this.#equality.get(property);
    if (bucket !== undefined) return bucket;
    bucket = new Map();
    this.#equality.set(property, bucket);
    for (const record of this.byId.slice(0, this.byId.size)) {
      put(bucket, this.#read(record, record.indexed!, property), record);
    }
    return bucket;
  }

  #show(record: SimRecord, snapshot: Snapshot): void {
    const before = record.indexed;
    record.indexed = snapshot;
    if (before === undefined) {
      this.byId.insert(record.num, 0, record);
      this.byCreated.insert(record.createdAt, record.num, record);
    } else {
      this.byModified.remove(before.updatedAt, record.num);
    }
    this.byModified.insert(snapshot.updatedAt, record.num, record);
    for (const [property, bucket] of this.#equality) {
      if (before !== undefined) take(bucket, this.#read(record, before, property), record);
      put(bucket, this.#read(record, snapshot, property), record);
    }
  }

  #hide(record: SimRecord): void {
    const before = record.indexed;
    if (before === undefined) return;
    record.indexed = undefined;
    this.byId.remove(record.num, 0);
    this.byCreated.remove(record.createdAt, record.num);
    this.byModified.remove(before.updatedAt, record.num);
    for (const [property, bucket] of this.#equality) take(bucket, this.#read(record, before, property), record);
  }
}

function put(bucket: Bucket, value: string | undefined, record: SimRecord): void {
  if (!value) return;
  const key = value.toLowerCase();
  const present = bucket.get(key);
  if (present === undefined) bucket.set(key, record);
  else if (present instanceof Set) present.add(record);
  else if (present !== record) bucket.set(key, new Set([present, record]));
}

function take(bucket: Bucket, value: string | undefined, record: SimRecord): void {
  if (!value) return;
  const key = value.toLowerCase();
  const present = bucket.get(key);
  if (present === record) bucket.delete(key);
  else if (present instanceof Set) present.delete(record);
}
