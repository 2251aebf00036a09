import type { SimClock } from "./base/clock.ts";
import type { Duration } from "./base/duration.ts";
import type { LimitSettings } from "./limits/limiter.ts";
import type { OAuthAppOptions, OAuthSettings } from "./oauth/app.ts";
import type { PlatformOptions } from "./platform/options.ts";
import type { NormalisationSettings } from "./properties/normalise.ts";
import type { Owner } from "./state/owners.ts";
import type { WebhookFaults } from "./webhooks/outbox.ts";

/** An access token and what it opens. */
export interface TokenOptions {
  readonly token: string;
  /** Default 1. Limits are counted per app, and webhooks and histories name it as their source. */
  readonly appId?: number;
  /** Default: all. */
  readonly scopes?: readonly string[];
  /** "oauth" apps have no daily limit and no daily headers. Default "private". */
  readonly kind?: "private" | "oauth";
  /** Milliseconds since the epoch; default never. */
  readonly expiresAt?: number;
}

export interface PortalOptions {
  readonly id: number;
  readonly tokens: readonly TokenOptions[];
  /** Decides when the daily limit resets. Default "America/New_York". */
  readonly timeZone?: string;
  /** Default "app.hubspot.com". */
  readonly uiDomain?: string;
  /** Default: two, and one who left. */
  readonly owners?: readonly Owner[];
  /** The country of phone numbers that say none, ISO code. Default "US". */
  readonly defaultCountry?: string;
}

export type { Duration } from "./base/duration.ts";

export interface SimulatorOptions {
  /** Same seed and same calls, same bytes. Default 1. */
  readonly seed?: number;
  /** Default: real time. */
  readonly clock?: SimClock;
  /** Default: portal 62515 with the token `pat-sim-62515`. */
  readonly portals?: readonly PortalOptions[];
  readonly limits?: Partial<LimitSettings>;
  /** How long answers take; default not at all. */
  readonly latency?: Duration;
  /** How long a change takes to reach search; default not at all (hubspot-facts §3, "Lag"). */
  readonly searchLag?: Duration;
  readonly normalisation?: Partial<NormalisationSettings>;
  /** Whether a merge makes a record with a new id; older accounts keep the primary's. Default true (facts §7.1). */
  readonly mergeCreatesNewId?: boolean;
  /** Whether negative search operators match records without a value; not verified. Default false. */
  readonly negationMatchesMissing?: boolean;
  /** The app secret that webhooks are signed with. Default: one made from the seed. */
  readonly appSecret?: string;
  /** Public apps that can be installed by OAuth. */
  readonly apps?: readonly OAuthAppOptions[];
  readonly oauth?: Partial<OAuthSettings>;
  /** Whether a privacy deletion keeps the address from coming back (400); not verified. Default false. */
  readonly erasureBlocksEmail?: boolean;
  /** The order of batch results: "shuffled" (default), because none is promised, or the input's. */
  readonly batchOrder?: "shuffled" | "input";
  /** What webhooks fire for, e.g. `contact.creation`, `contact.propertyChange:email`. Default: everything. */
  readonly subscriptions?: readonly string[];
  /** How far HubSpot's clock is ahead of the simulator's, milliseconds; default 0. Limits do not mind. */
  readonly clockSkew?: number;
  /** What goes wrong with webhooks; default nothing. */
  readonly webhookFaults?: WebhookFaults;
  /** Files, lists, imports, webhooks by API, workflows: how they behave. */
  readonly platform?: PlatformOptions;
  /** How many requests `calls` remembers. Default 100,000. */
  readonly keepCalls?: number;
}

export const DEFAULT_PORTAL: PortalOptions = { id: 62515, tokens: [{ token: "pat-sim-62515" }] };
