import type { EpochMs } from "../../ports/ids.ts";
import type { Counts } from "../apply/tally.ts";

/** The parts of a full pass, in order. `settle`: records that had to be looked at again. */
export type Phase = "remote" | "local" | "missing" | "settle";

/** How far a full pass is. */
export interface SyncProgress {
  /**
   * `remote`: HubSpot's list, `local`: ours, `missing`: pairs HubSpot did not list, `settle`: records looked at again.
   */
  readonly phase: Phase;
  /** Records looked at in this phase. */
  readonly done: number;
  /** Records of this phase as far as is known. */
  readonly total?: number;
  /** Records a second in this process and phase; 0 before there is a figure. */
  readonly ratePerSecond: number;
  /** Milliseconds until the phase is through; null while the total or the rate is not known. */
  readonly etaMs: number | null;
  /** By action, since the run began. */
  readonly counts: Counts;
}

export interface Meter {
  report(phase: Phase, done: number, counts: Counts, total?: number): SyncProgress;
}

/** Turns "so many done" into rate and time left. The rate is of this process: a resumed run does not count its past. */
export function createMeter(now: () => EpochMs): Meter {
  let phase: Phase | null = null;
  let startedAt = 0;
  let startedWith = 0;
  return {
    report(next, done, counts, total) {
      if (next !== phase) {
        phase = next;
        startedAt = now();
        startedWith = done;
      }
      const seconds = (now() - startedAt) / 1_000;
      const ratePerSecond = seconds > 0 ? (done - startedWith) / seconds : 0;
      const left = total === undefined ? null : Math.max(0, total - done);
      const etaMs = left === null || ratePerSecond === 0 ? null : Math.round((left / ratePerSecond) * 1_000);
      return { phase: next, done, ...(total !== undefined && { total }), ratePerSecond, etaMs, counts };
    },
  };
}
