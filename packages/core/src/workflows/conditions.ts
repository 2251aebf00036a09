/** What a condition looks at: `type`, `at`, `data.<name>` of the event, or `contact.<property>` as HubSpot has it. */
export interface Condition {
  /** `localId` as well; dots go into `data`. What is not there is nothing, and no error. */
  readonly field: string;
  /** Texts compare without case; numbers as numbers where both sides are some. */
  readonly operator: Operator;
  /** A list for `in` and `not-in`; none for `exists` and `missing`. */
  readonly value?: string | number | boolean | readonly (string | number)[] | undefined;
}

export const operators = [
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "contains",
  "not-contains",
  "in",
  "not-in",
  "exists",
  "missing",
] as const;
/** How a condition compares. */
export type Operator = (typeof operators)[number];

/** A field's value, wherever it comes from; undefined for what is not there. */
export type Resolve = (field: string) => unknown;

/** A condition, and whether it holds for an event. */
export interface JudgedCondition extends Condition {
  /** Whether this one does; a trigger needs all of its own. */
  readonly holds: boolean;
  /** What was found; null for nothing. For the page on which somebody tries a trigger out. */
  readonly actual: string | number | boolean | readonly unknown[] | null;
}

/**
 * Each condition with whether it holds. Pure. Text compares without case; numbers compare as numbers where both sides are
 * some, HubSpot's texts of digits included; nothing is neither equal nor unequal to anything but `neq`, `not-in`,
 * `not-contains` and `missing`.
 */
export function judge(conditions: readonly Condition[], resolve: Resolve): readonly JudgedCondition[] {
  return conditions.map((condition) => {
    const actual = resolve(condition.field);
    return { ...condition, actual: shown(actual), holds: holds(condition, actual) };
  });
}

function holds({ operator, value }: Condition, actual: unknown): boolean {
  const there = actual !== undefined && actual !== null && actual !== "";
  switch (operator) {
    case "exists":
      return there;
    case "missing":
      return !there;
    case "eq":
      return there && equal(actual, value);
    case "neq":
      return !there || !equal(actual, value);
    case "in":
      return there && listOf(value).some((one) => equal(actual, one));
    case "not-in":
      return !there || !listOf(value).some((one) => equal(actual, one));
    case "contains":
      return there && contains(actual, value);
    case "not-contains":
      return !there || !contains(actual, value);
    case "gt":
      return compare(actual, value, (a, b) => a > b);
    case "gte":
      return compare(actual, value, (a, b) => a >= b);
    case "lt":
      return compare(actual, value, (a, b) => a < b);
    case "lte":
      return compare(actual, value, (a, b) => a <= b);
  }
}

function equal(a: unknown, b: unknown): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x === y;
  return textOf(a).toLowerCase() === textOf(b).toLowerCase();
}

function contains(actual: unknown, value: unknown): boolean {
  if (Array.isArray(actual)) return actual.some((one) => equal(one, value));
  return textOf(actual)
    .toLowerCase()
    .includes(textOf(value ?? "").toLowerCase());
}

function compare(a: unknown, b: unknown, is: (a: number, b: number) => boolean): boolean {
  const [x, y] = [orderOf(a), orderOf(b)];
  return x !== null && y !== null && is(x, y);
}

/** An event's data is whatever JSON holds: an object with a `toString` of its own is no text to JavaScript. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

/** Numbers, and moments in ISO 8601. */
function orderOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number !== null || typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value)) return number;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function listOf(value: Condition["value"]): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function shown(value: unknown): JudgedCondition["actual"] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return Array.isArray(value) ? value : null;
}

/** Text with `{{field}}` filled in; what is not there is left empty. */
export function filled(template: string, resolve: Resolve): string {
  return template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_whole, field: string) => {
    const value = resolve(field);
    return value === undefined || value === null ? "" : textOf(value);
  });
}

/** The contact's properties that a set of texts asks for. */
export function contactProperties(fields: readonly string[]): readonly string[] {
  return [...new Set(fields.flatMap((field) => (field.startsWith("contact.") ? field.slice("contact.".length) : [])))];
}

/** The fields that a template names. */
export function fieldsOf(template: string): readonly string[] {
  return [...template.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map((match) => match[1] ?? "");
}
