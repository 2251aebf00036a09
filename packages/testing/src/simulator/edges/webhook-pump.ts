import type { SimClock } from "../base/clock.ts";
import type { HubSpotSimulator } from "../simulator-api.ts";
import type { WebhookTarget } from "../webhooks/delivery.ts";

/** HubSpot gathers events for a moment before it sends them. */
const GATHER_MS = 100;
/** HubSpot has this many requests under way at once for one account (hubspot-facts §5.3). */
const CONCURRENCY = 10;

export interface PumpParts {
  readonly simulator: HubSpotSimulator;
  readonly clock: SimClock;
  readonly watch: (listener: (() => void) | undefined) => void;
  /** How long until something is due for this target; `undefined` when nothing waits for it. */
  readonly untilDue: (target: WebhookTarget) => number | undefined;
}

/** Delivers changes soon after they happen, and failed ones again when HubSpot would. */
export function pumpWebhooks(
  target: WebhookTarget,
  { simulator, clock, watch, untilDue }: PumpParts,
): { stop(): void } {
  const options: WebhookTarget = { retries: "due", concurrency: CONCURRENCY, ...target };
  let stopped = false;
  let wakeAt = Number.POSITIVE_INFINITY;

  /** Sleeps until the next event is due, or less when one comes up sooner. */
  function schedule(): void {
    if (stopped || wakeAt <= clock.now() + GATHER_MS) return;
    const wait = untilDue(target);
    if (wait === undefined) return;
    const delay = Math.max(GATHER_MS, wait);
    const at = clock.now() + delay;
    if (at >= wakeAt) return;
    wakeAt = at;
    void (clock.idle ?? clock.sleep)(delay).then(() => (wakeAt === at ? deliver() : undefined));
  }

  async function deliver(): Promise<void> {
    wakeAt = Number.POSITIVE_INFINITY;
    if (stopped) return;
    const delivering = simulator.deliverWebhooks(options);
    clock.hold?.(delivering);
    await delivering;
    schedule();
  }

  watch(schedule);
  schedule();
  return {
    stop() {
      stopped = true;
      watch(undefined);
    },
  };
}
