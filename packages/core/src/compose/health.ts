import type { ErrorCode } from "../errors/codes.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertName } from "../ports/alerts.ts";
import type { Ctx } from "../ports/context.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Storage } from "../ports/storage.ts";

/** What whoever watches the process is told: no id and no name of anybody. */
export interface Health {
  /** Whether requests can be served: 200 or 503. A HubSpot that is away is told by `alerts` and is no reason to restart. */
  readonly ok: boolean;
  readonly storage: "well" | ErrorCode;
  /** Troubles people were told about that are not over: the tenant's, and those that concern none. */
  readonly alerts: readonly AlertName[];
  /** Webhook events that wait for the worker, and since when: a worker that stands still shows here. */
  readonly inbox: { readonly waiting: number; readonly oldestReceivedAt: EpochMs | null } | null;
}

const alertsShown = 50;

/** Reads from the storage, which opens it and, where it may, makes its tables: an empty database is no illness. */
export async function checkHealth(storage: Storage, { tenant }: Ctx): Promise<Health> {
  try {
    await storage.tenants.get(tenant);
    const [own, shared, inbox] = await Promise.all([
      storage.openAlerts.list(tenant, alertsShown),
      storage.openAlerts.list(null, alertsShown),
      storage.inbox.depth(),
    ]);
    const alerts = [...new Set([...own, ...shared].map(({ name }) => name))];
    return { ok: true, storage: "well", alerts, inbox };
  } catch (error) {
    if (!isHubspokeError(error)) throw error;
    return { ok: false, storage: error.code, alerts: [], inbox: null };
  }
}
