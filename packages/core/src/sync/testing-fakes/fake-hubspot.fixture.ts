import type { BatchOutcome, PropertyVersion } from "../../model/record.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RemoteCreate, RemotePort, RemoteRecord, RemoteWrite } from "../remote-port.ts";

export interface Call {
  readonly op: string;
  readonly n: number;
  readonly history?: boolean;
}

/** One record of the fake. */
interface Stored {
  readonly id: string;
  readonly values: Map<string, string>;
  readonly history: Map<string, PropertyVersion[]>;
  updatedAt: number;
  archived: boolean;
  mergedIds: string[];
}

const ourApp = { sourceType: "INTEGRATION", sourceId: "77" };
const aUser = { sourceType: "CRM_UI", sourceId: "userId:1" };

export const fakeProperties: Awaited<ReturnType<RemotePort["properties"]>> = [
  { name: "email", type: "string", readOnly: false, unique: true, options: [] },
  { name: "firstname", type: "string", readOnly: false, unique: false, options: [] },
  { name: "lastname", type: "string", readOnly: false, unique: false, options: [] },
  { name: "phone", type: "string", readOnly: false, unique: false, options: [] },
  { name: "lead_score", type: "number", readOnly: false, unique: false, options: [] },
  { name: "tags", type: "enumeration", readOnly: false, unique: false, options: [] },
  { name: "jobtitle", type: "string", readOnly: false, unique: false, options: [] },
  { name: "stage", type: "enumeration", readOnly: false, unique: false, options: ["NEW", "OPEN", "CUSTOMER"] },
  { name: "createdate", type: "datetime", readOnly: true, unique: false, options: [] },
];

/** A HubSpot in memory: normalises, keeps history, refuses what it is told to, and counts calls and writes. */
export class FakeHubspot implements RemotePort {
  readonly calls: Call[] = [];
  /** Called in the middle of a write, after it was asked for and before it happens: an edit here is covered by it. */
  beforeWrite: (() => void) | null = null;
  /** Values refused by property. */
  readonly refused: Map<string, (value: string) => boolean> = new Map();
  /** Answers the next writes with this code after doing (`landed`) or not doing them. */
  unknown: { readonly landed: boolean } | null = null;
  readonly #records = new Map<string, Stored>();
  readonly #merged = new Map<string, string>();
  readonly #clock: Clock;
  #nextId: number;

  constructor(clock: Clock, firstId = 100) {
    this.#nextId = firstId;
    this.#clock = clock;
  }

  /** How often a property's value was changed by the API. */
  get writes(): number {
    return [...this.#records.values()]
      .flatMap((record) => [...record.history.values()].flat())
      .filter(({ sourceId }) => sourceId === ourApp.sourceId).length;
  }

  user(values: Readonly<Record<string, string>>): string {
    return this.#new(values, aUser).id;
  }

  edit(id: string, values: Readonly<Record<string, string>>): void {
    const record = this.#records.get(id);
    if (record !== undefined && !record.archived) this.#write(record, values, aUser);
  }

  archiveRecord(id: string): void {
    const record = this.#records.get(id);
    if (record !== undefined) record.archived = true;
  }

  restore(id: string): void {
    const record = this.#records.get(id);
    if (record !== undefined) record.archived = false;
  }

  /** Both become a new record with the winner's values (hubspot-facts §7.1). */
  merge(winner: string, loser: string): string {
    const values = Object.fromEntries(this.#records.get(winner)?.values ?? []);
    const survivor = this.#new({}, aUser);
    this.#write(survivor, values, aUser);
    for (const id of [winner, loser]) {
      this.#records.delete(id);
      this.#merged.set(id, survivor.id);
      survivor.mergedIds.push(id);
    }
    return survivor.id;
  }

  value(id: string, property: string): string | null {
    return this.#records.get(id)?.values.get(property) || null;
  }

  ids(): readonly string[] {
    return [...this.#records.values()].filter(({ archived }) => !archived).map(({ id }) => id);
  }

  async read({ ids, properties, history }: Parameters<RemotePort["read"]>[0]): Promise<readonly RemoteRecord[]> {
    this.#called("read", ids.length, history);
    return ids.flatMap((asked) => {
      const record = this.#records.get(this.#merged.get(asked) ?? asked);
      return record === undefined || record.archived ? [] : [this.#shown(record, properties, asked, history)];
    });
  }

  async list({ properties, after, limit }: Parameters<RemotePort["list"]>[0]): ReturnType<RemotePort["list"]> {
    const live = [...this.#records.values()].filter(
      ({ archived, id }) => !archived && Number(id) >= Number(after ?? 0),
    );
    live.sort((a, b) => Number(a.id) - Number(b.id));
    this.#called("list", Math.min(limit, live.length));
    return {
      records: live.slice(0, limit).map((record) => this.#shown(record, properties)),
      next: live[limit]?.id ?? null,
    };
  }

  async extent(): ReturnType<RemotePort["extent"]> {
    this.#called("search", 1);
    const live = this.ids().map(Number);
    return { highest: live.length === 0 ? null : String(Math.max(...live)), total: live.length };
  }

  async changedSince({ since }: Parameters<RemotePort["changedSince"]>[0]): ReturnType<RemotePort["changedSince"]> {
    this.#called("search", 1);
    const changes = [...this.#records.values()]
      .filter(({ archived, updatedAt }) => !archived && updatedAt >= since)
      .map(({ id, updatedAt }) => ({ id, at: updatedAt }))
      .sort((a, b) => a.at - b.at);
    return { changes, next: null };
  }

  async update({ writes }: Parameters<RemotePort["update"]>[0]): Promise<readonly BatchOutcome<RemoteRecord>[]> {
    this.#called("update", writes.length);
    return this.#answer(writes, (write) => this.#update(write));
  }

  async create({ creates }: Parameters<RemotePort["create"]>[0]): Promise<readonly BatchOutcome<RemoteRecord>[]> {
    this.#called("create", creates.length);
    return this.#answer(creates, (create) => this.#create(create));
  }

  async archive({ ids }: Parameters<RemotePort["archive"]>[0]): Promise<readonly BatchOutcome<string>[]> {
    this.#called("archive", ids.length);
    return ids.map((id, index) => {
      this.archiveRecord(id);
      return { index, ok: true, value: id };
    });
  }

  async findBy({
    property,
    values,
    properties,
  }: Parameters<RemotePort["findBy"]>[0]): Promise<readonly RemoteRecord[]> {
    this.#called("findBy", values.length);
    const wanted = new Set(values.map((value) => value.toLowerCase()));
    return [...this.#records.values()]
      .filter((record) => !record.archived && wanted.has((record.values.get(property) ?? "").toLowerCase()))
      .map((record) => this.#shown(record, properties));
  }

  async properties(): ReturnType<RemotePort["properties"]> {
    this.#called("properties", 1);
    return fakeProperties;
  }

  #answer<I>(inputs: readonly I[], one: (input: I) => Answer): readonly BatchOutcome<RemoteRecord>[] {
    const edit = this.beforeWrite;
    this.beforeWrite = null;
    edit?.();
    const unknown = this.unknown;
    this.unknown = null;
    const lost = { ok: false as const, code: "UNKNOWN_OUTCOME" as const, status: null, properties: [] };
    return inputs.map((input, index) => {
      if (unknown !== null && !unknown.landed) return { index, ...lost };
      const outcome = one(input);
      return unknown === null ? { index, ...outcome } : { index, ...lost };
    });
  }

  #update({ id, values }: RemoteWrite): Answer {
    const record = this.#records.get(id);
    if (record === undefined || record.archived) return refusal(this.#merged.has(id) ? "OMITTED" : "NOT_FOUND");
    const bad = this.#bad(values, id);
    if (bad.length > 0) return refusal("VALIDATION_FAILED", bad);
    this.#write(record, values, ourApp);
    return { ok: true, value: this.#shown(record, Object.keys(values)) };
  }

  #create({ values }: RemoteCreate): Answer {
    const bad = this.#bad(values, null);
    if (bad.length > 0)
      return refusal(bad.includes("email") && this.#taken(values.email, null) ? "CONFLICT" : "VALIDATION_FAILED", bad);
    return { ok: true, created: true, value: this.#shown(this.#new(values, ourApp), Object.keys(values)) };
  }

  #bad(values: Readonly<Record<string, string>>, id: string | null): string[] {
    return Object.entries(values).flatMap(([property, value]) =>
      this.refused.get(property)?.(value) || (property === "email" && this.#taken(value, id)) ? [property] : [],
    );
  }

  #taken(email: string | undefined, id: string | null): boolean {
    const wanted = email?.trim().toLowerCase() ?? "";
    return (
      wanted !== "" &&
      [...this.#records.values()].some(
        (other) => !other.archived && other.id !== id && other.values.get("email") === wanted,
      )
    );
  }

  #new(values: Readonly<Record<string, string>>, source: typeof ourApp): Stored {
    const record: Stored = {
      id: String(this.#nextId++),
      values: new Map(),
      history: new Map(),
      updatedAt: this.#clock.now(),
      archived: false,
      mergedIds: [],
    };
    this.#records.set(record.id, record);
    this.#write(record, values, source);
    return record;
  }

  /** Trims, lower-cases e-mails; a value that stays what it is makes no version. */
  #write(record: Stored, values: Readonly<Record<string, string>>, source: typeof ourApp): void {
    const timestamp = new Date(this.#clock.now()).toISOString();
    for (const [property, raw] of Object.entries(values)) {
      const value = property === "email" ? raw.trim().toLowerCase() : raw.trim();
      if ((record.values.get(property) ?? "") === value) continue;
      record.values.set(property, value);
      record.history.set(property, [{ value, timestamp, ...source }, ...(record.history.get(property) ?? [])]);
      record.updatedAt = this.#clock.now();
    }
  }

  #shown(record: Stored, properties: readonly string[], asked = record.id, history = false): RemoteRecord {
    return {
      asked,
      id: record.id,
      values: Object.fromEntries(properties.map((name) => [name, record.values.get(name) || null])),
      updatedAt: record.updatedAt,
      archived: record.archived,
      mergedIds: [...record.mergedIds],
      ...(history && {
        history: Object.fromEntries(properties.map((name) => [name, [...(record.history.get(name) ?? [])]])),
      }),
    };
  }

  #called(op: string, n: number, history = false): void {
    this.calls.push({ op, n, ...(history && { history }) });
  }
}

type Answer =
  | { readonly ok: true; readonly value: RemoteRecord; readonly created?: boolean }
  | Omit<Extract<BatchOutcome<never>, { ok: false }>, "index">;

function refusal(
  code: "NOT_FOUND" | "OMITTED" | "VALIDATION_FAILED" | "CONFLICT",
  properties: readonly string[] = [],
): Answer {
  return { ok: false, code, status: 400, properties };
}
