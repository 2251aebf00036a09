import { SimulatorError } from "./api-error.ts";
import type { RandomStream } from "./random.ts";

/** As real servers answer: half of the draws below the median, a long tail above it, nothing above the cap. */
export interface LogNormal {
  /** Milliseconds. */
  readonly median: number;
  /** How wide it spreads; 0.5 is ordinary, 1 is bad. */
  readonly sigma: number;
  /** Milliseconds. */
  readonly cap: number;
}

/** Milliseconds: always the same, anything in a range, or a distribution. */
export type Duration = number | { readonly min: number; readonly max: number } | LogNormal;

/** Whether a value of JSON is one. */
export function isDuration(value: unknown): value is Duration {
  if (typeof value !== "object" || value === null) return isAmount(value);
  const { min, max, median, sigma, cap } = value as Readonly<Record<string, unknown>>;
  return [min, max].every(isAmount) || [median, sigma, cap].every(isAmount);
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

export function draw(duration: Duration | undefined, random: RandomStream): number {
  if (duration === undefined || typeof duration === "number") return duration ?? 0;
  if ("min" in duration) return duration.min + random.next() * (duration.max - duration.min);
  return Math.min(duration.cap, duration.median * Math.exp(duration.sigma * normal(random)));
}

/** Box and Muller's way to a normal distribution. */
function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `250`, `250ms`, `30s`, `5m`, `2h`. */
export function parseTimeSpan(text: string): number {
  const [, number, unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * UNITS[unit]!;
  throw new SimulatorError("BAD_DURATION", `"${text}" is not a time such as 250, 30s, 5m or 2h`);
}

/** `40`, `20-80` or, for a log-normal distribution, `120~0.5<2s`: median, sigma, cap. */
export function parseDuration(text: string): Duration {
  const [, median, sigma, cap] = /^([^~]+)~([\d.]+)<(.+)$/.exec(text) ?? [];
  if (median !== undefined) return { median: parseTimeSpan(median), sigma: Number(sigma), cap: parseTimeSpan(cap!) };
  const [min = "", max] = text.split("-");
  return max === undefined ? parseTimeSpan(min) : { min: parseTimeSpan(min), max: parseTimeSpan(max) };
}
