import type { EpochMs, Tenant } from "./ids.ts";

/** A field mapping edited at run time. `transform` is the name of a registered codec, never code. */
export interface MappingRow {
  /** With `sync` and `localField` the row's key. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly sync: string;
  /** Replaces the declared field of this name, or adds one. */
  readonly localField: string;
  /** One property, or the several a transform such as `full-name` is made of, in its order. */
  readonly hubspotProperties: readonly string[];
  /** A one-way field puts an edit on its destination back. */
  readonly direction: "to-hubspot" | "from-hubspot" | "both";
  /** Null: the property's text by the type the account gives it. */
  readonly transform: string | null;
  /** What the transform is told: `{ region: "CA" }`, an enum's values. Names and settings, no data of a person. */
  readonly options: Readonly<Record<string, string>>;
  /** When the set it came in was stored. */
  readonly updatedAt: EpochMs;
}

/**
 * Duties: `replace` swaps the whole set of a sync in one atomic batch, guarded by `expectedRevision` (0 before the first
 * set): of racers with one revision exactly one writes. The revision grows with every set, an empty one included.
 */
export interface MappingStore {
  /** In order of local field. */
  list(tenant: Tenant, sync: string): Promise<{ readonly rows: readonly MappingRow[]; readonly revision: number }>;
  /** "stale" where the revision moved: somebody else stored a set. */
  replace(
    tenant: Tenant,
    sync: string,
    rows: readonly MappingRow[],
    expectedRevision: number,
  ): Promise<"written" | "stale">;
}
