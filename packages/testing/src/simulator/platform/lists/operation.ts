import { validationError } from "../../base/api-error.ts";
import { numberOf, textOf } from "../../base/text-of.ts";
import { notSimulated } from "../not-simulated.ts";

/** A test of one property's value; `undefined` for none. */
export type ValueTest = (value: string | undefined) => boolean;
type KnownTest = (value: string) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/** The `operation` of a property filter. Each kind of property has its own operators. */
export function compileOperation(raw: unknown): ValueTest {
  if (typeof raw !== "object" || raw === null) throw validationError("A property filter needs an operation");
  const fields = raw as Fields;
  const type = textOf(fields.operationType);
  const operator = textOf(fields.operator);
  const compile = OPERATIONS[`${type} ${operator}`];
  if (compile === undefined) throw notSimulated(`The list filter operation ${type} ${operator}`);
  const test = compile(fields);
  if (type === "ALL_PROPERTY") return (value) => test(value ?? "");
  const missing = fields.includeObjectsWithNoValueSet === true;
  return (value) => (value === undefined || value === "" ? missing : test(value));
}

const OPERATIONS: Readonly<Record<string, (fields: Fields) => KnownTest>> = {
  "ALL_PROPERTY IS_KNOWN": () => (value) => value !== "",
  "ALL_PROPERTY IS_NOT_BLANK": () => (value) => value !== "",
  "ALL_PROPERTY IS_UNKNOWN": () => (value) => value === "",
  "ALL_PROPERTY IS_BLANK": () => (value) => value === "",
  ...texts("STRING", (fields) => [text(fields)]),
  ...texts("MULTISTRING", (fields) => values(fields)),
  "NUMBER IS_EQUAL_TO": numbers((a, b) => a === b),
  "NUMBER IS_NOT_EQUAL_TO": numbers((a, b) => a !== b),
  "NUMBER IS_GREATER_THAN": numbers((a, b) => a > b),
  "NUMBER IS_GREATER_THAN_OR_EQUAL_TO": numbers((a, b) => a >= b),
  "NUMBER IS_LESS_THAN": numbers((a, b) => a < b),
  "NUMBER IS_LESS_THAN_OR_EQUAL_TO": numbers((a, b) => a <= b),
  "NUMBER_RANGED IS_BETWEEN": ranged(true),
  "NUMBER_RANGED IS_NOT_BETWEEN": ranged(false),
  "BOOL IS_EQUAL_TO": (fields) => {
    const wanted = text(fields);
    return (actual) => actual === wanted;
  },
  "BOOL IS_NOT_EQUAL_TO": (fields) => {
    const wanted = text(fields);
    return (actual) => actual !== wanted;
  },
  "ENUMERATION IS_ANY_OF": choices((chosen, wanted) => wanted.some((one) => chosen.has(one))),
  "ENUMERATION IS_NONE_OF": choices((chosen, wanted) => !wanted.some((one) => chosen.has(one))),
  "ENUMERATION CONTAINS_ALL": choices((chosen, wanted) => wanted.every((one) => chosen.has(one))),
  "ENUMERATION DOES_NOT_CONTAIN_ALL": choices((chosen, wanted) => !wanted.every((one) => chosen.has(one))),
  "ENUMERATION IS_EXACTLY": choices(exactly),
  "ENUMERATION IS_NOT_EXACTLY": choices((chosen, wanted) => !exactly(chosen, wanted)),
};

/** Case does not matter; a negative operator holds when none of its values is met. */
function texts(type: string, wanted: (fields: Fields) => string[]): Record<string, (fields: Fields) => KnownTest> {
  const any = (meets: (actual: string, want: string) => boolean, expected: boolean) => (fields: Fields) => {
    const all = wanted(fields).map((one) => one.toLowerCase());
    return (actual: string) => all.some((want) => meets(actual.toLowerCase(), want)) === expected;
  };
  return {
    [`${type} IS_EQUAL_TO`]: any((actual, want) => actual === want, true),
    [`${type} IS_NOT_EQUAL_TO`]: any((actual, want) => actual === want, false),
    [`${type} CONTAINS`]: any((actual, want) => actual.includes(want), true),
    [`${type} DOES_NOT_CONTAIN`]: any((actual, want) => actual.includes(want), false),
    [`${type} STARTS_WITH`]: any((actual, want) => actual.startsWith(want), true),
    [`${type} ENDS_WITH`]: any((actual, want) => actual.endsWith(want), true),
  };
}

function numbers(meets: (actual: number, wanted: number) => boolean): (fields: Fields) => KnownTest {
  return ({ value }) => {
    const wanted = number(value);
    return (actual) => meets(Number(actual), wanted);
  };
}

function ranged(expected: boolean): (fields: Fields) => KnownTest {
  return ({ lowerBound, upperBound }) => {
    const [low, high] = [number(lowerBound), number(upperBound)];
    return (actual) => (Number(actual) >= low && Number(actual) <= high) === expected;
  };
}

function choices(
  meets: (chosen: ReadonlySet<string>, wanted: readonly string[]) => boolean,
): (fields: Fields) => KnownTest {
  return (fields) => {
    const wanted = values(fields);
    return (actual) => meets(new Set(actual.split(";")), wanted);
  };
}

function exactly(chosen: ReadonlySet<string>, wanted: readonly string[]): boolean {
  return chosen.size === new Set(wanted).size && wanted.every((one) => chosen.has(one));
}

function text({ value }: Fields): string {
  if (value === undefined) throw validationError("The operation needs a value");
  return textOf(value);
}

function values(fields: Fields): string[] {
  if (!Array.isArray(fields.values)) throw validationError("The operation needs values");
  return fields.values.map(textOf);
}

function number(value: unknown): number {
  const parsed = numberOf(value);
  if (!Number.isFinite(parsed)) throw validationError(`Not a number: ${textOf(value)}`);
  return parsed;
}
