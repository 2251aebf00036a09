import type { SimClock } from "../base/clock.ts";
import type { HubSpotSimulator } from "../simulator-api.ts";
import type { WebhookTarget } from "../webhooks/outbox.ts";

/** HubSpot gathers events for a moment before it sends them. */
const GATHER_MS = 100;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_600_000;

export interface PumpParts {
  readonly simulator: HubSpotSimulator;
  readonly clock: SimClock;
  readonly watch: (listener: (() => void) | undefined) => void;
  readonly isAwaited: () => boolean;
}

/** Delivers changes soon after they happen, and failed ones again at growing intervals. */
export function pumpWebhooks(
  target: WebhookTarget,
  { simulator, clock, watch, isAwaited }: PumpParts,
): { stop(): void } {
  let stopped = false;
  let scheduled = false;
  let failures = 0;

  /** Without an address of its own it serves the apps that have one. */
  function hasWork(): boolean {
    return target.url === undefined ? isAwaited() : simulator.pendingWebhooks.length > 0;
  }

  function schedule(): void {
    if (scheduled || stopped || !hasWork()) return;
    scheduled = true;
    const retry = failures === 0 ? 0 : Math.min(FIRST_RETRY_MS * 4 ** (failures - 1), LONGEST_RETRY_MS);
    void clock.sleep(GATHER_MS + retry).then(deliver);
  }

  async function deliver(): Promise<void> {
    scheduled = false;
    if (stopped) return;
    const { failed } = await simulator.deliverWebhooks(target);
    failures = failed > 0 ? failures + 1 : 0;
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
