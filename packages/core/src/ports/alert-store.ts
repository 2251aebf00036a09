import type { Alert } from "./alerts.ts";
import type { EpochMs, Tenant } from "./ids.ts";

/**
 * Open alerts: one per outage, however many processes see it. Duties: among racers raising one (tenant, key) exactly
 * one gets "new"; an alert that is open and was raised within the last `lapseMs` of `alert.at` is "open" and stays as it
 * is but for the time it was last raised; one that was cleared, or that nobody raised for longer (its process died
 * before it could clear it), is "new" again.
 */
export interface AlertStore {
  /**
   * "new": tell people. "open": they were told. `lapseMs` is how long an alert stays open without being raised again.
   */
  open(alert: Alert, lapseMs: number): Promise<"new" | "open">;
  /** True for the one caller that closed it. */
  clear(tenant: Tenant | null, key: string, now: EpochMs): Promise<boolean>;
  /** Those not cleared, newest first. */
  list(tenant: Tenant | null, limit: number): Promise<readonly Alert[]>;
  /** Removes what was last raised before then. */
  deleteBefore(before: EpochMs, limit: number): Promise<number>;
}
