import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";

/** Which sync of whom. */
export interface Of {
  readonly tenant: Tenant;
  readonly name: string;
}

/** How one record fared. */
export interface Fared {
  readonly result:
    | { readonly status: "failed" | "retry"; readonly code: string }
    | { readonly status: "done" | "again" };
}

/** How syncs fare: numbers for whoever keeps metrics, and the two alerts that tell when changes do not travel. */
export interface SyncHealth {
  /** Records that were worked on: how they fared, and how long the oldest of them had waited. */
  note(of: Of & { readonly portalId: PortalId }, outcomes: readonly Fared[], oldestMarkedAt?: EpochMs): Promise<void>;
  /** What waits now. */
  watch(of: Of): Promise<void>;
}
