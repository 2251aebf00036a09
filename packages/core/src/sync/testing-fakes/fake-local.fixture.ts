import type { Clock } from "../../ports/clock.ts";
import type {
  LocalRecord,
  LocalSource,
  LocalSourceCapabilities,
  LocalValue,
  LocalWrite,
  LocalWriteResult,
} from "../../ports/local-source.ts";

interface Row {
  readonly id: string;
  version: number;
  values: Record<string, LocalValue>;
  fieldTimes: Record<string, number>;
  updatedAt: number;
  deleted: boolean;
  seq: number;
}

type Values = Readonly<Record<string, LocalValue>>;

/** A host's table in memory, with a change feed, exact field times, and guarded, idempotent writes. */
export class FakeLocal implements LocalSource {
  readonly capabilities: LocalSourceCapabilities;
  /** Writes by the engine. */
  writes = 0;
  /** The columns of its table; null when it takes any. */
  columns: readonly string[] | null = null;
  /** Whether it compares to the letter. */
  exact = false;
  /** Called when a write arrives, before it happens. */
  beforeWrite: (() => void) | null = null;
  /** Fields refused by name. */
  readonly refused: Map<string, (value: LocalValue) => boolean> = new Map();
  readonly #rows = new Map<string, Row>();
  readonly #created = new Map<string, string>();
  readonly #clock: Clock;
  #seq = 0;
  #nextId = 1;

  constructor(clock: Clock, capabilities: Partial<LocalSourceCapabilities> = {}) {
    this.#clock = clock;
    this.capabilities = { deletes: "feed", editTimes: "field", readOnly: false, ...capabilities };
  }

  async fields(): Promise<readonly string[] | null> {
    return this.columns;
  }

  user(values: Values): string {
    return this.#insert(values).id;
  }

  edit(id: string, values: Values): void {
    const row = this.#rows.get(id);
    if (row !== undefined && !row.deleted) this.#update(row, values);
  }

  remove(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    row.deleted = true;
    row.seq = ++this.#seq;
  }

  /** Puts a removed one back, under its id. */
  putBack(id: string, values: Values): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    row.deleted = false;
    this.#update(row, values);
  }

  value(id: string, field: string): LocalValue {
    return this.#rows.get(id)?.values[field] ?? null;
  }

  ids(): readonly string[] {
    return [...this.#rows.values()].filter(({ deleted }) => !deleted).map(({ id }) => id);
  }

  async changes(_tenant: string, cursor: string | null, limit: number): ReturnType<LocalSource["changes"]> {
    const after = Number(cursor ?? 0);
    const due = [...this.#rows.values()].filter(({ seq, deleted }) => seq > after && (cursor !== null || !deleted));
    due.sort((a, b) => a.seq - b.seq);
    const page = due.slice(0, limit);
    const changes = page.map(({ id, deleted }) => ({ id, deleted }));
    const more = due.length > page.length;
    return { changes, cursor: String(more ? (page.at(-1)?.seq ?? after) : this.#seq), more };
  }

  async read(_tenant: string, ids: readonly string[]): Promise<readonly LocalRecord[]> {
    return ids.flatMap((id) => {
      const row = this.#rows.get(id);
      return row === undefined || row.deleted ? [] : [this.#shown(row)];
    });
  }

  async write(_tenant: string, writes: readonly LocalWrite[]): Promise<readonly LocalWriteResult[]> {
    const edit = this.beforeWrite;
    this.beforeWrite = null;
    edit?.();
    return writes.map((write) => this.#write(write));
  }

  async delete(_tenant: string, deletes: Parameters<LocalSource["delete"]>[1]): ReturnType<LocalSource["delete"]> {
    return deletes.map(({ id, expectedVersion }) => {
      const row = this.#rows.get(id);
      if (row === undefined || row.deleted) return "gone" as const;
      if (String(row.version) !== expectedVersion) return "stale" as const;
      this.remove(id);
      return "deleted" as const;
    });
  }

  async findBy(_tenant: string, field: string, values: readonly LocalValue[]): Promise<readonly LocalRecord[]> {
    const form = (value: LocalValue) => (this.exact ? String(value) : String(value).trim().toLowerCase());
    const wanted = new Set(values.map(form));
    return [...this.#rows.values()]
      .filter((row) => !row.deleted && wanted.has(form(row.values[field] ?? "")))
      .map((row) => this.#shown(row));
  }

  async findFolded(_tenant: string, field: string, keys: readonly string[]): Promise<readonly LocalRecord[]> {
    return [...this.#rows.values()]
      .filter(
        (row) =>
          !row.deleted &&
          keys.includes(
            String(row.values[field] ?? "")
              .trim()
              .toLowerCase(),
          ),
      )
      .map((row) => this.#shown(row));
  }

  #write(write: LocalWrite): LocalWriteResult {
    const bad = Object.entries(write.values).flatMap(([name, value]) =>
      this.refused.get(name)?.(value) ? [name] : [],
    );
    if (bad.length > 0) return { outcome: "rejected", reason: "CHECK", fields: bad };
    if (write.kind === "create") {
      const known = this.#rows.get(this.#created.get(write.idempotencyKey) ?? "");
      if (known?.deleted) return { outcome: "gone", id: known.id };
      if (known !== undefined) return { outcome: "written", record: this.#shown(known) };
      const row = this.#insert(write.values);
      this.#created.set(write.idempotencyKey, row.id);
      this.writes++;
      return { outcome: "written", record: this.#shown(row) };
    }
    const row = this.#rows.get(write.id);
    if (row === undefined || row.deleted) return { outcome: "gone" };
    if (String(row.version) !== write.expectedVersion) return { outcome: "stale" };
    this.#update(row, write.values);
    this.writes++;
    return { outcome: "written", record: this.#shown(row) };
  }

  #insert(values: Values): Row {
    const row: Row = {
      id: `L${this.#nextId++}`,
      version: 0,
      values: {},
      fieldTimes: {},
      updatedAt: 0,
      deleted: false,
      seq: 0,
    };
    this.#rows.set(row.id, row);
    this.#update(row, values);
    return row;
  }

  #update(row: Row, values: Values): void {
    const now = this.#clock.now();
    for (const [name, value] of Object.entries(values)) {
      if (row.values[name] === value) continue;
      row.values = { ...row.values, [name]: value };
      row.fieldTimes = { ...row.fieldTimes, [name]: now };
    }
    row.version++;
    row.updatedAt = now;
    row.seq = ++this.#seq;
  }

  /** A table's column that was never written is empty; without columns it says nothing about it. */
  #shown({ id, version, values, fieldTimes, updatedAt }: Row): LocalRecord {
    const empty = Object.fromEntries((this.columns ?? []).map((column) => [column, null]));
    return { id, version: String(version), values: { ...empty, ...values }, updatedAt, fieldTimes: { ...fieldTimes } };
  }
}
