import type { AuditMode } from "../audit/audit-writer.ts";
import type { Allow } from "../client/access.ts";
import type { Auth } from "../client/credentials.ts";
import type { KeyRingOptions } from "../crypto/key-material.ts";
import type { DirectoryOptions } from "../directory/options.ts";
import type { CallEvent } from "../http/call.ts";
import type { ApiVersion } from "../model/api-version.ts";
import type { Region } from "../phone/types.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { FlagName } from "../ports/flag-store.ts";
import type { KeyProvider } from "../ports/key-provider.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Storage } from "../ports/storage.ts";
import type { Transport } from "../ports/transport.ts";
import type { SyncSettings } from "../sync/scope.ts";
import type { WebhookOptions } from "../webhooks/options.ts";

/** Everything one instance of Hubspoke is made of. Only `auth`, `storage` and `keys` are required. */
export interface HubspokeOptions {
  /** `privateApp(token)`, `tokenFor(tenant => token)`, or `{ read, write }`. */
  readonly auth: Auth;
  /** `sqliteStorage({ path })`, `memoryStorage()`, … */
  readonly storage: Storage;
  /** Root keys of 32 bytes each, `{ current: "k1", keys: { k1 } }`, or a provider that asks a key service. */
  readonly keys: KeyRingOptions | KeyProvider;
  /** The HubSpot account every tenant of this instance belongs to. Learned at first use, per tenant, when absent. */
  readonly portalId?: string | number;
  /** Default `https://api.hubapi.com`. https, or http on this machine. */
  readonly baseUrl?: string;
  /** Default `2026-09`. */
  readonly apiVersion?: ApiVersion;
  /** How numbers written without a country are read. */
  readonly defaultRegion?: Region;
  /** Refuses every write to HubSpot before it is sent. */
  readonly readOnly?: boolean;
  /** Objects this integration may touch, and how: `{ contacts: "read" }`. */
  readonly allow?: Allow;
  /** Calls per rolling ten seconds this instance allows itself, where HubSpot allows more. */
  readonly rateLimit?: number;
  readonly directory?: DirectoryOptions;
  /** Leases, tries and look-back of the sync engine; the defaults suit most. */
  readonly syncSettings?: Partial<SyncSettings>;
  /** Default `batched`. */
  readonly audit?: AuditMode;
  /** Needed for the `webhooks` router. */
  readonly webhooks?: WebhookOptions;
  /** Switches; what is not named is on. `master` off refuses everything a person asks for, `inbound` look-ups. */
  readonly flags?: Partial<Record<FlagName, boolean>>;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly alerts?: AlertSink;
  /** After every attempt at HubSpot. Must not throw. */
  readonly onCall?: (event: CallEvent) => void;
  /** On Workers, `ctx.waitUntil.bind(ctx)`: without it nothing is started behind an answer there. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Default: undici on Node, Fetch elsewhere. */
  readonly transport?: Transport;
  readonly clock?: Clock;
  /** Jitter only. */
  readonly random?: Random;
}
