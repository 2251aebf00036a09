import type { RandomStream } from "../base/random.ts";
import type { Outcome } from "../base/wire.ts";
import { emptyResponse, jsonResponse } from "../base/wire.ts";

/** What a fault may look at when it decides whether a request is its own. */
export interface FaultSubject {
  readonly method: string;
  /** The dated template, e.g. `/crm/objects/{version}/{objectType}/batch/read`. */
  readonly route: string;
  readonly path: string;
  readonly body: string;
}

/**
 * - `reset`: the connection breaks. `hang` and `timeout`: no answer until the caller gives up.
 * - a status: that answer, with HubSpot's body for it unless one is given.
 */
export type FaultEffect =
  | "reset"
  | "hang"
  | "timeout"
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | { readonly policy: "TEN_SECONDLY_ROLLING" | "DAILY" | "SECONDLY" };

export interface Fault {
  readonly method?: string;
  /** Matches the route template or the path, exactly or by pattern. */
  readonly route?: string | RegExp;
  readonly when?: (subject: FaultSubject) => boolean;
  /** How many matching requests fail; default 1. `Infinity` until removed. */
  readonly times?: number;
  /** The share of matching requests that fail, 0 to 1; default 1. */
  readonly rate?: number;
  /** Whether the request has had its effect when it fails: the unknown outcome. Default "before". */
  readonly phase?: "before" | "after";
  readonly effect: FaultEffect;
}

export interface Faults {
  /** Adds a fault; call the returned function to remove it. */
  add(fault: Fault): () => void;
  clear(): void;
  /** How many requests failed by a fault so far. */
  readonly injected: number;
}

interface ActiveFault {
  readonly fault: Fault;
  left: number;
}

export class FaultPlan implements Faults {
  readonly #random: RandomStream;
  #active: ActiveFault[] = [];
  #injected = 0;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  add(fault: Fault): () => void {
    const active: ActiveFault = { fault, left: fault.times ?? 1 };
    this.#active.push(active);
    return () => {
      this.#active = this.#active.filter((other) => other !== active);
    };
  }

  clear(): void {
    this.#active = [];
  }

  get injected(): number {
    return this.#injected;
  }

  get isEmpty(): boolean {
    return this.#active.length === 0;
  }

  /** The fault that this request meets, if any; a fault with a count uses one up. */
  take(subject: FaultSubject): Fault | undefined {
    for (const active of this.#active) {
      if (active.left <= 0 || !matches(active.fault, subject)) continue;
      if (active.fault.rate !== undefined && this.#random.next() >= active.fault.rate) continue;
      active.left--;
      this.#injected++;
      return active.fault;
    }
    return undefined;
  }
}

function matches(fault: Fault, subject: FaultSubject): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== subject.method) return false;
  const { route } = fault;
  if (typeof route === "string" && route !== subject.route && route !== subject.path) return false;
  if (route instanceof RegExp && !route.test(subject.route) && !route.test(subject.path)) return false;
  return fault.when?.(subject) ?? true;
}

export function faultOutcome(effect: FaultEffect, correlationId: string): Outcome {
  if (effect === "reset") return { kind: "reset" };
  if (effect === "hang" || effect === "timeout") return { kind: "hang" };
  if ("policy" in effect) {
    const message = `You have reached your ${effect.policy.toLowerCase()} limit.`;
    const policyName = effect.policy === "SECONDLY" ? {} : { policyName: effect.policy };
    return jsonResponse(429, { status: "error", message, errorType: "RATE_LIMIT", correlationId, ...policyName });
  }
  const { status, headers = {} } = effect;
  if (effect.body === "") return emptyResponse(status, headers);
  if (typeof effect.body === "string") return { kind: "response", status, headers, body: effect.body };
  const body = effect.body ?? { status: "error", message: "internal error", correlationId };
  return jsonResponse(status, body, headers);
}
