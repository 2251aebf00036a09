import { validationError } from "../../base/api-error.ts";
import { numberOf, optionalText, textOf, textsOf } from "../../base/text-of.ts";
import { type Call, jsonBody, queryList, type Reply, type Route } from "../../routing/call.ts";
import { requireSpecFields } from "../spec-fields.ts";
import type { ListDraft, ObjectList, ProcessingType } from "./list.ts";
import type { ListRegistry } from "./list-registry.ts";
import { viewFound, viewList } from "./view.ts";

const PROCESSING: readonly ProcessingType[] = ["MANUAL", "SNAPSHOT", "DYNAMIC"];
const MAX_FOUND = 500;

export const LIST_ROUTES: readonly Route[] = [
  route("POST", "", create),
  route("GET", "", getMany),
  route("POST", "/search", search, "read"),
  route("GET", "/object-type-id/{typeId}/name/{listName}", byName),
  route("GET", "/{listId}", (call) => one(call, listsOf(call).get(listId(call)))),
  route("DELETE", "/{listId}", (call) => {
    listsOf(call).delete(listId(call));
    return { status: 204 };
  }),
  route("PUT", "/{listId}/restore", (call) => {
    listsOf(call).restore(listId(call));
    return { status: 204 };
  }),
  route("PUT", "/{listId}/update-list-name", (call) => {
    const name = call.request.query.get("listName") ?? "";
    return updated(call, listsOf(call).rename(listId(call), name), withFilters(call));
  }),
  route("PUT", "/{listId}/update-list-filters", (call) => {
    const { filterBranch } = jsonBody(call.request);
    if (filterBranch === undefined) throw validationError("filterBranch is required");
    return updated(call, listsOf(call).refilter(listId(call), filterBranch), true);
  }),
];

export function route(
  method: string,
  path: string,
  handle: (call: Call) => Reply,
  access: "read" | "write" = method === "GET" ? "read" : "write",
): Route {
  const paths = { dated: `/crm/lists/{version}${path}`, legacy: [`/crm/v3/lists${path}`] };
  return { method, ...paths, access, scopes: [`crm.lists.${access}`], handle };
}

export function listsOf({ services, portal }: Call): ListRegistry {
  return services.platform.of(portal).lists;
}

export function listId({ params }: Call): string {
  return params.listId ?? "";
}

function withFilters({ request }: Call): boolean {
  return request.query.get("includeFilters") === "true";
}

function one(call: Call, list: ObjectList): Reply {
  return { status: 200, body: { list: viewList(listsOf(call), list, withFilters(call)) } };
}

function updated(call: Call, list: ObjectList, filters: boolean): Reply {
  return { status: 200, body: { updatedList: viewList(listsOf(call), list, filters) } };
}

function create(call: Call): Reply {
  const body = jsonBody(call.request);
  const processingType = PROCESSING.find((known) => known === body.processingType);
  if (processingType === undefined) {
    throw validationError(`processingType must be one of ${PROCESSING.join(", ")}, got ${textOf(body.processingType)}`);
  }
  const draft: ListDraft = {
    name: textOf(body.name),
    objectTypeId: textOf(body.objectTypeId),
    processingType,
    filterBranch: body.filterBranch ?? undefined,
    customProperties: textsOf(body.customProperties ?? {}),
  };
  const lists = listsOf(call);
  return { status: 200, body: { list: viewList(lists, lists.create(draft), true) } };
}

/** Ids that name no list are left out. */
function getMany(call: Call): Reply {
  const lists = listsOf(call);
  const ids = queryList(call.request.query, "listIds");
  const found = lists.all().filter(({ id }) => ids.includes(id));
  return { status: 200, body: { lists: found.map((list) => viewList(lists, list, withFilters(call))) } };
}

function byName(call: Call): Reply {
  const { typeId, listName } = call.params;
  const lists = listsOf(call);
  const found = lists.all().find(({ objectTypeId, name }) => objectTypeId === typeId && name === listName);
  return one(call, found ?? lists.get(listName ?? ""));
}

/** Fields that 2026-09 marks as required may be wanted (hubspot-facts §1.4). */
function search(call: Call): Reply {
  const body = jsonBody(call.request);
  requireSpecFields(call, body, ["listIds", "processingTypes"]);
  const lists = listsOf(call);
  const query = textOf(body.query).toLowerCase();
  const [types, ids, additional] = [
    namesOf(body.processingTypes),
    namesOf(body.listIds),
    namesOf(body.additionalProperties),
  ];
  const typeId = optionalText(body.objectTypeId);
  const found = lists
    .all()
    .filter(
      (list) =>
        list.name.toLowerCase().includes(query) &&
        (types.length === 0 || types.includes(list.processingType)) &&
        (ids.length === 0 || ids.includes(list.id)) &&
        (typeId === undefined || list.objectTypeId === typeId),
    );
  sort(found, textOf(body.sort ?? "HS_LIST_ID"));
  const offset = whole(body.offset, 0, "offset");
  const count = whole(body.count, 20, "count");
  if (count > MAX_FOUND) throw validationError(`count must be at most ${MAX_FOUND}`);
  const next = Math.min(offset + count, found.length);
  return {
    status: 200,
    body: {
      offset: next,
      hasMore: next < found.length,
      total: found.length,
      lists: found.slice(offset, next).map((list) => viewFound(lists, list, additional)),
    },
  };
}

function sort(found: ObjectList[], by: string): void {
  const sign = by.startsWith("-") ? -1 : 1;
  const key = by.replace(/^-/, "").toUpperCase();
  if (key === "HS_LIST_ID") found.sort((a, b) => sign * (Number(a.id) - Number(b.id)));
  else if (key === "HS_LIST_NAME" || key === "NAME") found.sort((a, b) => sign * (a.name < b.name ? -1 : 1));
  else if (key === "HS_CREATEDATE") found.sort((a, b) => sign * (a.createdAt - b.createdAt));
  else throw validationError(`Lists cannot be sorted by ${by}`);
}

function namesOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw validationError("Expected an array of texts");
  return value.map(textOf);
}

function whole(value: unknown, fallback: number, name: string): number {
  if (value === undefined || value === null) return fallback;
  const number = numberOf(value);
  if (!Number.isInteger(number) || number < 0) throw validationError(`${name} must be a whole number`);
  return number;
}
