import { plannedLinks } from "../associations/access.ts";
import { ApiError, validationError } from "../base/api-error.ts";
import { malformed, optionalText, textOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route, storeOf } from "../routing/call.ts";
import type { ObjectStore, Written } from "../state/object-store.ts";
import type { SimRecord } from "../state/record.ts";
import { propertiesOf, requireUnique } from "./objects.ts";
import { viewRecord, viewWritten } from "./view.ts";

const DATED = "/crm/objects/{version}/{objectType}/batch";
const LEGACY = "/crm/v3/objects/{objectType}/batch";
const MAX_INPUTS = 100;
const MAX_INPUTS_WITH_HISTORY = 50;

export const BATCH_ROUTES: readonly Route[] = [
  { method: "POST", dated: `${DATED}/read`, legacy: [`${LEGACY}/read`], access: "read", handle: read },
  { method: "POST", dated: `${DATED}/create`, legacy: [`${LEGACY}/create`], access: "write", handle: create },
  { method: "POST", dated: `${DATED}/update`, legacy: [`${LEGACY}/update`], access: "write", handle: update },
  { method: "POST", dated: `${DATED}/upsert`, legacy: [`${LEGACY}/upsert`], access: "write", handle: upsert },
  { method: "POST", dated: `${DATED}/archive`, legacy: [`${LEGACY}/archive`], access: "write", handle: archive },
];

interface Input {
  readonly id: string;
  readonly idProperty: string | undefined;
  readonly properties: Record<string, unknown>;
  readonly associations: unknown;
  readonly traceId: string | undefined;
}

/** Unknown ids make it a 207 with the found ones in `results`; merged-away ids are left out without a word. */
function read(call: Call): Reply {
  const store = storeOf(call);
  const body = jsonBody(call.request);
  const propertiesWithHistory = names(body.propertiesWithHistory);
  const max = propertiesWithHistory.length > 0 ? MAX_INPUTS_WITH_HISTORY : MAX_INPUTS;
  const inputs = inputsOf(body, max);
  const idProperty = optionalText(body.idProperty);
  if (idProperty !== undefined && idProperty !== "hs_object_id") requireUnique(store, idProperty);
  const archived = call.request.query.get("archived") === "true";
  const projection = { properties: names(body.properties), propertiesWithHistory };

  const missing: string[] = [];
  const found = new Set<SimRecord>();
  for (const { id } of inputs) {
    const record = lookUp(store, id, idProperty);
    if (record !== undefined && (record.archivedAt !== undefined) === archived) found.add(record);
    else if (!store.records.wasMerged(id)) missing.push(id);
  }
  const results = [...found].map((record) => viewRecord(call, store, record, projection));
  return answer(call, 200, results, notFound(store, missing));
}

function create(call: Call): Reply {
  const store = storeOf(call);
  const inputs = inputsOf(jsonBody(call.request), MAX_INPUTS);
  const links: (() => void)[] = [];
  const reply = writeEach(call, store, 201, inputs, ({ properties, associations }) => {
    const link = plannedLinks(call, store, associations);
    const written = store.create(properties, call.app.source, call);
    links.push(() => link(written.record.id));
    return written;
  });
  // Only now do the records stand.
  for (const link of links) link();
  return reply;
}

function update(call: Call): Reply {
  const store = storeOf(call);
  const inputs = inputsOf(jsonBody(call.request), MAX_INPUTS);
  refuseRepeats(inputs);
  const missing: string[] = [];
  const present = inputs.filter(({ id, idProperty }) => {
    const record = lookUp(store, id, idProperty);
    if (record !== undefined && record.archivedAt === undefined) return true;
    if (!store.records.wasMerged(id)) missing.push(id);
    return false;
  });
  return writeEach(
    call,
    store,
    200,
    present,
    ({ id, idProperty, properties }) => store.update(lookUp(store, id, idProperty)!, properties, call.app.source, call),
    notFound(store, missing, inputs),
  );
}

/** By e-mail the batch stands or falls as a whole: no partial success (hubspot-facts §6). */
function upsert(call: Call): Reply {
  const store = storeOf(call);
  const inputs = inputsOf(jsonBody(call.request), MAX_INPUTS);
  refuseRepeats(inputs);
  const idProperties = new Set(inputs.map((input) => input.idProperty ?? "hs_object_id"));
  if (idProperties.size > 1) throw validationError("All inputs of an upsert must have the same idProperty");
  const [idProperty = "hs_object_id"] = idProperties;
  if (idProperty !== "hs_object_id") requireUnique(store, idProperty);
  const created = new Set<SimRecord>();
  return writeEach(
    call,
    store,
    200,
    idProperty === "email" ? inputs.map((input) => ({ ...input, traceId: undefined })) : inputs,
    ({ id, properties }) => {
      const record = lookUp(store, id, idProperty);
      if (record !== undefined && record.archivedAt === undefined) {
        return store.update(record, properties, call.app.source, call);
      }
      if (idProperty === "hs_object_id") throw notFoundError(store, [id]);
      const written = store.create({ ...properties, [idProperty]: id }, call.app.source, call);
      created.add(written.record);
      return written;
    },
    [],
    (record) => ({ new: created.has(record) }),
  );
}

function archive(call: Call): Reply {
  const store = storeOf(call);
  for (const { id } of inputsOf(jsonBody(call.request), MAX_INPUTS)) {
    const record = store.records.find(id);
    if (record !== undefined) store.archive(record, call.app.source);
  }
  return { status: 204 };
}

/**
 * Writes one by one. Where every input has its own trace id, a bad one becomes an error of a 207; otherwise the first
 * bad one fails the whole batch, which then has no effect (hubspot-facts §6).
 */
function writeEach(
  call: Call,
  store: ObjectStore,
  status: number,
  inputs: readonly Input[],
  write: (input: Input) => Written,
  errors: BatchError[] = [],
  extra: (record: SimRecord) => object = () => ({}),
): Reply {
  const traced = inputs.length > 0 && inputs.every((input) => input.traceId !== undefined);
  if (traced && new Set(inputs.map((input) => input.traceId)).size < inputs.length) {
    throw validationError("objectWriteTraceId must be unique within a batch");
  }
  const results: Record<string, unknown>[] = [];
  const attempt = () => {
    for (const input of inputs) {
      try {
        const { record, warnings } = write(input);
        const view = viewWritten(call, store, record, Object.keys(input.properties), warnings);
        results.push({ ...view, ...extra(record), ...(traced ? { objectWriteTraceId: input.traceId } : {}) });
      } catch (error) {
        if (!traced || !(error instanceof ApiError)) throw error;
        errors.push(traceError(error, input.traceId!));
      }
    }
  };
  if (traced) attempt();
  else store.atomically(attempt);
  return answer(call, status, results, errors);
}

interface BatchError {
  readonly status: "error";
  readonly category: string;
  readonly message: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly unknown[];
}

function answer(call: Call, status: number, results: readonly unknown[], errors: readonly BatchError[]): Reply {
  const at = new Date(call.services.now()).toISOString();
  const body = {
    status: "COMPLETE",
    results: call.services.inAnyOrder(results),
    ...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
    startedAt: at,
    completedAt: at,
  };
  return { status: errors.length > 0 ? 207 : status, body };
}

function traceError(error: ApiError, traceId: string): BatchError {
  const { category = "VALIDATION_ERROR", errors, context } = error.fields;
  return {
    status: "error",
    category,
    message: error.message,
    context: { ...context, objectWriteTraceId: [traceId] },
    ...(errors ? { errors } : {}),
  };
}

function notFoundError(store: ObjectStore, ids: readonly string[]): ApiError {
  const label = store.type.singular.toUpperCase();
  const message = `Could not get some ${label} objects, they may be deleted or not exist. Check that ids are valid.`;
  return new ApiError(404, message, { category: "OBJECT_NOT_FOUND", context: { ids } });
}

function notFound(store: ObjectStore, ids: readonly string[], inputs: readonly Input[] = []): BatchError[] {
  if (ids.length === 0) return [];
  const traceIds = inputs.filter((input) => ids.includes(input.id)).flatMap((input) => input.traceId ?? []);
  const { message } = notFoundError(store, ids);
  const context = { ids, ...(traceIds.length > 0 ? { objectWriteTraceId: traceIds } : {}) };
  return [{ status: "error", category: "OBJECT_NOT_FOUND", message, context }];
}

function lookUp(store: ObjectStore, id: string, idProperty: string | undefined): SimRecord | undefined {
  if (idProperty === undefined || idProperty === "hs_object_id") return store.records.find(id);
  requireUnique(store, idProperty);
  return store.records.findBy(idProperty, id);
}

function refuseRepeats(inputs: readonly Input[]): void {
  const ids = inputs.map((input) => input.id);
  const repeated = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (repeated.length === 0) return;
  throw validationError(`Duplicate IDs found in batch input: [${repeated.join(", ")}]. No duplicates allowed`);
}

function inputsOf(body: Record<string, unknown>, max: number): Input[] {
  const { inputs } = body;
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  if (inputs.length > max) throw validationError(`The maximum number of inputs is ${max}, got ${inputs.length}`);
  return inputs.map((raw: unknown) => {
    if (typeof raw !== "object" || raw === null) throw validationError("every input must be an object");
    const fields = raw as Record<string, unknown>;
    return {
      id: textOf(fields.id),
      idProperty: optionalText(fields.idProperty),
      properties: propertiesOf(fields),
      associations: fields.associations,
      traceId: optionalText(fields.objectWriteTraceId),
    };
  });
}

function names(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed("java.util.List", value);
  return value.map(textOf);
}
