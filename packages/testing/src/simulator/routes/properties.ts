import { ApiError, validationError } from "../base/api-error.ts";
import { objectsOf } from "../base/objects-of.ts";
import { optionalText, textOf, wholeOf } from "../base/text-of.ts";
import { notSimulated } from "../platform/not-simulated.ts";
import { requireSpecFields } from "../platform/spec-fields.ts";
import {
  FIELD_TYPES,
  type PropertyDefinition,
  type PropertyDraft,
  type PropertyOption,
  type PropertyType,
} from "../properties/definition.ts";
import { type Call, jsonBody, type Reply, type Route, storeOf } from "../routing/call.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { ObjectType } from "../types/object-type.ts";

const DATED = "/crm/properties/{version}/{objectType}";
const LEGACY = "/crm/v3/properties/{objectType}";
const MAX_INPUTS = 100;
const TYPES: readonly PropertyType[] = ["string", "number", "date", "datetime", "enumeration", "bool", "phone_number"];

export const PROPERTY_ROUTES: readonly Route[] = [
  { method: "GET", dated: DATED, legacy: [LEGACY], access: "read", scopes: "schema", handle: list },
  { method: "POST", dated: DATED, legacy: [LEGACY], access: "write", scopes: "schema", handle: create },
  {
    method: "GET",
    dated: `${DATED}/{name}`,
    legacy: [`${LEGACY}/{name}`],
    access: "read",
    scopes: "schema",
    handle: get,
  },
  {
    method: "PATCH",
    dated: `${DATED}/{name}`,
    legacy: [`${LEGACY}/{name}`],
    access: "write",
    scopes: "schema",
    handle: update,
  },
  {
    method: "DELETE",
    dated: `${DATED}/{name}`,
    legacy: [`${LEGACY}/{name}`],
    access: "write",
    scopes: "schema",
    handle: archive,
  },
  batchRoute("create", "write", batchCreate),
  batchRoute("read", "read", batchRead),
  batchRoute("archive", "write", batchArchive),
];

function batchRoute(name: string, access: "read" | "write", handle: (call: Call) => Reply): Route {
  const path = `/batch/${name}`;
  return { method: "POST", dated: DATED + path, legacy: [LEGACY + path], access, scopes: "schema", handle };
}

function list(call: Call): Reply {
  const { properties } = storeOf(call);
  const archived = call.request.query.get("archived") === "true";
  if (!archived) return { status: 200, json: `{"results":${properties.listed(viewProperty)}}` };
  return { status: 200, body: { results: properties.restorable(call.services.now()).map(viewProperty) } };
}

function get(call: Call): Reply {
  return { status: 200, body: viewProperty(storeOf(call).properties.get(call.params.name ?? "")) };
}

function create(call: Call): Reply {
  return { status: 201, body: viewProperty(define(call, jsonBody(call.request))) };
}

function define(call: Call, body: Record<string, unknown>): PropertyDefinition {
  const store = storeOf(call);
  requireSpecFields(call, body, ["fieldType"]);
  const draft = draftOf(body);
  for (const option of objectsOf(body.options ?? [], "options")) requireSpecFields(call, option, ["displayOrder"]);
  requireGroup(store, draft.groupName);
  return store.define(draft);
}

function requireGroup({ groups, type }: ObjectStore, name: string | undefined): void {
  if (name !== undefined && groups.has(name)) return;
  throw validationError(`Property group '${name}' does not exist for ${type.name}`);
}

/** There is no batch update (hubspot-facts §1.3). */
function batchCreate(call: Call): Reply {
  return eachInput(call, 201, (input) => viewProperty(define(call, input)));
}

function batchRead(call: Call): Reply {
  const { properties } = storeOf(call);
  return eachInput(call, 200, (input) => viewProperty(properties.get(textOf(input.name))));
}

function batchArchive(call: Call): Reply {
  for (const { name } of inputsOf(jsonBody(call.request))) archiveNamed(call, textOf(name));
  return { status: 204 };
}

function eachInput(call: Call, status: number, act: (input: Record<string, unknown>) => unknown): Reply {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputsOf(jsonBody(call.request))) {
    try {
      results.push(act(input));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { category, subCategory } = error.fields;
      const context = { name: [textOf(input.name)] };
      errors.push({
        status: "error",
        category,
        ...(subCategory ? { subCategory } : {}),
        message: error.message,
        context,
      });
    }
  }
  const at = new Date(call.services.now()).toISOString();
  const failed = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  const body = { status: "COMPLETE", results, ...failed, startedAt: at, completedAt: at };
  return { status: errors.length > 0 ? 207 : status, body };
}

function inputsOf({ inputs }: Record<string, unknown>): Record<string, unknown>[] {
  const objects = objectsOf(inputs, "inputs");
  if (objects.length > MAX_INPUTS) throw validationError(`The maximum number of inputs is ${MAX_INPUTS}`);
  return objects;
}

function update(call: Call): Reply {
  const body = jsonBody(call.request);
  const store = storeOf(call);
  const before = store.properties.get(call.params.name ?? "");
  if (body.type !== undefined && body.type !== before.type) throw notSimulated("A change of a property's type");
  if (typeof body.groupName === "string") requireGroup(store, body.groupName);
  requireFieldType(before.type, body.fieldType);
  const changes: Partial<PropertyDefinition> = {
    ...textFields(body),
    ...(Array.isArray(body.options) ? { options: optionsOf(body.options) } : {}),
  };
  const updated = store.properties.update(before.name, changes, call.services.now());
  return { status: 200, body: viewProperty(updated) };
}

function archive(call: Call): Reply {
  archiveNamed(call, call.params.name ?? "");
  return { status: 204 };
}

function archiveNamed(call: Call, name: string): void {
  const { properties, type } = storeOf(call);
  properties.get(name);
  if (isInUse(call, type, name)) {
    throw new ApiError(400, `Property '${name}' is in use and cannot be deleted.`, {
      category: "VALIDATION_ERROR",
      subCategory: "Properties.CANNOT_DELETE_PROPERTY_IN_USE",
    });
  }
  properties.archive(name, call.services.now());
}

/** By a schema, by a rule of the admins, or by the filters of a list (hubspot-facts §7.2). */
function isInUse({ portal, services }: Call, type: ObjectType, name: string): boolean {
  const required = services.settings().requiredProperties;
  const rules = [...(required[type.name] ?? []), ...(required[type.id] ?? [])];
  if (rules.some((rule) => rule.name === name || rule.when?.property === name)) return true;
  if (portal.schemas.uses(type.id, name)) return true;
  const lists = services.platform.of(portal).lists.all();
  return lists.some(({ objectTypeId, filterBranch }) => objectTypeId === type.id && mentions(filterBranch, name));
}

function mentions(filter: unknown, property: string): boolean {
  if (typeof filter !== "object" || filter === null) return false;
  return Object.entries(filter).some(
    ([key, value]) => (key === "property" && value === property) || mentions(value, property),
  );
}

function isSensitivity(value: unknown): value is PropertyDefinition["dataSensitivity"] {
  return value === "non_sensitive" || value === "sensitive" || value === "highly_sensitive";
}

export function draftOf(body: Record<string, unknown>): PropertyDraft {
  const name = textOf(body.name);
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) {
    throw validationError(`Property name '${name}' must be lower case letters, digits and _ and begin with a letter`);
  }
  const type = TYPES.find((known) => known === body.type);
  if (type === undefined)
    throw validationError(`Property type '${textOf(body.type)}' is not one of: ${TYPES.join(", ")}`);
  requireFieldType(type, body.fieldType);
  if (typeof body.label !== "string" || body.label === "") throw validationError("Property label is required");
  if (typeof body.groupName !== "string") throw validationError("Property groupName is required");
  return {
    name,
    type,
    ...textFields(body),
    ...(Array.isArray(body.options) && type !== "bool" ? { options: optionsOf(body.options) } : {}),
    hasUniqueValue: body.hasUniqueValue === true,
    ...(isSensitivity(body.dataSensitivity) ? { dataSensitivity: body.dataSensitivity } : {}),
    hidden: body.hidden === true,
    formField: body.formField === true,
  };
}

/** A type is shown in some ways only. */
function requireFieldType(type: PropertyType, fieldType: unknown): void {
  if (fieldType === undefined || fieldType === null) return;
  const allowed = FIELD_TYPES[type];
  if (allowed.includes(textOf(fieldType))) return;
  throw validationError(`fieldType '${textOf(fieldType)}' is not valid for type '${type}': ${allowed.join(", ")}`);
}

function textFields(body: Record<string, unknown>): Partial<PropertyDefinition> {
  const fields: Record<string, string> = {};
  for (const name of ["label", "description", "groupName", "fieldType"]) {
    const text = optionalText(body[name]);
    if (text !== undefined) fields[name] = text;
  }
  return fields;
}

function optionsOf(raw: readonly unknown[]): PropertyOption[] {
  const options = raw.map((entry, place) => {
    const option = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
    if (typeof option.value !== "string") throw validationError("Every option needs a value");
    return {
      label: textOf(option.label ?? option.value),
      value: option.value,
      displayOrder: wholeOf(option.displayOrder ?? place),
      hidden: option.hidden === true,
    };
  });
  const values = options.map(({ value }) => value);
  const repeated = values.find((value, at) => values.indexOf(value) !== at);
  if (repeated !== undefined) throw validationError(`The option value '${repeated}' is there twice`);
  return options;
}

export function viewProperty(definition: PropertyDefinition): Record<string, unknown> {
  const { createdAt, updatedAt, archivedAt, readOnly, ...shown } = definition;
  return {
    ...shown,
    externalOptions: false,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    archived: archivedAt !== undefined,
    ...(archivedAt === undefined ? {} : { archivedAt: new Date(archivedAt).toISOString() }),
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyOptions: definition.hubspotDefined,
      readOnlyValue: readOnly,
    },
  };
}
