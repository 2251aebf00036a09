import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Alert, AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

/** Starts work that may outlive the answer (`waitUntil` on Workers). The work handles its own failures. */
export type Background = (work: () => Promise<void>) => void;

export interface ReportsOptions {
  readonly clock: Pick<Clock, "now">;
  readonly logger?: Logger | undefined;
  readonly alerts?: AlertSink | undefined;
  readonly background?: Background | undefined;
}

/** What this room tells logs and people. Fields are names, ids and codes. */
export class Reports {
  readonly #options: ReportsOptions;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  info(event: string, fields: Readonly<Record<string, string | number | boolean>>): void {
    this.#options.logger?.info(event, fields);
  }

  /** Something failed and the work went on without it. */
  failed(event: string, error: unknown, fields: Readonly<Record<string, string | number | boolean>>): void {
    this.#options.logger?.warn(event, { ...fields, code: isHubspokeError(error) ? error.code : "INTERNAL" });
  }

  /** Never waited for: a slow pager must not hold up a token. Without `background`, the work floats. */
  alert(alert: Omit<Alert, "at">): void {
    const { alerts, background, clock } = this.#options;
    if (alerts === undefined) return;
    const raise = async (): Promise<void> => {
      try {
        await alerts.raise({ ...alert, at: clock.now() });
      } catch (error) {
        this.failed("alert.failed", error, { alert: alert.name, key: alert.key });
      }
    };
    if (background === undefined) void raise();
    else background(raise);
  }
}
