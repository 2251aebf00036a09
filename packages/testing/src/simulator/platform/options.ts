import type { Duration } from "../base/duration.ts";

/** How much one import, and one day of imports, may hold. */
export interface ImportLimits {
  /** Default 1,048,576. */
  readonly rows: number;
  /** Default 512 MB. */
  readonly bytes: number;
  /** Default 80,000,000. */
  readonly rowsPerDay: number;
}

export const DEFAULT_IMPORT_LIMITS: ImportLimits = {
  rows: 1_048_576,
  bytes: 512 * 1024 * 1024,
  rowsPerDay: 80_000_000,
};

/** An event type that the developer's project declares. */
export interface AppEventType {
  /** With `developerSymbol` it makes the full name that events are sent by. */
  readonly projectName: string;
  /** The type's name inside its project. */
  readonly developerSymbol: string;
  /** What it happens to, e.g. `contacts`. */
  readonly objectType: string;
  /** Default: any. */
  readonly properties?: readonly string[];
}

/** How the platform's features behave where HubSpot takes its time or where it is not known what it does. */
export interface PlatformOptions {
  /** How long imports, exports and other background work take; half of it is spent waiting. Default 2,000 ms. */
  readonly taskTime?: Duration;
  /** How much can be imported: rows and bytes of a file, rows of a day (hubspot-facts §2.3). */
  readonly importLimits?: Partial<ImportLimits>;
  /** How long the filters of a new or changed list take to be worked out. Default 0. */
  readonly listProcessing?: Duration;
  /** How long changes of webhook settings and subscriptions go unnoticed, in milliseconds. Default 300,000. */
  readonly webhookSettingsCache?: number;
  /** How often the journal publishes what happened, in milliseconds. Default 1,000; 0 whenever it is read. */
  readonly journalInterval?: number;
  /** What follows a journal offset that is no longer known: a 404 (default) or the earliest entry. Not verified. */
  readonly journalLostOffset?: "404" | "earliest";
  /** Whether apps had legacy timeline events before they were limited to those that have. Default true. */
  readonly timelinePartner?: boolean;
  /** The app event types that exist. Default: any name, about contacts. */
  readonly appEventTypes?: readonly AppEventType[];
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
