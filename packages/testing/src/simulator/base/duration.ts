import type { RandomStream } from "./random.ts";

/** A fixed number of milliseconds, or a range that is drawn from. */
export type Duration = number | { readonly min: number; readonly max: number };

export function draw(duration: Duration | undefined, random: RandomStream): number {
  if (duration === undefined || typeof duration === "number") return duration ?? 0;
  return duration.min + random.next() * (duration.max - duration.min);
}
