import { HubspokeError } from "../errors/hubspoke-error.ts";

/** A store's port with the promises taken off: what one tick of plain code can answer. */
export type Sync<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never;
};

/** Bytes one sealed value may hold: the same bound the SQLite store keeps, so that tests on memory meet it too. */
export const maxValueBytes: number = 16 * 1024 * 1024;

/**
 * Turns a synchronous store into the port. Every call runs whole within one tick, so it is atomic and its racers have
 * one winner; arguments and answers are copied here, once for all stores, so nobody can edit a stored row in place.
 */
export function expose<T extends object>(store: Sync<T>, closed: () => boolean): T {
  const methods = Object.entries(store as Record<string, (...args: unknown[]) => unknown>);
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      async (...args: unknown[]): Promise<unknown> => {
        if (closed()) throw closedError();
        args.forEach(refuseOversized);
        return structuredClone(method(...structuredClone(args)));
      },
    ]),
  ) as T;
}

export function closedError(): HubspokeError<"STORE_CLOSED"> {
  return new HubspokeError("STORE_CLOSED", "the memory storage was closed; make a new one with memoryStorage()");
}

/** Before anything is stored: a batch with one oversized row must leave nothing behind. */
function refuseOversized(argument: unknown): void {
  for (const row of Array.isArray(argument) ? (argument as unknown[]) : [argument]) {
    const sealed = typeof row === "object" && row !== null && "sealed" in row ? row.sealed : row;
    if (sealed instanceof Uint8Array && sealed.byteLength > maxValueBytes) {
      throw new HubspokeError(
        "STORE_VALUE_TOO_LARGE",
        `a sealed value of ${sealed.byteLength} bytes exceeds the store's ${maxValueBytes}; store less per row`,
        { details: { bytes: sealed.byteLength, maxBytes: maxValueBytes } },
      );
    }
  }
}
