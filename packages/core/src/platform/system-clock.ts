import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock, Random } from "../ports/clock.ts";

/** The longest delay a timer can hold; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The host's clock and timers. A sleep goes by the monotonic one: setting the clock back must not prolong it. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    const until = performance.now() + ms;
    do {
      await timer(Math.min(Math.max(0, until - performance.now()), longestTimerMs), signal);
    } while (performance.now() < until);
  },
};

/** Jitter only: never for keys, tokens or states. */
export const systemRandom: Random = () => Math.random();

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(aborted());
    const onAbort = () => {
      clearTimeout(handle);
      reject(aborted());
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function aborted(): HubspokeError {
  return new HubspokeError("ABORTED", "ABORTED: the wait was aborted", { details: { sent: false } });
}
