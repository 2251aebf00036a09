import { parseTime } from "../properties/normalise.ts";
import type { Filter } from "./request.ts";

/** Both ends included. Ids and times are whole numbers. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const UNBOUNDED: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** What these filters of one id or time say together; `undefined` when one of them is no range. */
export function boundsOf(filters: readonly Filter[]): Bounds | undefined {
  let bounds = UNBOUNDED;
  for (const filter of filters) {
    const next = boundsOfOne(filter);
    if (next === undefined) return undefined;
    bounds = { low: Math.max(bounds.low, next.low), high: Math.min(bounds.high, next.high) };
  }
  return bounds;
}

function boundsOfOne({ operator, value, highValue }: Filter): Bounds | undefined {
  if (operator === "HAS_PROPERTY") return UNBOUNDED;
  const at = numberOf(value);
  if (at === undefined) return undefined;
  switch (operator) {
    case "EQ":
      return { low: at, high: at };
    case "GT":
      return { ...UNBOUNDED, low: at + 1 };
    case "GTE":
      return { ...UNBOUNDED, low: at };
    case "LT":
      return { ...UNBOUNDED, high: at - 1 };
    case "LTE":
      return { ...UNBOUNDED, high: at };
    case "BETWEEN": {
      const high = numberOf(highValue);
      return high === undefined ? undefined : { low: at, high };
    }
    default:
      return undefined;
  }
}

function numberOf(value: string): number | undefined {
  return value === "" ? undefined : parseTime(value);
}
