import { ApiError, validationError } from "../base/api-error.ts";
import { numberOf, textOf } from "../base/text-of.ts";
import type { ObjectStore } from "../state/object-store.ts";
import { unknownType } from "../types/known-types.ts";

/** The operators of hubspot-facts §3. */
export const OPERATORS = [
  "EQ",
  "NEQ",
  "LT",
  "LTE",
  "GT",
  "GTE",
  "BETWEEN",
  "IN",
  "NOT_IN",
  "HAS_PROPERTY",
  "NOT_HAS_PROPERTY",
  "CONTAINS_TOKEN",
  "NOT_CONTAINS_TOKEN",
] as const;

export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  readonly propertyName: string;
  readonly operator: Operator;
  readonly value: string;
  readonly highValue: string;
  readonly values: readonly string[];
}

export interface SearchRequest {
  readonly groups: readonly (readonly Filter[])[];
  readonly query: string;
  readonly sort: { readonly property: string; readonly descending: boolean } | undefined;
  readonly properties: readonly string[];
  readonly limit: number;
  readonly after: number;
}

export const MAX_BODY = 3_000;
const MAX_PAGE = 200;
const MAX_RESULTS = 10_000;
const MAX_GROUPS = 5;
const MAX_FILTERS_PER_GROUP = 6;
const MAX_FILTERS = 18;

/** Checks a search body against HubSpot's limits (hubspot-facts §2.2, §3). */
export function parseSearch(body: unknown, store: ObjectStore): SearchRequest {
  const fields = object(body, "search request");
  const groups = array(fields.filterGroups, "filterGroups").map((group) =>
    array(object(group, "filterGroup").filters, "filters").map((filter) => parseFilter(filter, store)),
  );
  // A bare `filters` is one group.
  const loose = array(fields.filters, "filters").map((filter) => parseFilter(filter, store));
  if (loose.length > 0) groups.push(loose);
  refuseTooMany(groups);

  const limit = integer(fields.limit, 10, "limit");
  if (limit < 0 || limit > MAX_PAGE) throw validationError(`limit must be between 0 and ${MAX_PAGE}, got ${limit}`);
  const after = integer(fields.after, 0, "after");
  if (after + limit > MAX_RESULTS) {
    throw new ApiError(400, `Paging past ${MAX_RESULTS} results is not supported: after ${after}, limit ${limit}`, {
      category: "VALIDATION_ERROR",
    });
  }
  const query = textOf(fields.query);
  if (query.length > MAX_BODY) throw validationError(`query is longer than ${MAX_BODY} characters`);
  return {
    groups: groups.filter((group) => group.length > 0),
    query,
    sort: parseSort(array(fields.sorts, "sorts"), store),
    properties: array(fields.properties, "properties").map(textOf),
    limit,
    after,
  };
}

function refuseTooMany(groups: readonly (readonly Filter[])[]): void {
  if (groups.length > MAX_GROUPS) throw validationError(`No more than ${MAX_GROUPS} filterGroups are allowed`);
  if (groups.some((group) => group.length > MAX_FILTERS_PER_GROUP)) {
    throw validationError(`No more than ${MAX_FILTERS_PER_GROUP} filters are allowed in a filterGroup`);
  }
  if (groups.reduce((sum, group) => sum + group.length, 0) > MAX_FILTERS) {
    throw validationError(`No more than ${MAX_FILTERS} filters are allowed in all`);
  }
}

function parseFilter(raw: unknown, store: ObjectStore): Filter {
  const fields = object(raw, "filter");
  const propertyName = textOf(fields.propertyName);
  const operator = OPERATORS.find((known) => known === fields.operator);
  if (operator === undefined) throw validationError(`Unknown operator ${textOf(fields.operator)}`);
  refuseUnknown(propertyName, store);
  const values = array(fields.values, "values").map(textOf);
  const needsList = operator === "IN" || operator === "NOT_IN";
  const needsValue = !needsList && operator !== "HAS_PROPERTY" && operator !== "NOT_HAS_PROPERTY";
  if (needsList && values.length === 0) throw validationError(`${operator} on ${propertyName} needs values`);
  if (needsValue && (fields.value === undefined || fields.value === null)) {
    throw validationError(`${operator} on ${propertyName} needs a value`);
  }
  if (operator === "BETWEEN" && (fields.highValue === undefined || fields.highValue === null)) {
    throw validationError(`BETWEEN on ${propertyName} needs a highValue`);
  }
  return {
    propertyName,
    operator,
    values,
    value: textOf(fields.value),
    highValue: textOf(fields.highValue),
  };
}

function parseSort(sorts: readonly unknown[], store: ObjectStore): SearchRequest["sort"] {
  if (sorts.length > 1) throw validationError("Only one sort is allowed");
  const [first] = sorts;
  if (first === undefined) return undefined;
  if (typeof first === "string") {
    const descending = first.startsWith("-");
    const property = descending ? first.slice(1) : first;
    refuseUnknown(property, store);
    return { property, descending };
  }
  const fields = object(first, "sort");
  const property = textOf(fields.propertyName);
  refuseUnknown(property, store);
  const direction = textOf(fields.direction ?? "ASCENDING");
  if (direction !== "ASCENDING" && direction !== "DESCENDING") {
    throw validationError(`A sort's direction is ASCENDING or DESCENDING, not ${direction}`);
  }
  return { property, descending: direction === "DESCENDING" };
}

function refuseUnknown(property: string, store: ObjectStore): void {
  if (store.properties.find(property) !== undefined) return;
  // Custom objects cannot be searched by, nor search by, associations (hubspot-facts §3).
  const associated = store.associationType(property);
  if (associated !== undefined && !associated.id.startsWith("2-") && !store.type.id.startsWith("2-")) return;
  const [, typeName] = /^associations\.(.+)$/.exec(property) ?? [];
  if (typeName !== undefined && unknownType(typeName).status === 501) throw unknownType(typeName);
  const message = `Property "${property}" does not exist for ${store.type.name}`;
  throw validationError(message, [{ message, code: "PROPERTY_DOESNT_EXIST", context: { propertyName: [property] } }]);
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw validationError(`${what} must be an object`);
}

function array(value: unknown, what: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw validationError(`${what} must be an array`);
}

function integer(value: unknown, fallback: number, what: string): number {
  if (value === undefined || value === null || value === "") return fallback;
  const number = numberOf(value);
  if (!Number.isInteger(number) || number < 0)
    throw validationError(`${what} must be a whole number, got ${textOf(value)}`);
  return number;
}
