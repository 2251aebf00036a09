import { queryList } from "../../routing/call.ts";
import { timeOf } from "./input.ts";

/** What files and folders are found by. */
export interface Searchable {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly parentFolderId: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly size?: number;
  readonly type?: string;
  readonly extension?: string;
  readonly isUsableInContent?: boolean;
  readonly expiresAt?: number | undefined;
}

const EXACT = ["path", "type", "extension", "isUsableInContent"] as const;
const RANGED = ["createdAt", "updatedAt", "expiresAt", "size"] as const;

/** Filters and sorts by a search's query parameters; `name` looks inside names. */
export function findIn<T extends Searchable>(all: readonly T[], query: URLSearchParams): T[] {
  const ids = queryList(query, "ids");
  const parents = queryList(query, "parentFolderIds");
  const name = query.get("name")?.toLowerCase();
  const found = all.filter(
    (one) =>
      (ids.length === 0 || ids.includes(one.id)) &&
      (parents.length === 0 || parents.includes(one.parentFolderId ?? "")) &&
      (name === undefined || one.name.toLowerCase().includes(name)) &&
      EXACT.every((field) => !query.has(field) || String(one[field]) === query.get(field)) &&
      RANGED.every((field) => inRange(one[field], field, query)),
  );
  const [sort = "id"] = queryList(query, "sort");
  const field = sort.replace(/^-/, "") as keyof Searchable;
  const sign = sort.startsWith("-") ? -1 : 1;
  return found.sort((a, b) => sign * compare(a[field], b[field]));
}

function inRange(value: number | undefined, field: string, query: URLSearchParams): boolean {
  const limit = (suffix: string) => {
    const text = query.get(field + suffix);
    return text === null ? undefined : /^\d+$/.test(text) ? Number(text) : timeOf(text);
  };
  const [exact, low, high] = [limit(""), limit("Gte"), limit("Lte")];
  if (value === undefined) return exact === undefined && low === undefined && high === undefined;
  return (exact === undefined || value === exact) && value >= (low ?? value) && value <= (high ?? value);
}

function compare(a: Searchable[keyof Searchable], b: Searchable[keyof Searchable]): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a ?? ""), String(b ?? "")];
  return left < right ? -1 : left > right ? 1 : 0;
}
