import { validationError } from "../base/api-error.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import { parseTime } from "../properties/normalise.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { SimRecord, Snapshot } from "../state/record.ts";
import type { Filter } from "./request.ts";
import { tokenMatcher } from "./tokens.ts";

export type Predicate = (record: SimRecord, snapshot: Snapshot) => boolean;

export interface SearchRules {
  /** Whether NEQ, NOT_IN and NOT_CONTAINS_TOKEN match records without a value; not verified, default false. */
  readonly negationMatchesMissing: boolean;
}

/** Turns a filter into a test of what search sees of a record. */
export function compileFilter(filter: Filter, store: ObjectStore, rules: SearchRules): Predicate {
  const associated = store.associationType(filter.propertyName);
  if (associated !== undefined) return associationFilter(filter, store, associated.id);
  const definition = store.properties.get(filter.propertyName);
  const number = systemNumber(filter, store);
  if (number !== undefined) return number;
  const test = compileTest(filter, definition);
  const missing = missingMatches(filter, rules);
  return (record, snapshot) => {
    const value = store.records.read(record, snapshot, filter.propertyName);
    return value === undefined || value === "" ? missing : test(value);
  };
}

/** `associations.company EQ 123`: the pseudo-property holds the ids of the records associated. */
function associationFilter({ operator, value, values }: Filter, store: ObjectStore, toType: string): Predicate {
  const wanted = operator === "IN" || operator === "NOT_IN" ? values : [value];
  const any: Predicate = (record) => wanted.some((id) => store.associated(record, toType).has(id));
  switch (operator) {
    case "EQ":
    case "IN":
      return any;
    case "NEQ":
    case "NOT_IN":
      return (record, snapshot) => !any(record, snapshot);
    case "HAS_PROPERTY":
      return (record) => store.associated(record, toType).size > 0;
    case "NOT_HAS_PROPERTY":
      return (record) => store.associated(record, toType).size === 0;
    default:
      throw validationError(`Operator ${operator} is not supported for associations`);
  }
}

/** Ids and system times are numbers already: comparing them as such keeps long walks fast. */
function systemNumber({ operator, propertyName, value, highValue }: Filter, store: ObjectStore): Predicate | undefined {
  const key = systemKey(propertyName, store);
  const low = parseTime(value);
  const high = parseTime(highValue);
  if (key === undefined || low === undefined) return undefined;
  switch (operator) {
    case "LT":
      return (record, snapshot) => key(record, snapshot) < low;
    case "LTE":
      return (record, snapshot) => key(record, snapshot) <= low;
    case "GT":
      return (record, snapshot) => key(record, snapshot) > low;
    case "GTE":
      return (record, snapshot) => key(record, snapshot) >= low;
    case "BETWEEN":
      return high === undefined ? undefined : (record, at) => key(record, at) >= low && key(record, at) <= high;
    default:
      return undefined;
  }
}

function systemKey(property: string, store: ObjectStore): ((record: SimRecord, at: Snapshot) => number) | undefined {
  if (property === "hs_object_id") return (record) => record.num;
  if (property === store.type.lastModified) return (_, snapshot) => snapshot.updatedAt;
  if (property === store.type.created) return (record) => record.createdAt;
  return undefined;
}

function missingMatches({ operator }: Filter, rules: SearchRules): boolean {
  if (operator === "NOT_HAS_PROPERTY") return true;
  const negative = operator === "NEQ" || operator === "NOT_IN" || operator === "NOT_CONTAINS_TOKEN";
  return negative && rules.negationMatchesMissing;
}

function compileTest(filter: Filter, definition: PropertyDefinition): (value: string) => boolean {
  const { operator, value, highValue, values } = filter;
  const compare = comparator(definition);
  const equals = equality(definition);
  switch (operator) {
    case "EQ":
      return (actual) => equals(actual, value);
    case "NEQ":
      return (actual) => !equals(actual, value);
    case "LT":
      return (actual) => compare(actual, value) < 0;
    case "LTE":
      return (actual) => compare(actual, value) <= 0;
    case "GT":
      return (actual) => compare(actual, value) > 0;
    case "GTE":
      return (actual) => compare(actual, value) >= 0;
    case "BETWEEN":
      return (actual) => compare(actual, value) >= 0 && compare(actual, highValue) <= 0;
    case "IN":
    case "NOT_IN": {
      const among = membership(definition, values);
      return operator === "IN" ? among : (actual) => !among(actual);
    }
    case "HAS_PROPERTY":
      return () => true;
    case "NOT_HAS_PROPERTY":
      return () => false;
    case "CONTAINS_TOKEN":
      return tokenMatcher(value);
    case "NOT_CONTAINS_TOKEN": {
      const contains = tokenMatcher(value);
      return (actual) => !contains(actual);
    }
  }
}

/** Negative, zero or positive; NaN (which fails every comparison) when either side is no number or time. */
export function comparator(definition: PropertyDefinition): (a: string, b: string) => number {
  if (definition.type === "number") return (a, b) => Number(a) - Number(b);
  if (definition.type === "date" || definition.type === "datetime") {
    return (a, b) => (parseTime(a) ?? Number.NaN) - (parseTime(b) ?? Number.NaN);
  }
  return (a, b) => {
    const [left, right] = [a.toLowerCase(), b.toLowerCase()];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}

/** Enumeration filters are case-sensitive, others not (hubspot-facts §3). */
function equality(definition: PropertyDefinition): (a: string, b: string) => boolean {
  if (definition.type === "enumeration") return enumerationEquals;
  const compare = comparator(definition);
  return (a, b) => compare(a, b) === 0;
}

/** A multi-checkbox equals each of its values. */
function enumerationEquals(actual: string, wanted: string): boolean {
  return actual === wanted || actual.split(";").includes(wanted);
}

/** IN and NOT_IN want lower-case strings: a value given with capitals fits nothing (hubspot-facts §3). */
function membership(definition: PropertyDefinition, values: readonly string[]): (actual: string) => boolean {
  if (definition.type === "enumeration") return (actual) => values.some((value) => enumerationEquals(actual, value));
  if (definition.type === "string" || definition.type === "phone_number") {
    const wanted = new Set(values);
    return (actual) => wanted.has(actual.toLowerCase());
  }
  const equals = equality(definition);
  return (actual) => values.some((value) => equals(actual, value));
}
