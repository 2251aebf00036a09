import type { Reply, SeenRequest } from "../http/fake-hubspot.fixture.ts";
import { contact } from "./test-clients.fixture.ts";

interface SearchRequest {
  readonly filterGroups: readonly {
    readonly filters: readonly { readonly propertyName: string; readonly operator: string; readonly value?: string }[];
  }[];
  readonly sorts: readonly { readonly propertyName: string; readonly direction: string }[];
  readonly limit: number;
  readonly after?: string;
}

export interface FakeRecords {
  readonly ids: readonly string[];
  /** `inclusive`: the cursor is the next record's id, else the last one's. Both have been seen. */
  readonly list: (cursor: "inclusive" | "exclusive") => (request: SeenRequest) => Reply;
  readonly search: (request: SeenRequest) => Reply;
}

/** Contacts by id behind a list with id cursors and a search with HubSpot's caps, both of a size tests can count on. */
export function fakeRecords(
  count: number,
  idOf: (index: number) => number = (index) => 1_000 + index * 7,
): FakeRecords {
  const ids = Array.from({ length: count }, (_, i) => idOf(i));
  const page = (found: readonly number[], limit: number, next: (last: number, to: number) => string): Reply => {
    const results = found.slice(0, limit).map((id) => contact(String(id)));
    const more = found.length > limit;
    const after = next(found[Math.min(limit, found.length) - 1] ?? 0, found[limit] ?? 0);
    return { body: { total: found.length, results, ...(more ? { paging: { next: { after } } } : {}) } };
  };
  return {
    ids: ids.map(String),
    list:
      (cursor: "inclusive" | "exclusive") =>
      ({ query }: SeenRequest): Reply => {
        const after = Number(query.get("after") ?? 0);
        const from = cursor === "inclusive" ? after : after + 1;
        const found = ids.slice(lowerBound(ids, from), lowerBound(ids, from) + Number(query.get("limit")) + 1);
        return page(found, Number(query.get("limit")), (last, to) => String(cursor === "inclusive" ? to : last));
      },
    search: ({ body }: SeenRequest): Reply => {
      const { filterGroups, sorts, limit, after = "0" } = body as SearchRequest;
      if (Number(after) + limit > 10_000) return { status: 400, body: { category: "VALIDATION_ERROR" } };
      const beyond = filterGroups
        .flatMap((group) => group.filters)
        .filter(({ propertyName, operator }) => propertyName === "hs_object_id" && operator === "GT")
        .map(({ value }) => Number(value));
      const found = ids.slice(lowerBound(ids, Math.min(...beyond, Number.MAX_SAFE_INTEGER - 1) + 1));
      const all = beyond.length === 0 ? ids : found;
      const sorted = sorts[0]?.direction === "DESCENDING" ? all.toReversed() : all;
      return page(sorted.slice(Number(after)), limit, () => String(Number(after) + limit));
    },
  };
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
