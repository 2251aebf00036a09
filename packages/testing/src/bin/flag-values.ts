import { type Duration, parseDuration, parseTimeSpan } from "../simulator/base/duration.ts";
import type { Knobs, LagSpike } from "../simulator/knobs.ts";
import { knobsFromJson } from "../simulator/knobs-json.ts";
import { SUBSCRIPTION_LIMITS } from "../simulator/limits/limiter.ts";
import type { WebhookFaults } from "../simulator/webhooks/delivery.ts";
import type { FlagName } from "./flags.ts";

type Tier = keyof typeof SUBSCRIPTION_LIMITS;

export function whole(flag: FlagName, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${flag} needs a whole number, got "${text}"`);
}

export function port(text: string): number {
  const value = whole("port", text);
  if (value <= 65_535) return value;
  throw new Error(`--port goes from 0 (any that is free) to 65535, got "${text}"`);
}

export function signed(flag: FlagName, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new Error(`--${flag} needs a number of milliseconds, got "${text}"`);
}

export function rate(flag: FlagName, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new Error(`--${flag} needs a number, got "${text}"`);
}

export function duration(flag: FlagName, text: string): Duration {
  return named(flag, () => parseDuration(text));
}

export function address(flag: FlagName, text: string): string {
  if (URL.canParse(text)) return text;
  throw new Error(`--${flag} needs a URL, got "${text}"`);
}

export function tier(text: string): (typeof SUBSCRIPTION_LIMITS)[Tier] {
  if (text in SUBSCRIPTION_LIMITS) return SUBSCRIPTION_LIMITS[text as Tier];
  throw new Error(`--tier is one of ${Object.keys(SUBSCRIPTION_LIMITS).join(", ")}, got "${text}"`);
}

export function lagSpike(text: string): LagSpike {
  const [every, lasts, lag] = text.split("/");
  if (lag === undefined) throw new Error(`--lag-spike needs every/lasts/lag, got "${text}"`);
  return named("lag-spike", () => ({
    everyMs: parseTimeSpan(every!),
    lastsMs: parseTimeSpan(lasts!),
    lag: parseDuration(lag),
  }));
}

const SHARES: readonly string[] = ["lose", "duplicate", "repeatIds"];
const SWITCHES: readonly string[] = ["reorder", "onePortalPerRequest", "freshIdsOnRetry", "prefixedSourceId"];

export function webhookFaults(text: string): WebhookFaults {
  const entries = text.split(",").map((part) => {
    const [name = "", value] = part.split("=");
    if (SWITCHES.includes(name) && value === undefined) return [name, true];
    if (SHARES.includes(name) && value !== undefined) return [name, rate("webhook-faults", value)];
    if (name === "delay" && value !== undefined) return [name, duration("webhook-faults", value)];
    throw new Error(
      `--webhook-faults knows ${[...SHARES, "delay"].join("=, ")}= and ${SWITCHES.join(", ")}, not "${part}"`,
    );
  });
  return Object.fromEntries(entries) as WebhookFaults;
}

export function knobs(text: string): Knobs {
  return named("knobs", () => knobsFromJson(JSON.parse(text) as Record<string, unknown>));
}

/** A reason that names its flag. */
export function named<T>(flag: FlagName, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`--${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
