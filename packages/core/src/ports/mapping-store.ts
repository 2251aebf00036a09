import type { EpochMs, Tenant } from "./ids.ts";

/** A field mapping edited at run time. `transform` is the name of a registered codec, never code. */
export interface MappingRow {
  readonly tenant: Tenant;
  readonly sync: string;
  readonly localField: string;
  readonly hubspotProperty: string;
  readonly direction: "to-hubspot" | "from-hubspot" | "both";
  readonly transform: string | null;
  readonly updatedAt: EpochMs;
}

/** Duty: `replace` swaps the whole set of a sync in one atomic batch, guarded by `expectedRevision`. */
export interface MappingStore {
  list(tenant: Tenant, sync: string): Promise<{ readonly rows: readonly MappingRow[]; readonly revision: number }>;
  replace(
    tenant: Tenant,
    sync: string,
    rows: readonly MappingRow[],
    expectedRevision: number,
  ): Promise<"written" | "stale">;
}
