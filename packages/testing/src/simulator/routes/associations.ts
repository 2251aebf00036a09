import { endsOf, neighboursOf, nodeOf, plainType, typesOf, viewTypes } from "../associations/access.ts";
import type { AssociationType } from "../associations/definitions.ts";
import type { Node } from "../associations/graph.ts";
import { validationError } from "../base/api-error.ts";
import { wholeNumber } from "../platform/paging.ts";
import { type Call, jsonValue, type Reply, type Route, storeNamed } from "../routing/call.ts";

const DATED = "/crm/objects/{version}/{objectType}/{id}/associations";
const V4 = "/crm/v4/objects/{objectType}/{id}/associations";
const V3 = "/crm/v3/objects/{objectType}/{id}/associations";
const DEFAULT_PAGE = 500;
const MAX_PAGE = 500;

/** The associations of one record. */
export const ASSOCIATION_ROUTES: readonly Route[] = [
  {
    method: "GET",
    dated: `${DATED}/{toType}`,
    legacy: [`${V4}/{toType}`],
    access: "read",
    isAssociation: true,
    handle: list,
  },
  {
    method: "PUT",
    dated: `${DATED}/{toType}/{toId}`,
    legacy: [`${V4}/{toType}/{toId}`],
    access: "write",
    isAssociation: true,
    handle: put,
  },
  {
    method: "DELETE",
    dated: `${DATED}/{toType}/{toId}`,
    legacy: [`${V4}/{toType}/{toId}`],
    access: "write",
    isAssociation: true,
    handle: remove,
  },
  {
    method: "PUT",
    dated: `${DATED}/default/{toType}/{toId}`,
    legacy: [`${V4}/default/{toType}/{toId}`],
    access: "write",
    isAssociation: true,
    handle: putDefault,
  },
  { method: "GET", legacy: [`${V3}/{toType}`], access: "read", isAssociation: true, handle: listV3 },
  { method: "PUT", legacy: [`${V3}/{toType}/{toId}/{typeName}`], access: "write", isAssociation: true, handle: putV3 },
  {
    method: "DELETE",
    legacy: [`${V3}/{toType}/{toId}/{typeName}`],
    access: "write",
    isAssociation: true,
    handle: removeV3,
  },
];

function list(call: Call): Reply {
  const { from, to } = endsOf(call);
  const { found, next } = page(call, nodeOf(from, call.params.id));
  const results = found.map(({ id, types }) => ({ toObjectId: id, associationTypes: viewTypes(types) }));
  const link = `https://api.hubapi.com${call.request.path}?after=${next}`;
  const paging = next === undefined ? {} : { paging: { next: { after: next, link } } };
  return { status: 200, body: { results, ...paging } };

  function page(call: Call, node: Node) {
    const { query } = call.request;
    const limit = wholeNumber(query.get("limit"), DEFAULT_PAGE, "limit");
    if (limit < 1 || limit > MAX_PAGE) throw validationError(`limit must be between 1 and ${MAX_PAGE}`);
    return neighboursOf(call, node, to, limit, query.get("after") ?? undefined);
  }
}

/** The body says which types the pair has from now on, all of them (hubspot-facts §7.4). */
function put(call: Call): Reply {
  const ends = endsOf(call);
  const types = typesOf(call, ends, jsonValue(call.request));
  const [from, to] = [nodeOf(ends.from, call.params.id), nodeOf(ends.to, call.params.toId)];
  call.portal.associations.as(call.app.source, (graph) => graph.replace(from, to, types));
  return { status: 201, body: viewPair(from, to, types) };
}

function putDefault(call: Call): Reply {
  const ends = endsOf(call);
  const plain = plainType(call, ends);
  const [from, to] = [nodeOf(ends.from, call.params.id), nodeOf(ends.to, call.params.toId)];
  call.portal.associations.as(call.app.source, (graph) => graph.link(from, to, [plain]));
  return { status: 200, body: completed(call, viewDefaults(from, to, plain)) };
}

function remove(call: Call): Reply {
  const ends = endsOf(call);
  const [from, to] = [nodeOf(ends.from, call.params.id), nodeOf(ends.to, call.params.toId)];
  call.portal.associations.as(call.app.source, (graph) => graph.unlink(from, to, "all"));
  return { status: 204 };
}

function listV3(call: Call): Reply {
  const { from, to } = endsOf(call);
  const { found } = neighboursOf(call, nodeOf(from, call.params.id), to, DEFAULT_PAGE, undefined);
  const results = found.map(({ id }) => ({ id, type: `${from.type.singular}_to_${to.type.singular}` }));
  return { status: 200, body: { results } };
}

function putV3(call: Call): Reply {
  const ends = endsOf(call);
  const [from, to] = [nodeOf(ends.from, call.params.id), nodeOf(ends.to, call.params.toId)];
  const type = typeNamed(call, call.params.typeName ?? "");
  call.portal.associations.as(call.app.source, (graph) => graph.link(from, to, [type]));
  return { status: 200, body: { id: from.id, properties: {}, associations: {}, archived: false } };
}

function removeV3(call: Call): Reply {
  const ends = endsOf(call);
  const [from, to] = [nodeOf(ends.from, call.params.id), nodeOf(ends.to, call.params.toId)];
  const type = typeNamed(call, call.params.typeName ?? "");
  call.portal.associations.as(call.app.source, (graph) => graph.unlink(from, to, [type]));
  return { status: 204 };
}

/** v3 takes a number of HubSpot's own, or a name such as `contact_to_company`, which means the plain type. */
function typeNamed(call: Call, name: string): AssociationType {
  const ends = endsOf(call);
  if (!/^\d+$/.test(name)) return plainType(call, ends);
  const { definitions } = call.portal.associations;
  return definitions.get(ends.from.type.id, ends.to.type.id, "HUBSPOT_DEFINED", Number(name));
}

export function viewPair(from: Node, to: Node, types: readonly AssociationType[]): Record<string, unknown> {
  return {
    fromObjectTypeId: from.type,
    fromObjectId: from.id,
    toObjectTypeId: to.type,
    toObjectId: to.id,
    labels: types.flatMap((type) => type.label ?? []),
  };
}

/** Both directions, as the default association answers. */
export function viewDefaults(from: Node, to: Node, plain: AssociationType): Record<string, unknown>[] {
  const spec = (associationTypeId: number) => ({ associationCategory: plain.category, associationTypeId });
  return [
    { from: { id: from.id }, to: { id: to.id }, associationSpec: spec(plain.typeId) },
    { from: { id: to.id }, to: { id: from.id }, associationSpec: spec(plain.inverse) },
  ];
}

export function completed(call: Call, results: readonly unknown[], errors: readonly unknown[] = []): unknown {
  const at = new Date(call.services.now()).toISOString();
  const failed = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  return { status: "COMPLETE", results, ...failed, startedAt: at, completedAt: at };
}

/** What a read by `?associations=companies` adds to a record. */
export function viewAssociations(call: Call, from: Node, names: readonly string[]): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const name of names) {
    const to = storeNamed(call, name);
    const { found } = neighboursOf(call, from, to, DEFAULT_PAGE, undefined);
    const singular = call.portal.store(from.type)?.type.singular;
    const results = found.flatMap(({ id, types }) =>
      types.map((type) => ({
        id,
        type: type.label === null ? `${singular}_to_${to.type.singular}` : slug(type, singular, to.type.singular),
      })),
    );
    if (results.length > 0) view[to.type.name] = { results };
  }
  return view;
}

function slug(type: AssociationType, from: string | undefined, to: string): string {
  return type.primary ? `${from}_to_${to}` : (type.label ?? "").toLowerCase().replace(/\W+/g, "_");
}
