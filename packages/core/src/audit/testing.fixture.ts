import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogFields, Logger } from "../ports/logger.ts";
import type { Background } from "./tell.ts";

export const start = 1_700_000_000_000;

export interface ManualClock extends Clock {
  /** Moves time and wakes the sleepers it passes, in order, each followed by everything it sets off. */
  advance(ms: number): Promise<void>;
  readonly sleeping: number;
}

/** Lets everything run that waits for nothing but promises. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function manualClock(at: number = start): ManualClock {
  let now = at;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep(ms, signal) {
      const aborted = () => new HubspokeError("ABORTED", "the sleep was aborted");
      if (signal?.aborted) return Promise.reject(aborted());
      return new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(aborted());
        });
      });
    },
    async advance(ms) {
      await settled();
      const end = now + ms;
      for (;;) {
        const due = [...sleepers].filter((sleeper) => sleeper.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        now = due.at;
        sleepers.delete(due);
        due.wake();
        await settled();
      }
      now = end;
      await settled();
    },
    get sleeping() {
      return sleepers.size;
    },
  };
}

/** Remembers everything said to log and people, as text: what a canary is searched in. */
export interface Recorder {
  readonly logger: Logger;
  readonly alerts: { raise(alert: Alert): void };
  readonly raised: Alert[];
  readonly lines: string[];
  spoken(): string;
}

export function recorder(): Recorder {
  const raised: Alert[] = [];
  const lines: string[] = [];
  const log = (event: string, fields?: LogFields) => void lines.push(JSON.stringify([event, fields]));
  return {
    logger: { debug: log, info: log, warn: log, error: log },
    alerts: { raise: (alert) => void raised.push(alert) },
    raised,
    lines,
    spoken: () => `${lines.join("\n")}\n${JSON.stringify(raised)}`,
  };
}

/** Work behind answers, as a server runs it: started at once, awaited when told to. A rejection fails the test. */
export function recordedBackground(): { readonly background: Background; finish(): Promise<void> } {
  const running: Promise<void>[] = [];
  return {
    background: (work) => void running.push(work()),
    async finish() {
      while (running.length > 0) await running.shift();
    },
  };
}

/** Random, as in production. */
export function nextId(): string {
  return crypto.randomUUID();
}
