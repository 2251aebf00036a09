import type { TransportOptions } from "#platform";
import type { AuditMode } from "../audit/audit-writer.ts";
import type { Allow } from "../client/access.ts";
import type { Auth } from "../client/credentials.ts";
import type { KeyRingOptions } from "../crypto/key-material.ts";
import type { DirectoryOptions } from "../directory/options.ts";
import type { DownloadSettings } from "../download/options.ts";
import type { EngagementOptions } from "../engagement/score.ts";
import type { EventOptions } from "../events/events.ts";
import type { GuardOptions } from "../guard/options.ts";
import type { CallEvent, CallStart } from "../http/call-event.ts";
import type { ApiVersion } from "../model/api-version.ts";
import type { OAuthApp } from "../oauth/app.ts";
import type { Region } from "../phone/types.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { FlagName } from "../ports/flag-store.ts";
import type { KeyProvider } from "../ports/key-provider.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { OpenTelemetryApi } from "../ports/open-telemetry.ts";
import type { Storage } from "../ports/storage.ts";
import type { Transport, TransportRequest } from "../ports/transport.ts";
import type { Retention } from "../privacy/retention.ts";
import type { SyncSettings } from "../sync/scope.ts";
import type { WebhookOptions } from "../webhooks/options.ts";
import type { WorkflowOptions } from "../workflows/workflows.ts";
import type { AlertTicketOptions } from "./alert-tickets.ts";
import type { EmailEventOptions } from "./email-events.ts";
import type { JournalOptions } from "./journal-feed.ts";
import type { ServiceRetention } from "./keep-services.ts";

/**
 * Everything one instance of Hubspoke is made of. Only `auth`, `storage` and `keys` are required; what is `undefined`
 * counts as absent, so `process.env.X` can be passed as it is.
 */
export interface HubspokeOptions {
  /** `privateApp(token)`, `tokenFor(tenant => token)`, `{ read, write }`, or `oauthApp({ … })`. */
  readonly auth: Auth | OAuthApp;
  /** `sqliteStorage({ path })`, `memoryStorage()`, … */
  readonly storage: Storage;
  /** Root keys of 32 bytes each, `{ current: "k1", keys: { k1 } }`, or a provider that asks a key service. */
  readonly keys: KeyRingOptions | KeyProvider;
  /** The HubSpot account every tenant of this instance belongs to. Learned at first use, per tenant, when absent. */
  readonly portalId?: string | number | undefined;
  /** Default `https://api.hubapi.com`. https, or http on this machine. */
  readonly baseUrl?: string | undefined;
  /** Default `2026-09`. */
  readonly apiVersion?: ApiVersion | undefined;
  /** How numbers written without a country are read. */
  readonly defaultRegion?: Region | undefined;
  /** Refuses every write to HubSpot before it is sent. */
  readonly readOnly?: boolean | undefined;
  /** Objects this integration may touch, and how: `{ contacts: "read" }`. */
  readonly allow?: Allow | undefined;
  /** What never leaves for HubSpot, besides passwords, keys and card numbers: see `GuardOptions`. */
  readonly guard?: GuardOptions | undefined;
  /** Calls per rolling ten seconds this instance allows itself, where HubSpot allows more. */
  readonly rateLimit?: number | undefined;
  /** Milliseconds. Defaults: connect 5,000, headers 30,000, body 30,000 (from the last byte on Node, in all elsewhere). */
  readonly timeouts?: Partial<TransportRequest["timeouts"]> | undefined;
  /** Attempts per call, the first included. Default 6. */
  readonly maxAttempts?: number | undefined;
  /** The longest pause between two attempts a caller is made to wait for. Default 60,000 ms. */
  readonly maxWaitMs?: number | undefined;
  /** Single reads of one tick share a call. Default true. */
  readonly coalesce?: boolean | undefined;
  /** Sockets and proxy of the default transport. */
  readonly http?: TransportOptions | undefined;
  /**
   * Look-up and search: the fields that are fetched and kept at all, freshness, roles, limits. See `DirectoryOptions`.
   */
  readonly directory?: DirectoryOptions | undefined;
  /**
   * Notes, calls and their like. `provisionKey`: whether the hidden unique property `hubspoke_key`, by which HubSpot itself
   * refuses a second copy, is made in accounts that lack it. Default true; else a retry lists and compares.
   */
  readonly activities?: { readonly provisionKey?: boolean } | undefined;
  /** Makes tickets of alerts, one per trouble, closed when it is over. Default: no tickets. */
  readonly tickets?: AlertTicketOptions | undefined;
  /** Where events go: HubSpot's app events, its legacy timeline, notes. Default: notes. */
  readonly events?: EventOptions | undefined;
  /** Weights, fading and levels of engagement, and the contact property scores are pushed to. */
  readonly engagement?: EngagementOptions | undefined;
  /** What replies sound like, and what an unsubscribe sets. */
  readonly workflows?: WorkflowOptions | undefined;
  /** Which e-mail events appear on timelines. Default: all. */
  readonly emailEvents?: EmailEventOptions | undefined;
  /** How long failed jobs, executions, flows and engagement are kept; see `ServiceRetention` for the defaults. */
  readonly servicesRetention?: ServiceRetention | undefined;
  /** What may be fetched from addresses that others wrote down, such as recordings. On Workers `hosts` is needed for that. */
  readonly downloads?: DownloadSettings | undefined;
  /** Leases, tries and look-back of the sync engine; the defaults suit most. */
  readonly syncSettings?: Partial<SyncSettings> | undefined;
  /** Default `batched`. */
  readonly audit?: AuditMode | undefined;
  /** How long rows are kept; see `Retention` for the defaults. */
  readonly retention?: Partial<Retention>;
  /** Needed for the `webhooks` router. */
  readonly webhooks?: WebhookOptions | undefined;
  /**
   * HubSpot's webhooks journal as a feed of all syncs, where the app subscribes to it: what happened while nobody listened
   * is read from there, for up to three days, without a full pass.
   */
  readonly journal?: JournalOptions | undefined;
  /** Switches; what is not named is on. `hubspoke.flags` throws them while everything runs, by tenant, role and share. */
  readonly flags?: Partial<Record<FlagName, boolean>> | undefined;
  /** Where structured events go: ids, names, codes, counts, masked phones. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Counters and histograms: calls, waits, quota, hits. Default: none are kept. */
  readonly metrics?: Metrics | undefined;
  /**
   * OpenTelemetry. On Node the installed `@opentelemetry/api` is found by itself; elsewhere, or to be certain which, pass
   * it: `import * as otel from "@opentelemetry/api"`. false: no spans and no metrics of OpenTelemetry.
   */
  readonly telemetry?: OpenTelemetryApi | false | undefined;
  /** Told of what needs a person, once for each trouble until it is over. Default: kept for `openAlerts()` alone. */
  readonly alerts?: AlertSink | undefined;
  /** Before every attempt at HubSpot, when its turn has come. Holds up the call; what it throws is logged. */
  readonly onSend?: ((event: CallStart) => void) | undefined;
  /** After every attempt at HubSpot. What it throws is logged. */
  readonly onCall?: ((event: CallEvent) => void) | undefined;
  /** On Workers, `ctx.waitUntil.bind(ctx)`: without it nothing is started behind an answer there. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** Default: undici on Node, Fetch elsewhere. */
  readonly transport?: Transport | undefined;
  /** Time and sleep. Default: the runtime's; tests bring their own. */
  readonly clock?: Clock | undefined;
  /** Jitter only. */
  readonly random?: Random | undefined;
}
