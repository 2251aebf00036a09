import type { WindowSize } from "../limits/response-window.ts";
import type { Lane } from "../model/lane.ts";
import type { EpochMs } from "../ports/ids.ts";

/** The right to send one request. Hand it back with `settle`, exactly once. */
export interface Permit {
  readonly ownAtSend: number;
  readonly sentBefore: number;
  readonly takenAt: EpochMs;
}

export interface BudgetOptions {
  /** Until HubSpot's headers say otherwise. */
  readonly size: WindowSize;
  /** The host's own ceiling, kept even where HubSpot allows more. */
  readonly ceiling?: number;
}

export interface BudgetState {
  readonly limit: number;
  readonly windowMs: number;
  readonly used: number;
  /** Slots left to other programs on the same quota. */
  readonly foreign: number;
  readonly inFlight: number;
  readonly queued: Readonly<Record<Lane, number>>;
  readonly blockedUntil: EpochMs | null;
}
