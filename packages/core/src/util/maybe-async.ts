/**
 * A value that may already be here. Node's crypto answers at once and WebCrypto by promise: code over both
 * stays synchronous where it can be, and callers simply `await` (or `chain` where every microsecond counts).
 */
export type MaybeAsync<T> = T | Promise<T>;

/** Runs `next` on the value: now if it is here, later if it is a promise. A throw in `next` is a throw or a rejection. */
export function chain<T, U>(value: MaybeAsync<T>, next: (value: T) => MaybeAsync<U>): MaybeAsync<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** `Promise.all` that stays synchronous when nothing in the list is a promise. */
export function all<T>(values: readonly MaybeAsync<T>[]): MaybeAsync<T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as T[]);
}

/** Duck-typed, because a promise of another realm (a Worker, a vm) is no `instanceof Promise` of this one. */
export function isPromise<T>(value: MaybeAsync<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
