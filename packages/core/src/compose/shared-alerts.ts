import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertStore } from "../ports/alert-store.ts";
import type { Alert, AlertName, AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { bounded } from "../util/bounded.ts";

/** An alert that nobody raised for this long is over, though no process cleared it: the one that could is no more. */
const lapseMs = 3_600_000;
/** Raised again within this time, an alert that is raised all the while is not even taken to the store. */
const quietMs = 60_000;
/**
 * Raised at each failure as long as it lasts. Of any other each counts: what another process has said to be over, because
 * somebody resolved or resumed it, may have happened again within the minute, and nobody will say so a second time.
 */
const raisedAllTheWhile: ReadonlySet<AlertName> = new Set([
  "auth.invalid",
  "hubspot.unavailable",
  "rate.limited",
  "rate.daily_reserve",
  "storage.unavailable",
  "audit.failed",
  "webhook.rejected",
  "sync.delayed",
  "sync.errors_high",
]);

/** An alert sink that tells each trouble once, whichever of the processes on one storage meet it. */
export interface SharedAlerts extends Required<AlertSink> {
  /** What is open for a tenant, or for none. */
  open(tenant: Tenant | null): Promise<readonly Alert[]>;
  /** Tells somebody else as well, from now on. */
  listen(sink: AlertSink): void;
}

export interface SharedAlertsDeps {
  /** The host's own sink. */
  readonly sink: AlertSink;
  readonly store: AlertStore;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Logger;
}

/**
 * Puts the store between those who raise and the host's sink. Never rejects: an alert about a broken database is told
 * all the same, once by each process, and a sink that fails is logged.
 */
export function sharedAlerts({ sink, store, clock, logger }: SharedAlertsDeps): SharedAlerts {
  const sinks: AlertSink[] = [sink];
  const raised = bounded<string, EpochMs>(10_000);
  const keyOf = (tenant: Tenant | null | undefined, key: string): string => JSON.stringify([tenant ?? null, key]);

  async function attempt<T>(work: () => T | Promise<T>, event: string, alert: string): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      logger.error(event, { alert, code: isHubspokeError(error) ? error.code : "INTERNAL" });
      return undefined;
    }
  }

  return {
    async raise(alert) {
      const key = keyOf(alert.tenant, alert.key);
      const last = raised.get(key);
      if (last !== undefined && alert.at - last < quietMs && raisedAllTheWhile.has(alert.name)) return;
      raised.set(key, alert.at);
      const outcome = await attempt(() => store.open(alert, lapseMs), "alert.not_shared", alert.name);
      const alone = outcome === undefined && (last === undefined || alert.at - last >= lapseMs);
      if (outcome !== "new" && !alone) return;
      for (const one of sinks) await attempt(() => one.raise(alert), "alert.failed", alert.name);
    },
    async clear(tenant, key) {
      raised.delete(keyOf(tenant, key));
      const cleared = await attempt(() => store.clear(tenant, key, clock.now()), "alert.not_cleared", key);
      if (cleared !== true) return;
      for (const one of sinks) await attempt(() => one.clear?.(tenant, key), "alert.failed", key);
    },
    open: (tenant) => store.list(tenant, 100),
    listen: (one) => void sinks.push(one),
  };
}

/** Closes what is open about the tenant's connection: it was just made anew. */
export async function clearConnectionAlerts(alerts: SharedAlerts, tenant: Tenant): Promise<void> {
  for (const { name, key } of await alerts.open(tenant)) {
    if (name.startsWith("auth.") || name === "portal.mismatch") await alerts.clear(tenant, key);
  }
}
