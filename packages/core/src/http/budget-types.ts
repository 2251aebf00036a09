import type { WindowSize } from "../limits/response-window.ts";
import type { Lane } from "../model/lane.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { LeaseOptions } from "./budget-lease.ts";

/** The right to send one request. Hand it back with `settle`, exactly once. */
export interface Permit {
  /** Slots in use when it was taken. */
  readonly ownAtSend: number;
  readonly sentBefore: number;
  readonly takenAt: EpochMs;
}

export interface BudgetOptions {
  /** Until HubSpot's headers say otherwise. */
  readonly size: WindowSize;
  /** The host's own ceiling, kept even where HubSpot allows more. */
  readonly ceiling?: number;
  /**
   * One call at a time until the first answer: its headers tell what another process, killed a moment ago perhaps, has
   * used of the window. Default: the whole quota at once.
   */
  readonly slowStart?: boolean;
  /** Shared with other processes. */
  readonly lease?: LeaseOptions;
}

export interface BudgetState {
  readonly limit: number;
  readonly windowMs: number;
  readonly used: number;
  /** Slots left to other programs on the same quota. */
  readonly foreign: number;
  /** Slots this process has of a shared budget; null where it is not shared. */
  readonly leased: number | null;
  readonly inFlight: number;
  readonly queued: Readonly<Record<Lane, number>>;
  readonly blockedUntil: EpochMs | null;
}

/** Where a call would stand if it were made now. */
export interface QueueEstimate {
  /** Whether it would have to wait. */
  readonly queued: boolean;
  /** Calls that would go before it. */
  readonly position: number;
  /** About how long until it would go. */
  readonly etaMs: number;
}
