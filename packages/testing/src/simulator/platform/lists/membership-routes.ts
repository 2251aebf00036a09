import { validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, jsonValue, type Reply, type Route, storeNamed } from "../../routing/call.ts";
import { pageOf } from "../paging.ts";
import { iso } from "../task.ts";
import type { ListRegistry } from "./list-registry.ts";
import { listId, listsOf, route } from "./routes.ts";

const MAX_PAGE = 250;
const USUAL_PAGE = 100;
const MAX_CHANGES = 100_000;

export const MEMBERSHIP_ROUTES: readonly Route[] = [
  route("GET", "/{listId}/memberships", (call) => members(call, (a, b) => Number(a.recordId) - Number(b.recordId))),
  route("GET", "/{listId}/memberships/join-order", (call) => members(call, (a, b) => a.last - b.last)),
  route("PUT", "/{listId}/memberships/add", (call) => change(call, idsOf(jsonValue(call.request)), [])),
  route("PUT", "/{listId}/memberships/remove", (call) => change(call, [], idsOf(jsonValue(call.request)))),
  route("PUT", "/{listId}/memberships/add-and-remove", (call) => {
    const { recordIdsToAdd = [], recordIdsToRemove = [] } = jsonBody(call.request);
    return change(call, idsOf(recordIdsToAdd), idsOf(recordIdsToRemove));
  }),
  route("PUT", "/{listId}/memberships/add-from/{sourceListId}", (call) => {
    const source = listsOf(call).members(call.params.sourceListId ?? "");
    change(
      call,
      source.map(({ recordId }) => recordId),
      [],
    );
    return { status: 204 };
  }),
  route("DELETE", "/{listId}/memberships", (call) => {
    const all = listsOf(call).members(listId(call));
    change(
      call,
      [],
      all.map(({ recordId }) => recordId),
    );
    return { status: 204 };
  }),
  route("GET", "/records/{typeId}/{recordId}/memberships", (call) => {
    const { typeId = "", recordId = "" } = call.params;
    const results = listsWith(listsOf(call), storeNamed(call, typeId).type.id, recordId);
    return { status: 200, body: { results, total: results.length } };
  }),
  route("POST", "/records/memberships/batch/read", readBatch, "read"),
];

type Member = ReturnType<ListRegistry["members"]>[number];

function members(call: Call, order: (a: Member, b: Member) => number): Reply {
  const all = listsOf(call).members(listId(call)).sort(order);
  const page = pageOf(all, call.request.query, MAX_PAGE, USUAL_PAGE);
  const results = page.results.map(({ recordId, last }) => ({ recordId, membershipTimestamp: iso(last) }));
  return { status: 200, body: { ...page, results, total: all.length } };
}

/** Removals come first. Ids of records that do not exist are named, and stop nothing. */
function change(call: Call, toAdd: readonly string[], toRemove: readonly string[]): Reply {
  const lists = listsOf(call);
  const id = listId(call);
  lists.requireWritable(id);
  const { records } = lists.storeOf(lists.get(id));
  const isLive = (recordId: string) => {
    const record = records.find(recordId);
    return record !== undefined && record.archivedAt === undefined;
  };
  const missing = [...toAdd, ...toRemove].filter((recordId) => !isLive(recordId));
  const gone = new Set(missing);
  const done = (ids: readonly string[], added: boolean) =>
    ids.filter((recordId) => !gone.has(recordId) && lists.put(id, recordId, added));
  const recordIdsRemoved = done(toRemove, false);
  return {
    status: 200,
    body: { recordIdsRemoved, recordsIdsAdded: done(toAdd, true), recordIdsMissing: missing },
  };
}

function idsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw validationError("Expected an array of record ids");
  if (value.length > MAX_CHANGES) throw validationError(`No more than ${MAX_CHANGES} records can change at once`);
  return value.map((id: unknown) => {
    if (/^\d+$/.test(textOf(id))) return textOf(id);
    throw validationError(`Not a record id: ${textOf(id)}`);
  });
}

function listsWith(lists: ListRegistry, typeId: string, recordId: string): Record<string, unknown>[] {
  return lists.all().flatMap((list) => {
    if (list.objectTypeId !== typeId) return [];
    const member = lists.members(list.id).find((one) => one.recordId === recordId);
    if (member === undefined) return [];
    const times = { firstAddedTimestamp: iso(member.first), lastAddedTimestamp: iso(member.last) };
    return [{ listId: list.id, listVersion: list.version, ...times }];
  });
}

function readBatch(call: Call): Reply {
  const { inputs } = jsonBody(call.request);
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  const now = iso(call.services.now());
  const results = inputs.map((input: unknown) => {
    const { objectTypeId, recordId } = (input ?? {}) as Record<string, unknown>;
    const typeId = storeNamed(call, textOf(objectTypeId)).type.id;
    const id = textOf(recordId);
    return { objectTypeId: typeId, recordId: id, recordListMemberships: listsWith(listsOf(call), typeId, id) };
  });
  return { status: 200, body: { status: "COMPLETE", results, startedAt: now, completedAt: now } };
}
