import { HubspokeError } from "../errors/hubspoke-error.ts";
import { type PropertyName, propertyKnowledge, type WritableProperties } from "../model/object-properties.ts";
import type { BatchOutcome } from "../model/record.ts";
import type { SearchAllQuery } from "../model/search-query.ts";
import type { CredentialUse } from "../ports/credentials.ts";
import type { Tenant } from "../ports/ids.ts";
import { isPromise, type MaybeAsync } from "../util/maybe-async.ts";
import type { Mutable } from "../util/mutable.ts";
import { archiveMany, batchSize, historyBatchSize, type LostCreates, readMany, writeMany } from "./batches.ts";
import type { Coalescer } from "./coalescer.ts";
import { createOne } from "./create-one.ts";
import { either } from "./either.ts";
import { listPages } from "./list-pages.ts";
import type { ObjectCalls, ReadShape } from "./object-calls.ts";
import type {
  CallOptions,
  CreateInput,
  HubSpotRecord,
  ListOptions,
  ObjectsApi,
  ReadOptions,
  UpdateOptions,
} from "./objects-api.ts";
import { errorOf } from "./outcomes.ts";
import { listInRanges } from "./parallel-list.ts";
import type { PropertyCatalogue } from "./property-catalogue.ts";
import { searchEverything } from "./search-all.ts";
import { searchBody, searchedProperties } from "./search-body.ts";
import {
  type KindOf,
  readNames,
  requireId,
  typedOutcome,
  typedRecord,
  type WrittenShape,
  writtenNames,
  writtenText,
} from "./typed-records.ts";
import type { WireRecord } from "./wire.ts";

export interface TypedObjectsDeps {
  readonly tenant: Tenant;
  readonly lane: string;
  readonly calls: ObjectCalls;
  readonly catalogue: PropertyCatalogue;
  /** null: every read is its own call. */
  readonly coalescer: Coalescer | null;
  /** Finds out what became of creates that got no answer. */
  readonly lostCreates: (calls: ObjectCalls) => LostCreates;
  /** The client's own signal. */
  readonly signal: AbortSignal | undefined;
}

/** The typed face of `ObjectCalls`: checks access and names, encodes and decodes, and joins reads. */
export function typedObjects<M>(deps: TypedObjectsDeps): ObjectsApi<M> {
  const { calls, catalogue, coalescer, tenant } = deps;
  const object = calls.object;

  const check = (use: CredentialUse, names: readonly string[]): MaybeAsync<void> => {
    calls.requireAccess(use);
    return catalogue.knows(object, names) ? undefined : catalogue.require(tenant, object, names);
  };
  const scoped = (
    options: (CallOptions & { readonly unknownOutcome?: "repeat" | "throw" }) | undefined,
  ): ObjectCalls => {
    if (options?.signal === undefined && options?.unknownOutcome === undefined) return calls;
    const signal = either(deps.signal, options.signal);
    return calls.with({
      ...(signal === undefined ? {} : { signal }),
      ...(options.unknownOutcome === undefined ? {} : { unknownOutcome: options.unknownOutcome }),
    });
  };
  const { kinds } = propertyKnowledge(object);
  const kindOf: KindOf = (name) => (Object.hasOwn(kinds, name) ? kinds[name] : catalogue.kindOf(tenant, object, name));
  const typed = <K extends string>(record: WireRecord, names: readonly string[]) =>
    typedRecord<M, K>(record, names, kindOf);
  const typedAll = <K extends string>(
    outcomes: readonly BatchOutcome<WireRecord>[],
    namesOf: (index: number) => readonly string[],
  ) => outcomes.map((outcome) => typedOutcome<M, K>(outcome, namesOf(outcome.index), kindOf));
  /** A record of a batch has the names its input had. */
  const asWritten = <K extends string>(record: HubSpotRecord<M, string>) => record as HubSpotRecord<M, K>;
  /** Checks the names first: how a value is written depends on what the portal says of its property. */
  const encode = async (
    inputs: readonly { readonly properties: WritableProperties<M> }[],
    more: readonly string[] = [],
    shape: WrittenShape = "input",
  ): Promise<{ readonly names: string[]; readonly properties: Record<string, string> }[]> => {
    const names = inputs.map((input) => writtenNames(object, input.properties, shape));
    await check("write", [...new Set([...names.flat(), ...more])]);
    return inputs.map((input, i) => ({ names: names[i] ?? [], properties: writtenText(input.properties, kindOf) }));
  };

  const resolving = (given: ObjectCalls): LostCreates | null => (given.reportsUnknown ? null : deps.lostCreates(given));

  const get: ObjectsApi<M>["get"] = async <K extends PropertyName<M>>(
    id: string,
    options: ReadOptions<K> & { readonly idProperty?: string },
  ) => {
    const properties = readNames(object, options);
    const { idProperty } = options;
    if (idProperty === undefined) requireId(id);
    const checking = check("read", idProperty === undefined ? properties : [...properties, idProperty]);
    if (isPromise(checking)) await checking;
    const plain = options.history !== true && options.archived !== true;
    if (coalescer !== null && plain) {
      const key = JSON.stringify([tenant, object, deps.lane, idProperty ?? null]);
      const record = await coalescer.read(key, calls, id, properties, idProperty, either(deps.signal, options.signal));
      return typed<K>(record, properties);
    }
    if (idProperty === undefined) return typed<K>(await scoped(options).read(id, shapeOf(options)), properties);
    const [outcome] = await readMany(scoped(options), [id], shapeOf(options));
    if (outcome?.ok === true) return typed<K>(outcome.value, properties);
    throw outcome?.error ?? calls.notFound();
  };

  async function* list<K extends PropertyName<M>>(options: ListOptions<K>): AsyncGenerator<HubSpotRecord<M, K>> {
    await check("read", readNames(object, options));
    const readers = readersOf(options);
    const limit = options.history === true ? historyBatchSize : batchSize;
    const pages =
      readers === 1
        ? listPages(scoped(options), shapeOf(options), limit)
        : listInRanges(calls, shapeOf(options), { limit, readers, signal: either(deps.signal, options.signal) });
    for await (const page of pages) for (const record of page) yield typed<K>(record, options.properties);
  }

  async function* searchAll<K extends PropertyName<M>>(
    query: SearchAllQuery<M, K>,
  ): AsyncGenerator<HubSpotRecord<M, K>> {
    await check("read", searchedProperties(query));
    for await (const page of searchEverything(scoped(query), query)) {
      for (const record of page) yield typed<K>(record, query.properties);
    }
  }

  const api: ObjectsApi<M> = {
    get,
    list,
    searchAll,
    async create<P extends WritableProperties<M>>(input: CreateInput<M, P>, options?: UpdateOptions) {
      const [written] = await encode([input]);
      const row = { properties: written?.properties ?? {}, ...associationsOf(input) };
      const record = await createOne(scoped(options), row, resolving(scoped(options)));
      return typed<keyof P & string>(record, written?.names ?? []);
    },
    async update(id, properties, options) {
      requireId(id);
      const [written] = await encode([{ properties }], [], "direct");
      const record = await scoped(options).update(id, written?.properties ?? {});
      return typed(record, written?.names ?? []);
    },
    async upsert(id, properties, options) {
      const [outcome] = await api.batchUpsert([{ id, properties }], options);
      if (outcome?.ok === true) return asWritten(outcome.value);
      throw outcome === undefined ? calls.notFound() : errorOf(outcome);
    },
    async archive(id, options) {
      requireId(id);
      await check("write", []);
      await scoped(options).archive(id);
    },
    async batchRead<K extends PropertyName<M>>(
      ids: readonly string[],
      options: ReadOptions<K> & { readonly idProperty?: string },
    ) {
      if (options.idProperty === undefined) for (const id of ids) requireId(id);
      await check(
        "read",
        options.idProperty === undefined ? options.properties : [...options.properties, options.idProperty],
      );
      return typedAll<K>(await readMany(scoped(options), ids, shapeOf(options)), () => options.properties);
    },
    async batchCreate(inputs, options) {
      const written = await encode(inputs);
      const rows = written.map(({ properties }, i) => ({ properties, ...associationsOf(inputs[i]) }));
      const given = scoped(options);
      return typedAll(await writeMany(given, "create", rows, resolving(given)), (i) => written[i]?.names ?? []);
    },
    async batchUpdate(inputs, options) {
      for (const input of inputs) requireId(input.id);
      const written = await encode(inputs);
      const rows = written.map(({ properties }, i) => ({ properties, id: inputs[i]?.id ?? "" }));
      return typedAll(await writeMany(scoped(options), "update", rows), (i) => written[i]?.names ?? []);
    },
    async batchUpsert(inputs, options) {
      const idProperty: string = options.idProperty;
      const written = await encode(inputs, [idProperty]);
      const rows = written.map(({ properties }, i) => ({ properties, idProperty, id: inputs[i]?.id ?? "" }));
      return typedAll(await writeMany(scoped(options), "upsert", rows), (i) => written[i]?.names ?? []);
    },
    async batchArchive(ids, options) {
      for (const id of ids) requireId(id);
      await check("write", []);
      return archiveMany(scoped(options), ids);
    },
    async search(query) {
      await check("read", searchedProperties(query));
      const page = await scoped(query).searchPage(searchBody(query));
      const records = page.records.map((record) => typed<(typeof query.properties)[number]>(record, query.properties));
      return { total: page.total, records, ...(page.next === null ? {} : { next: page.next }) };
    },
  };
  return api;
}

function readersOf({ parallel = 1, archived }: ListOptions<string>): number {
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 32) {
    throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: parallel is a whole number from 1 to 32");
  }
  if (parallel > 1 && archived === true) {
    // The end of the ids is found by a search, and no search shows archived records.
    throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: archived records are listed without `parallel`");
  }
  return parallel;
}

function shapeOf(options: ReadOptions<string> & { readonly idProperty?: string }): ReadShape {
  const { properties, history, archived, idProperty } = options;
  const shape: Mutable<ReadShape> = { properties };
  if (history !== undefined) shape.history = history;
  if (archived !== undefined) shape.archived = archived;
  if (idProperty !== undefined) shape.idProperty = idProperty;
  return shape;
}

function associationsOf<M>(input: CreateInput<M> | undefined): Pick<CreateInput<M>, "associations"> {
  return input?.associations === undefined ? {} : { associations: input.associations };
}
