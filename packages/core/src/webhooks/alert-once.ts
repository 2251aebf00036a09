import type { Alert, AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { isPromise } from "../util/maybe-async.ts";

export interface AlertOnce {
  /** Raises at most once a day per key. Returns at once: a sink that is slow or fails holds nothing up. */
  raise(alert: Omit<Alert, "at">): void;
}

const quietMs = 24 * 60 * 60 * 1000;
/** Keys remembered; beyond it the oldest is forgotten, so that a flood of keys costs alerts and not memory. */
const maxKeys = 1_000;

export function createAlertOnce(
  sink: AlertSink | undefined,
  clock: Pick<Clock, "now">,
  logger: Logger | undefined,
): AlertOnce {
  const raisedAt = new Map<string, number>();
  const failed = (alert: Omit<Alert, "at">) => logger?.error("alert.failed", { name: alert.name, key: alert.key });
  return {
    raise(alert) {
      const at = clock.now();
      const last = raisedAt.get(alert.key);
      if (last !== undefined && at - last < quietMs) return;
      raisedAt.delete(alert.key);
      raisedAt.set(alert.key, at);
      if (raisedAt.size > maxKeys) raisedAt.delete(raisedAt.keys().next().value as string);
      try {
        const done = sink?.raise({ ...alert, at });
        if (done !== undefined && isPromise(done)) done.catch(() => failed(alert));
      } catch {
        failed(alert);
      }
    },
  };
}
