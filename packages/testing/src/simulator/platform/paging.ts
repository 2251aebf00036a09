import { validationError } from "../base/api-error.ts";

export interface Paged<T> {
  readonly results: readonly T[];
  readonly paging?: { readonly next: { readonly after: string } };
}

/** A page by offset: `after` counts what came before it. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams, most: number, usual: number): Paged<T> {
  const limit = wholeNumber(query.get("limit"), usual, "limit");
  if (limit < 1 || limit > most) throw validationError(`limit must be between 1 and ${most}`);
  const from = wholeNumber(query.get("after"), 0, "after");
  const next = from + limit;
  return {
    results: all.slice(from, next),
    ...(next < all.length ? { paging: { next: { after: String(next) } } } : {}),
  };
}

export function wholeNumber(text: string | null | undefined, fallback: number, name: string): number {
  if (text === null || text === undefined || text === "") return fallback;
  if (!/^\d+$/.test(text)) throw validationError(`${name} must be a whole number, got ${text}`);
  return Number(text);
}
