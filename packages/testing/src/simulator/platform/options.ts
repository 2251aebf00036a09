import type { Duration } from "../base/duration.ts";

/** How the platform's features behave where HubSpot takes its time or where it is not known what it does. */
export interface PlatformOptions {
  /** How long imports, exports and other background work take; half of it is spent waiting. Default 2,000 ms. */
  readonly taskTime?: Duration;
  /** How long the filters of a new or changed list take to be worked out. Default 0. */
  readonly listProcessing?: Duration;
  /**
   * Whether 2026-09 refuses bodies without the fields that its specification marks required; the marks are not always
   * true (hubspot-facts §1.4). Default false.
   */
  readonly requireSpecFields?: boolean;
  /** The developer account's API key, for `?hapikey=`. Default "developer-sim". */
  readonly developerApiKey?: string;
  /** Where HubSpot's own requests go: files imported by URL, action URLs. Default: the global `fetch`. */
  readonly outbound?: (request: Request) => Response | Promise<Response>;
}

export const DEFAULT_DEVELOPER_KEY = "developer-sim";
