import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotNotFoundError } from "../errors/hubspot-errors.ts";
import type { Answer, Call, QueryValue } from "../http/call.ts";
import { object } from "../http/error-body.ts";
import { type AssociationType, associationType } from "../model/association-types.ts";
import type { Lane } from "../model/lane.ts";
import { canonicalObject, type StandardObject } from "../model/object-type.ts";
import type { CredentialUse } from "../ports/credentials.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Mutable } from "../util/mutable.ts";
import { type AccessPolicy, requireAccess } from "./access.ts";
import {
  type BatchAnswer,
  hasRecords,
  isRecord,
  itemErrors,
  nextPage,
  type WireRecord,
  wireRecord,
  wireRecords,
} from "./wire.ts";

/** For whom, how urgently, and until when. */
export interface CallScope {
  readonly tenant: Tenant;
  readonly lane: Lane;
  readonly signal?: AbortSignal;
  /** What becomes of an update or archive of unknown outcome: sent again (default), or reported. */
  readonly unknownOutcome?: "repeat" | "throw";
}

export type Send = (call: Call) => Promise<Answer>;

/** What a read asks for. Values come as HubSpot's text. */
export interface ReadShape {
  readonly properties: readonly string[];
  /** With the versions of every property: pages and batches then hold 50 instead of 100. */
  readonly history?: boolean;
  readonly archived?: boolean;
  /** Inputs are values of this unique property instead of ids. */
  readonly idProperty?: string;
}

/** What a new record is associated with: as `types`, or as HubSpot's own type of the pair (hubspot-facts §7.4). */
export type Association = { readonly toId: string } & (
  | { readonly types: readonly AssociationType[] }
  | { readonly to: StandardObject; readonly label?: "plain" | "primary" }
);

export interface WriteInput {
  /** Record id, or value of `idProperty`; absent for a create. */
  readonly id?: string;
  readonly idProperty?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly associations?: readonly Association[];
  /** Unique within one call: HubSpot repeats it beside each item's error (hubspot-facts §6). */
  readonly traceId: string;
}

/** Property lists longer than this go by POST: URLs above some 8,000 characters are answered 414. */
const longestQuery = 6_000;

/** The calls one object type has, one request each, raw text in and out. Everything else is built on these. */
export class ObjectCalls {
  readonly #send: Send;
  readonly #scope: CallScope;
  readonly #access: AccessPolicy;
  /** By what follows the object's name: `""`, `/{id}`, `/batch/read`. */
  readonly #templates = new Map<string, string>();
  readonly object: string;

  constructor(send: Send, scope: CallScope, objectType: string, access: AccessPolicy) {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(objectType)) {
      throw new HubspokeError(
        "INPUT_INVALID",
        "INPUT_INVALID: an object type is a name such as contacts, or an id such as 2-345",
      );
    }
    this.#send = send;
    this.#scope = scope;
    this.#access = access;
    this.object = objectType;
  }

  with(scope: Partial<CallScope>): ObjectCalls {
    return new ObjectCalls(this.#send, { ...this.#scope, ...scope }, this.object, this.#access);
  }

  /** Errors: READ_ONLY, NOT_ALLOWED. Every call does this by itself; asking first avoids other work. */
  requireAccess(use: CredentialUse): void {
    requireAccess(this.#access, use, this.object);
  }

  /** Whether nothing more can be asked on behalf of whoever made these calls. */
  get aborted(): boolean {
    return this.#scope.signal?.aborted === true;
  }

  /** Whether writes of unknown outcome are reported as they are. */
  get reportsUnknown(): boolean {
    return this.#scope.unknownOutcome === "throw";
  }

  /** By id; a merged-away id gives the survivor, whose id differs. */
  async read(id: string, shape: ReadShape): Promise<WireRecord> {
    const long = isLong(shape);
    if (long) {
      const found = (await this.batchRead([id], shape)).records[0];
      if (found !== undefined) return found;
    }
    const answer = await this.#call("GET", "/{id}", { params: { id }, query: long ? {} : readQuery(shape) }, "read");
    return wireRecord(answer.body, this.#route("GET", "/{id}"));
  }

  /** At most 100 inputs, 50 with history. */
  async batchRead(inputs: readonly string[], shape: ReadShape): Promise<BatchAnswer> {
    const body = {
      inputs: inputs.map((id) => ({ id })),
      properties: shape.properties,
      propertiesWithHistory: shape.history === true ? shape.properties : [],
      ...(shape.idProperty === undefined ? {} : { idProperty: shape.idProperty }),
    };
    const query = shape.archived === true ? { archived: true } : {};
    const answer = await this.#call("POST", "/batch/read", { body, query }, "read");
    return this.#batch(answer, "/batch/read");
  }

  async listPage(
    shape: ReadShape & { readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly records: readonly WireRecord[]; readonly next: string | null }> {
    const query = readQuery(shape);
    const long = isLong(shape);
    const page = { limit: shape.limit, after: shape.after, ...(shape.archived === true ? { archived: true } : {}) };
    const answer = await this.#call("GET", "", { query: long ? page : { ...query, ...page } }, "read");
    const records = wireRecords(answer.body, this.#route("GET", ""));
    if (!long || records.length === 0) return { records, next: nextPage(answer.body) };
    const full = await this.batchRead(
      records.map((record) => record.id),
      shape,
    );
    // In the list's order, which a batch does not promise to keep.
    const byId = new Map(full.records.map((record) => [record.id, record]));
    return { records: records.flatMap(({ id }) => byId.get(id) ?? []), next: nextPage(answer.body) };
  }

  async create(
    properties: Readonly<Record<string, string>>,
    associations: readonly Association[] = [],
  ): Promise<WireRecord> {
    const answer = await this.#call(
      "POST",
      "",
      { body: { properties, associations: associations.map((each) => wireAssociation(this.object, each)) } },
      "create",
    );
    return wireRecord(answer.body, this.#route("POST", ""));
  }

  async update(id: string, properties: Readonly<Record<string, string>>): Promise<WireRecord> {
    const answer = await this.#call("PATCH", "/{id}", { params: { id }, body: { properties } }, "update");
    return wireRecord(answer.body, this.#route("PATCH", "/{id}"));
  }

  async archive(id: string): Promise<void> {
    await this.#call("DELETE", "/{id}", { params: { id } }, "archive");
  }

  /** At most 100 inputs. */
  async batchWrite(kind: "create" | "update" | "upsert", inputs: readonly WriteInput[]): Promise<BatchAnswer> {
    const path = `/batch/${kind}`;
    const answer = await this.#call(
      "POST",
      path,
      { body: { inputs: inputs.map((input) => wireInput(this.object, input)) } },
      kind === "create" ? "create" : "update",
    );
    return this.#batch(answer, path);
  }

  /** At most 100 ids. */
  async batchArchive(ids: readonly string[]): Promise<BatchAnswer> {
    const answer = await this.#call(
      "POST",
      "/batch/archive",
      { body: { inputs: ids.map((id) => ({ id })) } },
      "archive",
    );
    return answer.body === undefined ? { records: [], errors: [] } : { records: [], errors: itemErrors(answer.body) };
  }

  async searchPage(
    body: unknown,
  ): Promise<{ readonly total: number; readonly records: readonly WireRecord[]; readonly next: string | null }> {
    const answer = await this.#call("POST", "/search", { body }, "read", true);
    const records = wireRecords(answer.body, this.#route("POST", "/search"));
    const total = object(answer.body).total;
    return { total: typeof total === "number" ? total : records.length, records, next: nextPage(answer.body) };
  }

  /** For an input that a batch read answered without. */
  notFound(): HubSpotNotFoundError {
    const route = this.#route("POST", "/batch/read");
    return new HubSpotNotFoundError(`NOT_FOUND: ${route} does not have the record asked for; check the id`, {
      route,
      status: 404,
    });
  }

  #batch(answer: Answer, path: string): BatchAnswer {
    const parts = { records: wireRecords(answer.body, this.#route("POST", path)), errors: itemErrors(answer.body) };
    return answer.repeated === true ? { ...parts, repeated: true } : parts;
  }

  #call(
    method: Call["method"],
    path: string,
    rest: Pick<Call, "params" | "query" | "body">,
    effect: Call["effect"],
    search = false,
  ): Promise<Answer> {
    const use = effect === "read" ? "read" : "write";
    this.requireAccess(use);
    const template = this.#template(path);
    const { tenant, lane, signal, unknownOutcome } = this.#scope;
    const call: Mutable<Call> = { tenant, lane, method, template, effect, use, search };
    if (rest.params !== undefined) call.params = rest.params;
    if (rest.query !== undefined) call.query = rest.query;
    if (rest.body !== undefined) call.body = rest.body;
    if (effect === "create") call.says = path === "" ? isRecord : hasRecords;
    if (signal !== undefined) call.signal = signal;
    if (unknownOutcome !== undefined) call.unknownOutcome = unknownOutcome;
    return this.#send(call);
  }

  /** Made once: a text put together for every call would be hashed for every call. */
  #template(path: string): string {
    let made = this.#templates.get(path);
    if (made === undefined) {
      made = `/crm/objects/{version}/${this.object}${path}`;
      this.#templates.set(path, made);
    }
    return made;
  }

  #route(method: string, path: string): string {
    return `${method} ${this.#template(path)}`;
  }
}

function readQuery({ properties, history, archived }: ReadShape): Record<string, QueryValue> {
  const query: Record<string, QueryValue> = {};
  if (properties.length > 0) query.properties = properties;
  if (properties.length > 0 && history === true) query.propertiesWithHistory = properties;
  if (archived === true) query.archived = true;
  return query;
}

/** Whether the names are too long for a URL, commas encoded. */
function isLong({ properties, history }: ReadShape): boolean {
  let length = 0;
  for (const name of properties) length += name.length + 3;
  return (history === true ? 2 * length : length) > longestQuery;
}

function wireInput(object: string, input: WriteInput): unknown {
  return {
    ...(input.id === undefined ? {} : { id: input.id }),
    ...(input.idProperty === undefined ? {} : { idProperty: input.idProperty }),
    properties: input.properties,
    ...(input.associations === undefined
      ? {}
      : { associations: input.associations.map((each) => wireAssociation(object, each)) }),
    objectWriteTraceId: input.traceId,
  };
}

function wireAssociation(from: string, association: Association): unknown {
  const types = "types" in association ? association.types : [knownType(from, association.to, association.label)];
  return {
    to: { id: association.toId },
    types: types.map(({ category, typeId }) => ({ associationCategory: category, associationTypeId: typeId })),
  };
}

function knownType(from: string, to: string, label: "plain" | "primary" | undefined): AssociationType {
  const found = associationType(from, to, label);
  if (found !== undefined) return found;
  throw new HubspokeError(
    "INPUT_INVALID",
    `INPUT_INVALID: HubSpot has no ${label ?? "plain"} association type from ${canonicalObject(from)} to ${to} that this library knows; pass "types", as associations.labels(…).list() shows them`,
  );
}
