import { validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";

type Test = (value: string) => boolean;

/** One condition of a subscription's filter, about one property of the record. */
export interface Condition {
  readonly property: string;
  readonly test: Test;
}

const OPERATORS: Readonly<Record<string, (value: string, values: readonly string[]) => Test>> = {
  EQ: (value) => (actual) => actual === value,
  N_EQ: (value) => (actual) => actual !== value,
  LT: (value) => (actual) => compare(actual, value) < 0,
  LTE: (value) => (actual) => compare(actual, value) <= 0,
  GT: (value) => (actual) => compare(actual, value) > 0,
  GTE: (value) => (actual) => compare(actual, value) >= 0,
  CONTAINS: (value) => (actual) => actual.includes(value),
  STARTS_WITH: (value) => (actual) => actual.startsWith(value),
  ENDS_WITH: (value) => (actual) => actual.endsWith(value),
  IN: (_, values) => (actual) => values.includes(actual),
  NOT_IN: (_, values) => (actual) => !values.includes(actual),
  IS_EMPTY: () => (actual) => actual === "",
  IS_NOT_EMPTY: () => (actual) => actual !== "",
};

/** All of `filter.conditions` must hold. */
export function readConditions(filter: unknown): Condition[] {
  const { conditions } = (filter ?? {}) as Record<string, unknown>;
  if (!Array.isArray(conditions) || conditions.length === 0) throw validationError("filter.conditions is required");
  return conditions.map((raw: unknown) => {
    const { filterType, property, operator, value, values } = (raw ?? {}) as Record<string, unknown>;
    if (filterType !== "CRM_OBJECT_PROPERTY") throw validationError(`Unknown filterType ${textOf(filterType)}`);
    const compile = OPERATORS[textOf(operator)];
    if (compile === undefined) throw validationError(`Unknown operator ${textOf(operator)}`);
    const list = Array.isArray(values) ? values.map(textOf) : [];
    return { property: textOf(property), test: compile(textOf(value), list) };
  });
}

/** As numbers where both are; a record without the value is never less or more. */
function compare(a: string, b: string): number {
  if (a === "") return Number.NaN;
  const [left, right] = [Number(a), Number(b)];
  if (Number.isNaN(left) || Number.isNaN(right)) return a < b ? -1 : a > b ? 1 : 0;
  return left - right;
}
