import { HubspokeError } from "../errors/hubspoke-error.ts";
import { createGuard } from "../guard/guard.ts";
import type { GuardOptions } from "../guard/options.ts";
import type { Availability } from "../http/availability.ts";
import { checkedBaseUrl, defaultBaseUrl } from "../http/base-url.ts";
import { BudgetKeys } from "../http/budget-keys.ts";
import { Budgets, type QuotaState, type SharedBudgets } from "../http/budgets.ts";
import type { CallHooks } from "../http/call-event.ts";
import { downloadJson } from "../http/download.ts";
import { MonotonicClock } from "../http/monotonic-clock.ts";
import { Pipeline, type PipelineOptions } from "../http/pipeline.ts";
import type { ClientStats } from "../http/stats.ts";
import { type ApiVersion, apiVersions, defaultApiVersion } from "../model/api-version.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { TelemetryTracer } from "../ports/open-telemetry.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import type { Transport, TransportRequest } from "../ports/transport.ts";
import { defined } from "../util/defined.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import type { Allow } from "./access.ts";
import { accountInfoOf, accountInfoPath } from "./account.ts";
import { Coalescer } from "./coalescer.ts";
import { type Auth, credentialSource } from "./credentials.ts";
import { type ClientOptions, type HubSpotClient, hubSpotClient } from "./hubspot-client.ts";
import { type CallScope, ObjectCalls } from "./object-calls.ts";
import { guardedSend } from "./outbound.ts";
import { PortalGate } from "./portal-gate.ts";
import { PropertyCatalogue, propertyDefinitions } from "./property-catalogue.ts";

/** What is known, beyond this instance's life, of which account a token belongs to. */
export interface PortalProofs {
  /** The tenant's pinned portal, if the token is known to be of it. */
  read(tenant: Tenant, token: string): Promise<PortalId | null>;
  keep(tenant: Tenant, portalId: PortalId, token: string): Promise<void>;
}

export interface ClientDeps extends CallHooks {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly auth: Auth;
  readonly tenants: Pick<TenantStore, "pin">;
  /** Absent: HubSpot is asked once for each token and life of this object. */
  readonly portalProofs?: PortalProofs;
  /** A one-way hash as text: budgets of tokens are named by it. */
  readonly hash: (text: string) => MaybeAsync<string>;
  /** Where several processes share this account's quota. Absent: this instance counts alone. */
  readonly sharedBudgets?: SharedBudgets;
  /** Default `https://api.hubapi.com`. https, or http on this machine; else BASE_URL_REFUSED. */
  readonly baseUrl?: string;
  /** Default `2026-09`. */
  readonly apiVersion?: ApiVersion;
  /** Every tenant of this instance belongs to this account. Learned and pinned at first use when absent. */
  readonly portalId?: PortalId | number;
  /** Refuses every write before it is sent. */
  readonly readOnly?: boolean;
  /** Objects this integration may touch; every other one is refused. */
  readonly allow?: Allow;
  /** What never leaves for HubSpot, besides the defaults: OUTBOUND_REFUSED. */
  readonly guard?: GuardOptions;
  /** Keys and secrets of this instance, which no write may hold. */
  readonly ownSecrets?: readonly string[];
  /** Calls per ten seconds this instance allows itself, where less than HubSpot's headers allow. */
  readonly rateLimit?: number;
  /** Milliseconds. Defaults: connect 5,000, headers 30,000, body 30,000. */
  readonly timeouts?: Partial<TransportRequest["timeouts"]>;
  /** Attempts per call, the first included. Default 6. */
  readonly maxAttempts?: number;
  /** The longest pause between two attempts. Default 60,000 ms. */
  readonly maxWaitMs?: number;
  /** Single reads of one tick share a call. Default true. */
  readonly coalesce?: boolean;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** OpenTelemetry's tracer, or null where there is none; asked for each call. */
  readonly tracer?: () => MaybeAsync<TelemetryTracer | null>;
}

/** All clients of one instance. They share limits, pins and what was learned of each portal. */
export interface Clients {
  /**
   * Cheap, and kept nowhere: what is shared hangs on these `Clients`. Throws CLOSED at the first call after `close`.
   */
  client(options: ClientOptions): HubSpotClient;
  /** The untyped calls of one object, one request each: text in, text out, no check of names. For adapters. */
  calls(scope: CallScope, object: string): ObjectCalls;
  /** Whether an object's records can be read by this property. */
  isUnique(tenant: Tenant, object: string, property: string): Promise<boolean>;
  /** What `{version}` in templates becomes. Default `2026-09`. */
  readonly apiVersion: ApiVersion;
  /** Counted since the instance was made, in this process, for all tenants together. */
  stats(): ClientStats;
  /** Calls by API version: which ones a program still uses. `fixed` are paths written out in full. */
  report(): Readonly<Record<string, number>>;
  /** Whether HubSpot can be worked with for a tenant, as this instance's own calls have found it. Asks nobody. */
  availability(tenant: Tenant): Availability;
  /** What every quota looks like now. */
  quota(): readonly QuotaState[];
  /** The portal a tenant is pinned to, asking HubSpot and pinning it at first use. Errors: PORTAL_MISMATCH, AUTH_*, what the call gives. */
  portalOf(tenant: Tenant): Promise<PortalId>;
  /** Forgets what is remembered of a tenant's portal: after a rebind, or when it is removed. */
  forget(tenant: Tenant): void;
  /** Refuses what waits, cuts what is on its way. Safe to repeat. */
  close(): Promise<void>;
}

const defaultTimeouts = { connectMs: 5_000, headersMs: 30_000, bodyMs: 30_000 };

/** Builds the clients of one instance. Does no I/O. Errors: CONFIG_INVALID, BASE_URL_REFUSED. */
export function createClients(deps: ClientDeps): Clients {
  const version = deps.apiVersion ?? defaultApiVersion;
  if (!apiVersions.includes(version)) throw invalid(`apiVersion is one of ${apiVersions.join(", ")}`);
  const baseUrl = checkedBaseUrl(deps.baseUrl ?? defaultBaseUrl);
  const timeouts = { ...defaultTimeouts, ...defined(deps.timeouts ?? {}) };
  for (const [name, ms] of Object.entries(timeouts)) {
    // What a timer cannot hold, it takes for nothing.
    if (!(ms > 0 && ms < 2 ** 31)) throw invalid(`timeouts.${name} is a number of milliseconds above 0`);
  }
  if (Number.isNaN(deps.maxWaitMs)) throw invalid("maxWaitMs is a number of milliseconds");
  const ceiling = positive("rateLimit", deps.rateLimit);
  const budgets = new Budgets(deps.clock, {
    ...(ceiling === undefined ? {} : { ceiling }),
    ...(deps.sharedBudgets === undefined ? {} : { shared: deps.sharedBudgets }),
  });
  const budgetKeys = new BudgetKeys(deps.hash);
  const gate = new PortalGate({
    tenants: deps.tenants,
    clock: deps.clock,
    ...portalOption(deps.portalId),
    async ask(tenant, probe) {
      const { portalProofs: proofs } = deps;
      const token = probe.token.reveal();
      const proven = (await proofs?.read(tenant, token)) ?? null;
      if (proven !== null) return proven;
      const base = { tenant, method: "GET", template: accountInfoPath, lane: "interactive" } as const;
      const { body } = await pipeline.send({ ...base, use: "read", effect: "read", probe });
      const { portalId } = accountInfoOf(body);
      await proofs?.keep(tenant, portalId, token);
      return portalId;
    },
  });
  const credentials = credentialSource(deps.auth);
  // What is measured between two looks at it: how long a call took, and whether a record is older than its create.
  const steady = new MonotonicClock(deps.clock);
  const now = () => steady.now();
  const pipeline: Pipeline = new Pipeline({
    transport: deps.transport,
    clock: { now, sleep: (ms, signal) => deps.clock.sleep(ms, signal) },
    random: deps.random,
    credentials,
    budgets,
    budgetKeys,
    checkPortal: (tenant, credential) => gate.check(tenant, credential),
    baseUrl,
    version,
    timeouts,
    maxAttempts: positive("maxAttempts", deps.maxAttempts) ?? 6,
    maxWaitMs: deps.maxWaitMs ?? 60_000,
    ...observersOf(deps),
  });
  const download = downloadJson({ transport: deps.transport, timeouts, baseUrl });
  const send = guardedSend(pipeline.send.bind(pipeline), createGuard(deps.guard, deps.ownSecrets));
  const estimate = pipeline.estimate.bind(pipeline);
  const hubspotTime = pipeline.hubspotTime.bind(pipeline);
  const { logger } = deps;
  const catalogue = new PropertyCatalogue({
    clock: deps.clock,
    ...(deps.logger === undefined ? {} : { logger: deps.logger }),
    fetch: async (tenant, object) => {
      const template = `/crm/properties/{version}/${object}`;
      return propertyDefinitions(
        (await send({ tenant, method: "GET", template, lane: "interactive", use: "read", effect: "read" })).body,
      );
    },
  });
  const coalescer = deps.coalesce === false ? null : new Coalescer();
  const access = { readOnly: deps.readOnly ?? false, ...(deps.allow === undefined ? {} : { allow: deps.allow }) };

  return {
    client: (options) =>
      hubSpotClient({ send, catalogue, coalescer, access, estimate, download, hubspotTime, now, logger }, options),
    calls: (scope, object) => new ObjectCalls(send, scope, object, access),
    isUnique: (tenant, object, property) => catalogue.isUnique(tenant, object, property),
    apiVersion: version,
    stats: () => pipeline.stats.read(),
    report() {
      const out: Record<string, number> = {};
      for (const row of pipeline.stats.read().routes) out[row.version] = (out[row.version] ?? 0) + row.calls;
      return out;
    },
    availability: (tenant) => pipeline.availability(tenant),
    quota: () => budgets.state(),
    portalOf: async (tenant) => gate.check(tenant, await credentials.get(tenant, "read")),
    forget: (tenant) => gate.forget(tenant),
    async close() {
      await budgets.close();
      await deps.transport.close();
    },
  };
}

function observersOf({ logger, metrics, tracer, onSend, onCall }: ClientDeps): Partial<PipelineOptions> {
  return defined({ logger, metrics, tracer, onSend, onCall });
}

function portalOption(portalId: PortalId | number | undefined): { portalId?: PortalId } {
  if (portalId === undefined) return {};
  const text = String(portalId);
  if (!/^\d{1,20}$/.test(text)) throw invalid("portalId is the number HubSpot shows as Hub ID");
  return { portalId: text };
}

function positive(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return value;
  throw invalid(`${name} is a whole number above 0`);
}

function invalid(why: string): HubspokeError {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: ${why}`);
}
