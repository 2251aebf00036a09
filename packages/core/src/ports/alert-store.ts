import type { Alert } from "./alerts.ts";
import type { EpochMs, Tenant } from "./ids.ts";

/** Open alerts. Duty: among racers raising one (tenant, key) exactly one gets "new". */
export interface AlertStore {
  open(alert: Alert): Promise<"new" | "open">;
  clear(tenant: Tenant | null, key: string, now: EpochMs): Promise<boolean>;
  list(tenant: Tenant | null, limit: number): Promise<readonly Alert[]>;
}
