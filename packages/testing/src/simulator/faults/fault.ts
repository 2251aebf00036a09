import type { Duration } from "../base/duration.ts";
import type { Policy } from "../limits/limiter.ts";

/** What a fault may look at when it decides whether a request is its own. */
export interface FaultSubject {
  /** In capitals. */
  readonly method: string;
  /** The dated template, e.g. `/crm/objects/{version}/{objectType}/batch/read`. */
  readonly route: string;
  /** As it was asked for, without the query. */
  readonly path: string;
  /** Text of the body; empty where there is none. */
  readonly body: string;
  /** When the request arrived, milliseconds since the epoch. */
  readonly at: number;
}

/**
 * - `"reset"`: the connection breaks. `"hang"`, `"timeout"`: no answer until the caller gives up.
 * - `"html"`: a gateway's page instead of JSON, with status 502.
 * - `status`: that answer, with HubSpot's body and headers for it unless others are given (a string is sent as it is).
 * - `policy`: a 429 of that policy, with a `Retry-After` of so many seconds if given.
 * - `truncate`: the true answer breaks off after so many bytes. `drip`: it comes in pieces of `bytes`, one each
 *   `everyMs`. `delayMs`: it comes late. These three leave the answer itself as it is.
 */
export type FaultEffect =
  | "reset"
  | "hang"
  | "timeout"
  | "html"
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | { readonly policy: Policy; readonly retryAfter?: number }
  | { readonly truncate: number }
  | { readonly drip: { readonly bytes: number; readonly everyMs: number } }
  | { readonly delayMs: Duration };

/** What goes wrong, with which requests, when and how often. */
export interface Fault {
  /** In capitals. Default: any. */
  readonly method?: string;
  /**
   * Matches the route template or the path, exactly, by pattern, or as text in which `*` stands for one segment of the
   * path and `**` for any number of them.
   */
  readonly route?: string | RegExp;
  /** Text that the request's body holds, or a pattern it matches. */
  readonly body?: string | RegExp;
  /** A further condition, in code. Such a fault is left out of a saved state. */
  readonly when?: (subject: FaultSubject) => boolean;
  /** How many matching requests fail; default 1. `Infinity` until removed. */
  readonly times?: number;
  /** The share of matching requests that fail, 0 to 1; default 1. */
  readonly rate?: number;
  /** How many matching requests pass first; default none. */
  readonly skip?: number;
  /** Only each so many-th matching request; default each. */
  readonly every?: number;
  /** Only requests that arrive at this time or later, milliseconds since the epoch. */
  readonly from?: number;
  /** Only requests that arrive before this time. */
  readonly until?: number;
  /** Only requests that arrive so many milliseconds or more after the fault was added. */
  readonly startsIn?: number;
  /** Only so long, milliseconds from its start. */
  readonly lasts?: number;
  /** Whether the request has had its effect when it fails: the unknown outcome. Default "before". */
  readonly phase?: "before" | "after";
  /** A status with its body, a reset or hanging connection, a slow answer … (see `FaultEffect`). */
  readonly effect: FaultEffect;
}

/** The faults of a simulator. */
export interface Faults {
  /**
   * Adds a fault, as an object or as text such as `POST /crm/** 503 after rate=0.1`; call the returned
   * function to remove it.
   */
  add(fault: Fault | string): () => void;
  /** Those of the options too, until a `reset` arms them again. */
  clear(): void;
  /** The faults that are armed, with how often each may still strike. */
  readonly active: readonly { readonly fault: Fault; readonly left: number }[];
  /** How many requests failed by a fault so far. */
  readonly injected: number;
}
