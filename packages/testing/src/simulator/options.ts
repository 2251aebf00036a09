import type { SimClock } from "./base/clock.ts";
import type { Fault } from "./faults/fault.ts";
import type { Knobs } from "./knobs.ts";
import type { OAuthAppOptions } from "./oauth/app.ts";
import type { Owner } from "./state/owners.ts";

/** An access token and what it opens. */
export interface TokenOptions {
  /** Any text; a request with another is 401. */
  readonly token: string;
  /** Default 1. Limits are counted per app, and webhooks and histories name it as their source. */
  readonly appId?: number;
  /** Default: all. */
  readonly scopes?: readonly string[];
  /** "oauth" apps have no daily limit and no daily headers. Default "private". */
  readonly kind?: "private" | "oauth";
  /** Whether the user it acts for may edit associations; 2026-09 asks (hubspot-facts §1.7). Default true. */
  readonly editsAssociations?: boolean;
  /** Milliseconds since the epoch; default never. */
  readonly expiresAt?: number;
}

/** A simulated account. */
export interface PortalOptions {
  /** A whole number, HubSpot's `portalId`; no two of a simulator have the same. */
  readonly id: number;
  /** Private apps and service keys; OAuth apps make theirs at login. */
  readonly tokens: readonly TokenOptions[];
  /** Decides when the daily limit resets. Default "America/New_York". */
  readonly timeZone?: string;
  /** Default "app.hubspot.com". */
  readonly uiDomain?: string;
  /** Default: two, and one who left. */
  readonly owners?: readonly Owner[];
  /**
   * Whether companies have searchable and calculated phone properties as contacts do; nobody saw them (hubspot-facts
   * §9). Default false.
   */
  readonly companyPhones?: boolean;
  /** The country of phone numbers that say none, ISO code. Default "US". */
  readonly defaultCountry?: string;
}

/** Accounts, apps, clock and seed of a simulator, and every knob of its behaviour. */
export interface SimulatorOptions extends Knobs {
  /** Same seed and same calls, same bytes. Default 1. */
  readonly seed?: number;
  /** Default: real time. */
  readonly clock?: SimClock;
  /** Default: portal 62515 with the token `pat-sim-62515`. */
  readonly portals?: readonly PortalOptions[];
  /** The app secret that webhooks are signed with. Default: one made from the seed. */
  readonly appSecret?: string;
  /** Public apps that can be installed by OAuth. */
  readonly apps?: readonly OAuthAppOptions[];
  /** Faults that are armed from the beginning, and again after every reset. */
  readonly faults?: readonly (Fault | string)[];
  /** How many requests `calls` remembers. Default 100,000. */
  readonly keepCalls?: number;
}

export const DEFAULT_PORTAL: PortalOptions = { id: 62515, tokens: [{ token: "pat-sim-62515" }] };
