import type { Io } from "./io.ts";

export interface Step {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly ratePerSecond: number;
  readonly etaMs: number | null;
}

export interface Progress {
  show(step: Step): void;
  /** Ends the line a terminal is on. */
  end(): void;
}

/** Elsewhere than on a terminal a line is printed this often. */
const plainEveryMs = 5_000;
const redrawEveryMs = 100;
const barWidth = 24;

/** A bar that redraws itself on a terminal, plain lines elsewhere; on `complain`, so that stdout holds the result alone. */
export function createProgress(io: Io): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let phase = "";
  let drawn = false;
  return {
    show(step) {
      const now = io.now();
      const isNew = step.phase !== phase;
      if (!isNew && now - shownAt < (io.isTerminal ? redrawEveryMs : plainEveryMs)) return;
      shownAt = now;
      phase = step.phase;
      drawn = true;
      io.complain(io.isTerminal ? `\r\u001b[K${bar(step)} ${lineOf(step)}` : `${lineOf(step)}\n`);
    },
    end() {
      if (io.isTerminal && drawn) io.complain("\r\u001b[K");
    },
  };
}

function bar({ done, total }: Step): string {
  const filled = total === undefined || total === 0 ? 0 : Math.min(barWidth, Math.round((done / total) * barWidth));
  return `[${"#".repeat(filled)}${".".repeat(barWidth - filled)}]`;
}

function lineOf({ phase, done, total, ratePerSecond, etaMs }: Step): string {
  const count = total === undefined ? `${done}` : `${done} of ${total}`;
  const eta = etaMs === null ? "" : `, ${duration(etaMs)} left`;
  // What is through at once has no rate worth the name.
  const rate = ratePerSecond < 0.5 ? "" : `, ${ratePerSecond.toFixed(0)}/s`;
  return `${phase}: ${count}${rate}${eta}`;
}

/** `1 h 5 min`, `3 min 20 s`, `12 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
