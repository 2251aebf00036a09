import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Tenant } from "../../ports/ids.ts";
import type {
  LocalChange,
  LocalRecord,
  LocalSource,
  LocalValue,
  LocalWrite,
  LocalWriteResult,
} from "../../ports/local-source.ts";

type Values = Readonly<Record<string, LocalValue>>;

/** A record as your functions give it. `version` changes with every write to it; a counter, a time or an etag will do. */
export type SourceRecord = Omit<LocalRecord, "updatedAt"> & { readonly updatedAt?: number | null };

/** A write your side refuses for what it says: a constraint, a rule. Names the fields where it can. */
export interface RefusedWrite {
  /** Local names: the record's other fields are written without them. Empty: nothing of it is. */
  readonly rejected: readonly string[];
}

/**
 * Your side of a sync as plain functions, over whatever you have: an ORM, a REST API, a queue of your own. Every one gets
 * the tenant and answers for that tenant only.
 */
export interface SourceFunctions {
  /** All records, a page at a time, in an order that does not move. `next` is null at the end. */
  list(
    tenant: Tenant,
    after: string | null,
    limit: number,
  ): Promise<{ readonly records: readonly SourceRecord[]; readonly next: string | null }>;
  /** Those that exist, in any order. */
  read(tenant: Tenant, ids: readonly string[]): Promise<readonly SourceRecord[]>;
  /** Writes only while the record still has that version: in one guarded statement, not after a look. */
  update?(
    tenant: Tenant,
    id: string,
    values: Values,
    expectedVersion: string,
  ): Promise<SourceRecord | "stale" | "gone" | RefusedWrite>;
  /** Creates at most one record per key, however often it is asked; answers the one there is. */
  create?(tenant: Tenant, values: Values, idempotencyKey: string): Promise<SourceRecord | RefusedWrite>;
  /** Guarded like `update`. */
  remove?(tenant: Tenant, id: string, expectedVersion: string): Promise<"deleted" | "stale" | "gone">;
  /** Records whose field has one of these values, without case and outer blanks. Default: a look through the whole list. */
  findBy?(tenant: Tenant, field: string, values: readonly LocalValue[]): Promise<readonly SourceRecord[]>;
  /**
   * What changed since a cursor that it gave before; from the beginning when that is null. Default: the whole list at every
   * poll, which is right for some thousands of records; deletions are then seen by reconciliation.
   */
  changes?(
    tenant: Tenant,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly changes: readonly LocalChange[]; readonly cursor: string; readonly more: boolean }>;
  /** Names of all fields, by which a declaration is checked. */
  readonly fields?: readonly string[];
  /** What `fieldTimes` or `updatedAt` of your records are. Default `none`: the rules `latest` and `never-empty` are refused. */
  readonly editTimes?: "field" | "record" | "none";
}

const page = 100;

/** Plain functions as a local source. Without `update` and `create` it is read-only. Throws CONFIG_INVALID. */
export function functionSource(functions: SourceFunctions): LocalSource {
  for (const name of ["list", "read"] as const)
    if (typeof functions?.[name] !== "function")
      throw new HubspokeError("CONFIG_INVALID", `functionSource needs a function "${name}"`);
  const { changes, editTimes = "none", fields } = functions;
  const readOnly = functions.update === undefined && functions.create === undefined;

  const writeOne = async (tenant: Tenant, write: LocalWrite): Promise<LocalWriteResult> => {
    const unknown = fields === undefined ? [] : Object.keys(write.values).filter((name) => !fields.includes(name));
    if (unknown.length > 0) return { outcome: "rejected", reason: "NO_SUCH_FIELD", fields: unknown };
    if (write.kind === "create") {
      if (functions.create === undefined) throw missing("create");
      return resultOf(await functions.create(tenant, write.values, write.idempotencyKey));
    }
    if (functions.update === undefined) throw missing("update");
    return resultOf(await functions.update(tenant, write.id, write.values, write.expectedVersion));
  };

  return {
    capabilities: { deletes: changes === undefined ? "scan" : "feed", editTimes, readOnly },
    fields: async () => fields ?? null,
    changes: (tenant, cursor, limit) =>
      changes === undefined ? listed(functions, tenant, cursor, limit) : changes(tenant, cursor, limit),
    async read(tenant, ids) {
      return ids.length === 0 ? [] : (await functions.read(tenant, [...new Set(ids)])).map(whole);
    },
    async write(tenant, writes) {
      const results: LocalWriteResult[] = [];
      for (const write of writes) results.push(await writeOne(tenant, write));
      return results;
    },
    async delete(tenant, deletes) {
      const { remove } = functions;
      if (deletes.length > 0 && remove === undefined) throw missing("remove");
      const outcomes: ("deleted" | "stale" | "gone")[] = [];
      for (const { id, expectedVersion } of deletes)
        outcomes.push((await remove?.(tenant, id, expectedVersion)) ?? "gone");
      return outcomes;
    },
    async findBy(tenant, field, values) {
      if (values.length === 0) return [];
      if (functions.findBy !== undefined) return (await functions.findBy(tenant, field, values)).map(whole);
      const wanted = new Set(values.map(folded));
      const found: LocalRecord[] = [];
      for await (const record of all(functions, tenant)) {
        const value = record.values[field] ?? null;
        if (value !== null && wanted.has(folded(value))) found.push(whole(record));
      }
      return found;
    },
  };
}

/** The list as a feed: every poll goes through it once. A position ends with the list; the next poll begins anew. */
async function listed(
  { list }: SourceFunctions,
  tenant: Tenant,
  cursor: string | null,
  limit: number,
): ReturnType<LocalSource["changes"]> {
  const after = cursor === null || cursor === "" ? null : cursor.slice(1);
  const { records, next } = await list(tenant, after, limit);
  const changes = records.map(({ id }) => ({ id, deleted: false }));
  return { changes, cursor: next === null ? "" : `>${next}`, more: next !== null };
}

async function* all({ list }: SourceFunctions, tenant: Tenant): AsyncGenerator<SourceRecord> {
  let after: string | null = null;
  do {
    const { records, next }: Awaited<ReturnType<SourceFunctions["list"]>> = await list(tenant, after, page);
    yield* records;
    after = next;
  } while (after !== null);
}

function resultOf(answer: SourceRecord | "stale" | "gone" | RefusedWrite): LocalWriteResult {
  if (typeof answer === "string") return { outcome: answer };
  if ("rejected" in answer) return { outcome: "rejected", reason: "REFUSED", fields: answer.rejected };
  return { outcome: "written", record: whole(answer) };
}

/** A copy, so that neither side holds what the other changes. */
function whole({ id, version, values, updatedAt = null, fieldTimes }: SourceRecord): LocalRecord {
  const own = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withoutDate(value)]));
  return { id, version, values: own, updatedAt, ...(fieldTimes && { fieldTimes: { ...fieldTimes } }) };
}

/** What an ORM makes of a time, as its ISO text. One that is no time stays what it is, and its record is set aside. */
function withoutDate(value: LocalValue): LocalValue {
  const given: unknown = value;
  return given instanceof Date && !Number.isNaN(given.getTime()) ? given.toISOString() : value;
}

function folded(value: LocalValue): string {
  return String(value).trim().toLowerCase();
}

function missing(name: string): HubspokeError {
  return new HubspokeError(
    "READ_ONLY",
    `this functionSource has no function "${name}": add it, or declare what does not need it`,
  );
}
