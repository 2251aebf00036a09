import type { ResponseWindow, SlotEnd } from "./response-window.ts";

export interface Jitter {
  /** Milliseconds until the server sees the request, and from there until the answer is back. */
  (): readonly [there: number, back: number, end?: SlotEnd];
}

export interface Run {
  /** When the server saw each request, ascending. */
  readonly arrivals: readonly number[];
  readonly durationMs: number;
  readonly meanResponseMs: number;
}

/**
 * A client that always wants to send, against a network with any delay. Time at the server is exact; the client
 * sees whole milliseconds, as `Date.now` gives them. `idleAt`: pauses of the client, so that bursts follow idleness.
 */
export function saturate(
  window: ResponseWindow,
  jitter: Jitter,
  count: number,
  idle: (sent: number) => number = () => 0,
): Run {
  const answers: { at: number; end: SlotEnd }[] = [];
  const arrivals: number[] = [];
  let now = 0.37;
  let total = 0;
  let waiting = 0;
  while (arrivals.length < count) {
    const seen = Math.floor(now);
    if (now >= waiting && window.used(seen) < window.limit) {
      const [there, back, end = "answered"] = jitter();
      window.take();
      if (end !== "unsent") arrivals.push(now + there);
      total += there + back;
      answers.push({ at: now + there + back, end });
      answers.sort((a, b) => b.at - a.at);
      waiting = now + idle(arrivals.length);
      continue;
    }
    const returns = window.returnsAt(1);
    const answer = answers.at(-1);
    const next = Math.min(
      answer?.at ?? Number.POSITIVE_INFINITY,
      returns === null || waiting > now ? Number.POSITIVE_INFINITY : returns,
      waiting > now ? waiting : Number.POSITIVE_INFINITY,
    );
    now = Math.max(now, next);
    while ((answers.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= now) {
      window.settle(Math.floor(now), (answers.pop() as { end: SlotEnd }).end);
    }
  }
  return { arrivals: arrivals.sort((a, b) => a - b), durationMs: now, meanResponseMs: total / count };
}

/** The most requests in any window `(t − windowMs, t]` at the server. */
export function fullestWindow(arrivals: readonly number[], windowMs: number): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < arrivals.length; last++) {
    while ((arrivals[last] as number) - (arrivals[first] as number) >= windowMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** A small seeded generator, so that a failing run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Log-normal with this median and spread, capped. */
export function logNormal(random: () => number, median: number, sigma: number, cap: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(cap, median * Math.exp(sigma * normal));
}
