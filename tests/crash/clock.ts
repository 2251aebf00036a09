import type { Clock } from "@hubspoke/core/ports";

/** Times as fast as the machine's: a lease of half a minute lapses in little more than a second. */
export const speed = 20;

/** One time for all processes of a run, told by the machine's clock. */
export function fastClock(base: number): Clock {
  const now = (): number => base + (Date.now() - base) * speed;
  return {
    now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer);
          reject(new DOMException("the sleep was stopped", "AbortError"));
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", stop);
          resolve();
        }, ms / speed);
        if (signal?.aborted) stop();
        else signal?.addEventListener("abort", stop, { once: true });
      }),
  };
}
