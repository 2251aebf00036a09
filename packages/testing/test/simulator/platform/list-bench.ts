import type { Answer, Bench } from "../helpers.ts";

export const LISTS = "/crm/lists/2026-09";

export interface Branch {
  readonly filterBranchType: string;
  readonly filterBranches: Branch[];
  readonly filters: Record<string, unknown>[];
}

/** One property filter as the only branch. */
export function where(...filters: [property: string, operation: Record<string, unknown>][]): Branch {
  return {
    filterBranchType: "OR",
    filterBranches: [
      {
        filterBranchType: "AND",
        filterBranches: [],
        filters: filters.map(([property, operation]) => ({ filterType: "PROPERTY", property, operation })),
      },
    ],
    filters: [],
  };
}

export function inCity(value: string): Branch {
  return where(["city", { operationType: "MULTISTRING", operator: "IS_EQUAL_TO", values: [value] }]);
}

export async function made({ call }: Bench, more: Record<string, unknown> = {}): Promise<Answer["body"]> {
  const body = { name: "Friends", objectTypeId: "0-1", processingType: "MANUAL", ...more };
  return (await call(`POST ${LISTS}`, body)).body.list;
}

export async function idsOn({ call }: Bench, listId: string): Promise<string[]> {
  const { results } = (await call(`GET ${LISTS}/${listId}/memberships`)).body;
  return results.map(({ recordId }: { recordId: string }) => recordId);
}
