/** What a fault may look at when it decides whether a request is its own. */
export interface FaultSubject {
  readonly method: string;
  /** The dated template, e.g. `/crm/objects/{version}/{objectType}/batch/read`. */
  readonly route: string;
  readonly path: string;
  readonly body: string;
  /** When the request arrived, milliseconds since the epoch. */
  readonly at: number;
}

/**
 * - `"reset"`: the connection breaks. `"hang"`, `"timeout"`: no answer until the caller gives up.
 * - `"html"`: a gateway's page instead of JSON, with status 502.
 * - `status`: that answer, with HubSpot's body for it unless one is given (a string is sent as it is).
 * - `policy`: a 429 of that policy.
 * - `truncate`: the true answer breaks off after so many bytes. `drip`: it comes in pieces of `bytes`, one each
 *   `everyMs`. `delayMs`: it comes late. These three leave the answer itself as it is.
 */
export type FaultEffect =
  | "reset"
  | "hang"
  | "timeout"
  | "html"
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | { readonly policy: "TEN_SECONDLY_ROLLING" | "DAILY" | "SECONDLY" }
  | { readonly truncate: number }
  | { readonly drip: { readonly bytes: number; readonly everyMs: number } }
  | { readonly delayMs: number };

export interface Fault {
  readonly method?: string;
  /** Matches the route template or the path, exactly or by pattern. */
  readonly route?: string | RegExp;
  readonly when?: (subject: FaultSubject) => boolean;
  /** How many matching requests fail; default 1. `Infinity` until removed. */
  readonly times?: number;
  /** The share of matching requests that fail, 0 to 1; default 1. */
  readonly rate?: number;
  /** Only requests that arrive at this time or later, milliseconds since the epoch. */
  readonly from?: number;
  /** Only requests that arrive before this time. */
  readonly until?: number;
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
