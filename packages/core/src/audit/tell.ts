import type { Alert, AlertSink } from "../ports/alerts.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";

/** Starts work that may outlive the answer (`waitUntil` on Workers). The work handles its own failures. */
export type Background = (work: () => Promise<void>) => void;

export interface TellDeps {
  readonly alerts: AlertSink;
  readonly logger: Logger;
  readonly background?: Background | undefined;
}

/** Tells that the trouble behind a key is over, in the same way. */
export function tellOver({ alerts, logger, background }: TellDeps, tenant: Tenant | null, key: string): void {
  const clear = async () => {
    try {
      await alerts.clear?.(tenant, key);
    } catch {
      logger.error("alert.failed", { key });
    }
  };
  if (background === undefined) void clear();
  else background(clear);
}

/** Raises an alert without waiting for it: a slow or broken pager must not slow down or break a look-up. */
export function tell({ alerts, logger, background }: TellDeps, alert: Alert): void {
  const raise = async () => {
    try {
      await alerts.raise(alert);
    } catch {
      logger.error("alert.failed", { alert: alert.name, key: alert.key });
    }
  };
  if (background === undefined) void raise();
  else background(raise);
}
