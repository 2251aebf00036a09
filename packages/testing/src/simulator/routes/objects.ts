import { plannedLinks } from "../associations/access.ts";
import { ApiError, objectNotFound, resourceNotFound, validationError } from "../base/api-error.ts";
import { malformed, optionalText, textOf } from "../base/text-of.ts";
import { wholeNumber } from "../platform/paging.ts";
import { type Call, jsonBody, queryList, type Reply, type Route, storeOf } from "../routing/call.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { SimRecord } from "../state/record.ts";
import { viewAssociations } from "./associations.ts";
import { type Projection, viewRecord, viewWritten } from "./view.ts";

const DATED = "/crm/objects/{version}/{objectType}";
const LEGACY = "/crm/v3/objects/{objectType}";
const MAX_LIST = 100;
/** As for batch reads (hubspot-facts §1.3, reliability §3 "Property times"). */
const MAX_LIST_WITH_HISTORY = 50;
const DEFAULT_LIST = 10;

export const OBJECT_ROUTES: readonly Route[] = [
  { method: "GET", dated: DATED, legacy: [LEGACY], access: "read", handle: list },
  { method: "POST", dated: DATED, legacy: [LEGACY], access: "write", handle: create },
  { method: "GET", dated: `${DATED}/{id}`, legacy: [`${LEGACY}/{id}`], access: "read", handle: get },
  { method: "PATCH", dated: `${DATED}/{id}`, legacy: [`${LEGACY}/{id}`], access: "write", handle: update },
  { method: "DELETE", dated: `${DATED}/{id}`, legacy: [`${LEGACY}/{id}`], access: "write", handle: archive },
  { method: "POST", dated: `${DATED}/merge`, legacy: [`${LEGACY}/merge`], access: "write", handle: merge },
  { method: "POST", dated: `${DATED}/gdpr-delete`, legacy: [`${LEGACY}/gdpr-delete`], access: "write", handle: erase },
];

/** The cursor is the id of the next record (hubspot-facts §3). */
function list(call: Call): Reply {
  const store = storeOf(call);
  const { query, path } = call.request;
  const projection = projectionOf(call);
  const max = projection.propertiesWithHistory.length > 0 ? MAX_LIST_WITH_HISTORY : MAX_LIST;
  const limit = wholeNumber(query.get("limit"), DEFAULT_LIST, "limit");
  if (limit < 1 || limit > max) throw validationError(`limit must be between 1 and ${max}`);
  const after = query.get("after") ?? undefined;
  if (after !== undefined && !/^\d+$/.test(after)) throw validationError(`Invalid after cursor: ${after}`);
  const { records, next } = store.records.page(after, limit, query.get("archived") === "true");
  const results = records.map((record) => viewWithAssociations(call, store, record, projection));
  if (next === undefined) return { status: 200, body: { results } };
  const link = new URLSearchParams(query);
  link.set("after", next);
  return {
    status: 200,
    body: { results, paging: { next: { after: next, link: `https://api.hubapi.com${path}?${link}` } } },
  };
}

function create(call: Call): Reply {
  const store = storeOf(call);
  const body = jsonBody(call.request);
  const link = plannedLinks(call, store, body.associations);
  const { record, changed, warnings } = store.create(propertiesOf(body), call.app.source, call);
  link(record.id);
  return { status: 201, body: viewWritten(call, store, record, changed, warnings) };
}

function get(call: Call): Reply {
  const store = storeOf(call);
  const wantsArchived = call.request.query.get("archived") === "true";
  const record = locate(call, store);
  if ((record.archivedAt !== undefined) !== wantsArchived) throw resourceNotFound();
  return { status: 200, body: viewWithAssociations(call, store, record, projectionOf(call)) };
}

function viewWithAssociations(call: Call, store: ObjectStore, record: SimRecord, projection: Projection): unknown {
  const view = viewRecord(call, store, record, projection);
  const asked = queryList(call.request.query, "associations");
  if (asked.length === 0) return view;
  const associations = viewAssociations(call, { type: store.type.id, id: record.id }, asked);
  return Object.keys(associations).length === 0 ? view : { ...view, associations };
}

function update(call: Call): Reply {
  const store = storeOf(call);
  const input = propertiesOf(jsonBody(call.request));
  const record = locate(call, store);
  if (record.archivedAt !== undefined) throw resourceNotFound();
  const { warnings } = store.update(record, input, call.app.source, call);
  return { status: 200, body: viewWritten(call, store, record, Object.keys(input), warnings) };
}

/** Archiving what is archived is no error; archiving what never was is one. */
function archive(call: Call): Reply {
  const store = storeOf(call);
  store.archive(locate(call, store), call.app.source);
  return { status: 204 };
}

function merge(call: Call): Reply {
  const store = storeOf(call);
  const body = jsonBody(call.request);
  if (!store.type.merges) throw validationError(`Objects of type ${store.type.name} cannot be merged`);
  const primary = live(store, textOf(body.primaryObjectId));
  const loser = live(store, textOf(body.objectIdToMerge));
  if (primary === loser) throw validationError("A record cannot be merged with itself");
  const survivor = store.merge(primary, loser, call.app.source);
  return { status: 200, body: viewRecord(call, store, survivor, { properties: [], propertiesWithHistory: [] }) };
}

function erase(call: Call): Reply {
  const store = storeOf(call);
  // Other types have no such path (hubspot-facts §7.2).
  if (store.type.name !== "contacts") throw new ApiError(404, "Not Found", { bare: true });
  const body = jsonBody(call.request);
  const key = textOf(body.objectId);
  if (key === "") throw validationError("Some required fields were not set: [objectId]");
  const idProperty = optionalText(body.idProperty);
  if (idProperty !== undefined) requireUnique(store, idProperty);
  const record = idProperty === undefined ? store.records.resolve(key) : store.records.findBy(idProperty, key);
  if (record !== undefined) store.erase(record, call.app.source);
  else if (idProperty === "email") store.eraseAddress(key);
  return { status: 204 };
}

function live(store: ObjectStore, id: string): SimRecord {
  const record = store.records.resolve(id);
  if (record === undefined || record.archivedAt !== undefined) {
    throw objectNotFound(`Object not found. objectId: ${id}`);
  }
  return record;
}

/** By id (merged ids lead to the survivor) or by `?idProperty=`. */
function locate(call: Call, store: ObjectStore): SimRecord {
  const id = call.params.id ?? "";
  const idProperty = call.request.query.get("idProperty");
  if (idProperty === null || idProperty === "hs_object_id") {
    const record = store.records.resolve(id);
    if (record !== undefined) return record;
    throw /^\d+$/.test(id) ? resourceNotFound() : objectNotFound(`Object not found. objectId: ${id}`);
  }
  requireUnique(store, idProperty);
  const record = store.records.findBy(idProperty, id);
  if (record === undefined) throw objectNotFound(`Object not found by ${idProperty}`);
  return record;
}

export function requireUnique(store: ObjectStore, idProperty: string): void {
  if (store.properties.get(idProperty).hasUniqueValue) return;
  throw validationError(`Property ${idProperty} is not a unique property and cannot be used as idProperty`);
}

export function propertiesOf(body: Record<string, unknown>): Record<string, unknown> {
  const { properties = {} } = body;
  if (typeof properties === "object" && properties !== null && !Array.isArray(properties)) {
    for (const value of Object.values(properties)) textOf(value);
    return properties as Record<string, unknown>;
  }
  throw malformed("java.util.LinkedHashMap<java.lang.String,java.lang.String>", properties);
}

function projectionOf({ request }: Call): { properties: string[]; propertiesWithHistory: string[] } {
  return {
    properties: queryList(request.query, "properties"),
    propertiesWithHistory: queryList(request.query, "propertiesWithHistory"),
  };
}
