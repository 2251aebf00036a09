import type { HubSpotSimulator } from "../simulator-api.ts";

export interface Context {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

/** One thing the control API can do. What it returns is the answer, nothing for a 204. */
export type Action = (simulator: HubSpotSimulator, context: Context) => unknown;
