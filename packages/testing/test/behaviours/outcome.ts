import { isDeepStrictEqual } from "node:util";

/** What was asked and what came do not agree. Its message holds no value that could be somebody's. */
export class Disagreement extends Error {}

/** It could not be asked: a scope is missing, a limit was met, nothing answered. */
export class CouldNot extends Error {}

/** @param what in words, for the report: `the status`, `the category` */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Disagreement(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

export function holds(what: string, condition: boolean): void {
  if (!condition) throw new Disagreement(`${what}: does not hold`);
}

/** Numbers, booleans, codes and lists of these; of any other text only that it is one. */
function show(value: unknown): string {
  if (value === null || ["number", "boolean", "undefined"].includes(typeof value)) return String(value);
  if (typeof value === "string")
    return /^[A-Z][A-Z_]{2,}$/.test(value) ? value : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return "an object";
}
