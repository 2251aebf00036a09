import { type ErrorCode, isHubspokeError } from "@hubspoke/core/errors";

/** A store does not keep a duty. */
export class ContractViolation extends Error {
  /** Told in a runner's report; its message says which duty, and what was found instead. */
  override readonly name: string = "ContractViolation";
}

/** Deep equality of plain data. A missing field equals nothing, not even `undefined`; bytes must be a `Uint8Array`. */
export function same(actual: unknown, expected: unknown, duty: string): void {
  if (!equal(actual, expected)) {
    throw new ContractViolation(`${duty}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

export function holds(condition: boolean, duty: string): void {
  if (!condition) throw new ContractViolation(duty);
}

/** The call must be refused with this code. */
export async function refused(code: ErrorCode, work: Promise<unknown>, duty: string): Promise<void> {
  const outcome = await work.then(
    () => "an answer",
    (error: unknown) => (isHubspokeError(error) ? error.code : `a foreign error (${String(error)})`),
  );
  same(outcome, code, duty);
}

/** `rows` in a stable order, for stores that promise none. */
export function sorted<T>(rows: readonly T[], by: (row: T) => string | number): T[] {
  return [...rows].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
}

function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((x, i) => x === b[i]);
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? `<${inner.length} bytes>` : inner,
  );
  return text === undefined ? String(value) : text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
