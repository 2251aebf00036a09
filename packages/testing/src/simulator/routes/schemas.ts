import type { AssociationType } from "../associations/definitions.ts";
import { validationError } from "../base/api-error.ts";
import { objectsOf } from "../base/objects-of.ts";
import { optionalText, textOf, textsOf } from "../base/text-of.ts";
import { defineProperty, type PropertyDefinition } from "../properties/definition.ts";
import { type Call, jsonBody, type Reply, type Route } from "../routing/call.ts";
import type { Schema, SchemaDraft } from "../state/schemas.ts";
import { draftOf, viewProperty } from "./properties.ts";

const DATED = "/crm-object-schemas/{version}/schemas";
const LEGACY = ["/crm-object-schemas/v3/schemas", "/crm/v3/schemas"];

export const SCHEMA_ROUTES: readonly Route[] = [
  route("GET", "", (call) => {
    const schemas = call.portal.schemas.list(call.request.query.get("archived") === "true");
    return { status: 200, body: { results: schemas.map((schema) => viewSchema(call, schema)) } };
  }),
  route("POST", "", create),
  route("POST", "/batch/read", batchRead),
  route("GET", "/{schema}", (call) => {
    const seen = call.portal.schemas.seen(call.params.schema ?? "", call.services.now());
    return { status: 200, body: viewSchema(call, seen) };
  }),
  route("PATCH", "/{schema}", update),
  route("DELETE", "/{schema}", (call) => {
    call.portal.schemas.archive(call.params.schema ?? "", call.services.now());
    return { status: 204 };
  }),
  route("POST", "/{schema}/associations", associate),
  route("DELETE", "/{schema}/associations/{associationId}", (call) => {
    const { schema = "", associationId } = call.params;
    call.portal.schemas.removeAssociation(schema, Number(associationId), call.services.now());
    return { status: 204 };
  }),
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  const scopes = [`crm.schemas.custom.${access}`];
  return { method, dated: DATED + path, legacy: LEGACY.map((base) => base + path), access, scopes, handle };
}

function named(call: Call): Schema {
  return call.portal.schemas.get(call.params.schema ?? "");
}

/** Live accounts ask only for a name, labels and a primary property (hubspot-facts §1.4). */
function create(call: Call): Reply {
  const body = jsonBody(call.request);
  const { name, labels, primaryDisplayProperty } = body;
  if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/i.test(name)) throw validationError("name is required");
  if (typeof primaryDisplayProperty !== "string") throw validationError("primaryDisplayProperty is required");
  const { singular, plural } = (labels ?? {}) as Record<string, unknown>;
  if (typeof singular !== "string" || typeof plural !== "string") throw validationError("labels are required");
  const properties = objectsOf(body.properties ?? [], "properties").map((raw) => propertyOf(raw, name));
  if (!properties.some((property) => property.name === primaryDisplayProperty)) {
    throw validationError(`primaryDisplayProperty '${primaryDisplayProperty}' is not among the properties`);
  }
  const lists = nameLists(body);
  requireNames(lists, (one) => properties.some((property) => property.name === one));
  const draft: SchemaDraft = {
    name: name.toLowerCase(),
    labels: { singular, plural },
    primaryDisplayProperty,
    properties,
    ...lists,
    associatedObjects: list(body.associatedObjects).map(textOf),
  };
  return { status: 201, body: viewSchema(call, call.portal.schemas.create(draft, call.services.now())) };
}

function propertyOf(raw: Record<string, unknown>, name: string): PropertyDefinition {
  return defineProperty({ ...draftOf({ groupName: `${name}_information`, ...raw }) });
}

function update(call: Call): Reply {
  const body = jsonBody(call.request);
  const before = named(call);
  const lists = nameLists(body);
  const primaryDisplayProperty = optionalText(body.primaryDisplayProperty);
  const { properties } = call.portal.store(before.typeId)!;
  const primary = primaryDisplayProperty === undefined ? [] : [primaryDisplayProperty];
  requireNames({ ...lists, primaryDisplayProperty: primary }, (one) => properties.find(one) !== undefined);
  const changes = {
    ...(primaryDisplayProperty === undefined ? {} : { primaryDisplayProperty }),
    ...(body.labels === undefined || body.labels === null
      ? {}
      : { labels: { ...before.labels, ...textsOf(body.labels) } }),
    ...Object.fromEntries(Object.entries(lists).filter(([field]) => body[field] !== undefined)),
  };
  return {
    status: 200,
    body: viewSchema(call, call.portal.schemas.update(before.typeId, changes, call.services.now())),
  };
}

function batchRead(call: Call): Reply {
  const results = list(jsonBody(call.request).inputs).map((input) =>
    viewSchema(call, call.portal.schemas.get(textOf((input as { id?: unknown } | null)?.id ?? input))),
  );
  return { status: 200, body: { status: "COMPLETE", results } };
}

function associate(call: Call): Reply {
  const { toObjectTypeId, name } = jsonBody(call.request);
  const { typeId } = named(call);
  const added = call.portal.schemas.addAssociation(typeId, textOf(toObjectTypeId), textOf(name), call.services.now());
  return { status: 201, body: viewAssociation(added) };
}

/** HubSpot's own properties begin with hs_ and are there in every schema. */
function requireNames(lists: Readonly<Record<string, readonly string[]>>, has: (name: string) => boolean): void {
  for (const [field, names] of Object.entries(lists)) {
    const unknown = names.find((name) => !name.startsWith("hs_") && !has(name));
    if (unknown !== undefined) throw validationError(`${field} names '${unknown}', which is not among the properties`);
  }
}

function nameLists(
  body: Record<string, unknown>,
): Pick<SchemaDraft, "requiredProperties" | "searchableProperties" | "secondaryDisplayProperties"> {
  return {
    requiredProperties: list(body.requiredProperties).map(textOf),
    searchableProperties: list(body.searchableProperties).map(textOf),
    secondaryDisplayProperties: list(body.secondaryDisplayProperties).map(textOf),
  };
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw validationError("expected an array");
}

function viewSchema(call: Call, schema: Schema): Record<string, unknown> {
  const { typeId, fullName, associations, createdAt, updatedAt, archivedAt, ...shown } = schema;
  return {
    id: typeId,
    objectTypeId: typeId,
    fullyQualifiedName: fullName,
    ...shown,
    properties: call.portal.store(typeId)?.properties.list().map(viewProperty) ?? [],
    associations: associations.map(viewAssociation),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    archived: archivedAt !== undefined,
  };
}

function viewAssociation({ from, to, typeId, name }: AssociationType): Record<string, unknown> {
  return { id: String(typeId), fromObjectTypeId: from, toObjectTypeId: to, name };
}
