import { archiveMany, readMany, writeMany } from "../client/batches.ts";
import type { Clients } from "../client/create-clients.ts";
import type { ObjectCalls } from "../client/object-calls.ts";
import { extentOf } from "../client/parallel-list.ts";
import { propertyText, type WireRecord } from "../client/wire.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Lane } from "../model/lane.ts";
import type { BatchOutcome } from "../model/record.ts";
import type { Tenant } from "../ports/ids.ts";
import type { RemoteCreate, RemotePort, RemoteRecord } from "../sync/remote-port.ts";
import { chunk } from "../util/chunk.ts";
import { hubspotTime } from "../util/hubspot-time.ts";
import type { Mutable } from "../util/mutable.ts";
import { changedSince } from "./changed-since.ts";

/** Earlier ids of a record: what a merge leaves behind (hubspot-facts §7.1). */
const mergedProperty = "hs_merged_object_ids";
/** Values of one search: 100 of 20 characters stay under the 3,000 a body may have. */
const searchValues = 100;
const searchCharacters = 2_000;

interface Query {
  readonly tenant: Tenant;
  readonly object: string;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
}

/** The sync engine's view of the client. A write whose outcome is unknown is reported, never sent again. */
export function remotePortFor(clients: Pick<Clients, "calls" | "client" | "isUnique">): RemotePort {
  const callsOf = ({ tenant, object, lane, signal }: Query): ObjectCalls =>
    clients.calls({ tenant, lane, unknownOutcome: "throw", ...(signal === undefined ? {} : { signal }) }, object);

  return {
    async read(query) {
      const { ids, history } = query;
      const outcomes = await readMany(callsOf(query), ids, { properties: withMerged(query.properties), history });
      return found(outcomes).map(({ index, value }) => remoteRecord(value, query.properties, ids[index]));
    },
    async list(query) {
      const { after, limit } = query;
      const page = await callsOf(query).listPage({ properties: withMerged(query.properties), after, limit });
      return { records: page.records.map((record) => remoteRecord(record, query.properties)), next: page.next };
    },
    extent: (query) => extentOf(callsOf(query)),
    changedSince: (query) => changedSince(callsOf(query), query.since, query.after),
    async update(query) {
      const inputs = query.writes.map(({ id, values }) => ({ id, properties: values }));
      const outcomes = await writeMany(callsOf(query), "update", inputs);
      return outcomes.map((outcome) => remoteOutcome(outcome, query.writes[outcome.index]?.id));
    },
    async create(query) {
      const calls = callsOf(query);
      const outcomes: BatchOutcome<WireRecord>[] = new Array(query.creates.length);
      const numbered = query.creates.map((create, index) => ({ create, index }));
      for (const kind of ["create", "upsert"] as const) {
        const group = numbered.filter(({ create }) => wayOf(create) === kind);
        const written = await writeMany(
          calls,
          kind,
          group.map(({ create }) => inputOf(create, kind)),
        );
        for (const outcome of written) {
          const { create, index } = group[outcome.index] as (typeof group)[number];
          outcomes[index] = { ...(await resolved(calls, create, outcome)), index };
        }
      }
      return outcomes.map((outcome) => remoteOutcome(outcome));
    },
    archive: (query) => archiveMany(callsOf(query), query.ids),
    async findBy(query) {
      const calls = callsOf(query);
      const { property, properties } = query;
      if (await clients.isUnique(query.tenant, query.object, property)) {
        const shape = {
          properties: withMerged(properties),
          ...(property === "hs_object_id" ? {} : { idProperty: property }),
        };
        return found(await readMany(calls, query.values, shape)).map(({ value }) => remoteRecord(value, properties));
      }
      const records: RemoteRecord[] = [];
      for (const values of searchable(query.values)) {
        for await (const record of searched(calls, property, values, withMerged(properties))) {
          records.push(remoteRecord(record, properties));
        }
      }
      return records;
    },
    async properties({ tenant, object }) {
      const definitions = await clients
        .client({ tenant, lane: "incremental" })
        .properties(object as "contacts")
        .list();
      return definitions.map(({ name, type, readOnly, unique, options }) => ({
        name,
        type,
        readOnly,
        unique,
        options,
      }));
    },
  };
}

/** A unique property makes a create repeatable. A contact's e-mail does too, but takes no partial upserts (hubspot-facts §6). */
function wayOf(create: RemoteCreate): "create" | "upsert" {
  const { idProperty, values } = create;
  return idProperty === undefined || idProperty === "email" || values[idProperty] === undefined ? "create" : "upsert";
}

function inputOf(
  create: RemoteCreate,
  kind: "create" | "upsert",
): { properties: RemoteCreate["values"]; id?: string; idProperty?: string } {
  const { idProperty, values } = create;
  const id = idProperty === undefined ? undefined : values[idProperty];
  return kind === "create" || idProperty === undefined || id === undefined
    ? { properties: values }
    : { properties: values, id, idProperty };
}

/** An unknown outcome is looked up by the unique property; not found proves nothing, so it stays unknown. */
async function resolved(
  calls: ObjectCalls,
  create: RemoteCreate,
  outcome: BatchOutcome<WireRecord>,
): Promise<BatchOutcome<WireRecord>> {
  if (outcome.ok || outcome.code !== "UNKNOWN_OUTCOME" || create.idProperty === undefined) return outcome;
  const value = create.values[create.idProperty];
  if (value === undefined) return outcome;
  const properties = Object.keys(create.values);
  const [looked] = await readMany(calls, [value], { properties, idProperty: create.idProperty });
  return looked?.ok === true ? looked : outcome;
}

async function* searched(
  calls: ObjectCalls,
  property: string,
  values: readonly string[],
  properties: readonly string[],
): AsyncGenerator<WireRecord> {
  // IN compares text in lower case only (hubspot-facts §3).
  const filters = [{ propertyName: property, operator: "IN", values: values.map((value) => value.toLowerCase()) }];
  let after: string | null = null;
  do {
    const page = await calls.searchPage({
      filterGroups: [{ filters }],
      properties,
      sorts: [],
      limit: 200,
      ...(after === null ? {} : { after }),
    });
    yield* page.records;
    after = page.next;
  } while (after !== null);
}

function searchable(values: readonly string[]): string[][] {
  const long = values.some((value) => value.length > searchCharacters / searchValues);
  return chunk(values, long ? 5 : searchValues);
}

function withMerged(properties: readonly string[]): readonly string[] {
  return properties.includes(mergedProperty) ? properties : [...properties, mergedProperty];
}

/** What was found. Not found is absent; any other failure fails the whole read, because its caller must not take it for absence. */
function found(
  outcomes: readonly BatchOutcome<WireRecord>[],
): { readonly index: number; readonly value: WireRecord }[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.ok) return outcome;
    if (outcome.code === "NOT_FOUND") return [];
    throw (
      outcome.error ?? new HubspokeError("INTERNAL", `INTERNAL: a read failed as ${outcome.code} without its error`)
    );
  });
}

function remoteOutcome(outcome: BatchOutcome<WireRecord>, asked?: string): BatchOutcome<RemoteRecord> {
  if (!outcome.ok) return outcome;
  return { ...outcome, value: remoteRecord(outcome.value, Object.keys(outcome.value.properties), asked) };
}

function remoteRecord(record: WireRecord, properties: readonly string[], asked = record.id): RemoteRecord {
  const values: Record<string, string | null> = {};
  for (const name of properties) values[name] = propertyText(record, name);
  const merged = propertyText(record, mergedProperty);
  const remote: Mutable<RemoteRecord> = {
    asked,
    id: record.id,
    values,
    updatedAt: hubspotTime(record.updatedAt) || 0,
    archived: record.archived,
    mergedIds: merged === null ? [] : merged.split(";").filter((id) => id !== ""),
  };
  if (record.propertiesWithHistory !== undefined) remote.history = record.propertiesWithHistory;
  return remote;
}
