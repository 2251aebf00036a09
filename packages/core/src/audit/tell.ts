import type { Alert, AlertSink } from "../ports/alerts.ts";
import type { Logger } from "../ports/logger.ts";

/** Starts work that may outlive the answer (`waitUntil` on Workers). The work handles its own failures. */
export type Background = (work: () => Promise<void>) => void;

export interface TellDeps {
  readonly alerts: AlertSink;
  readonly logger: Logger;
  readonly background?: Background | undefined;
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
