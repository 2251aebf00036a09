import type { EpochMs } from "../ports/ids.ts";
import type { SetupStatus, SetupStepStatus } from "./definition.ts";

/** Where a tenant's setup stands: what each step has come to. Pure but for what it remembers. */
export class SetupProgress {
  readonly #steps = new Map<string, SetupStepStatus>();
  schema: SetupStatus["schema"] = null;
  /** Not before then. */
  nextAt: EpochMs = 0;
  underWay = false;

  of(name: string): SetupStepStatus {
    return this.#steps.get(name) ?? { name, state: "waiting", tries: 0, errorCode: null, message: null, at: null };
  }

  set(name: string, change: Partial<SetupStepStatus>, at: EpochMs): SetupStepStatus {
    const next = { ...this.of(name), ...change, at };
    this.#steps.set(name, next);
    return next;
  }
}

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

/** How long a step that failed so many times is left alone, milliseconds. */
export function pauseAfter(tries: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, tries - 1));
}
