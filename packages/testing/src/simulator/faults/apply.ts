import { htmlResponse, jsonResponse, type Outcome, type WireResponse } from "../base/wire.ts";
import type { FaultEffect } from "./fault.ts";
import { statusResponse } from "./statuses.ts";

/** Faults that spoil the way of a true answer: they can only come after the effect. */
export type DeliveryFault = Extract<FaultEffect, { truncate: number } | { drip: unknown } | { delayMs: unknown }>;

export function isDelivery(effect: FaultEffect): effect is DeliveryFault {
  return typeof effect === "object" && ("truncate" in effect || "drip" in effect || "delayMs" in effect);
}

/** What the caller gets instead of the true answer. */
export function replaceOutcome(effect: Exclude<FaultEffect, DeliveryFault>, correlationId: string): Outcome {
  if (effect === "reset") return { kind: "reset" };
  if (effect === "hang" || effect === "timeout") return { kind: "hang" };
  if (effect === "html") return htmlResponse(502, "Bad Gateway");
  if ("status" in effect) return statusResponse(effect, correlationId);
  const { policy, retryAfter } = effect;
  const message = `You have reached your ${policy.toLowerCase()} limit.`;
  const policyName = policy === "SECONDLY" ? {} : { policyName: policy };
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return jsonResponse(
    429,
    { status: "error", message, errorType: "RATE_LIMIT", correlationId, ...policyName },
    headers,
  );
}

/** The true answer, on its spoilt way. */
export function spoil(effect: DeliveryFault, response: WireResponse): WireResponse {
  if ("truncate" in effect) return { ...response, truncateAt: effect.truncate };
  if ("drip" in effect) return { ...response, drip: effect.drip };
  return response;
}
