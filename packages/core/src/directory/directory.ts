import type { AuditEntry } from "../audit/audit-row.ts";
import type { AuditWriter } from "../audit/audit-writer.ts";
import type { Background } from "../audit/tell.ts";
import { createContactCache } from "../cache/contact-cache.ts";
import { SpellingMemory } from "../cache/spelling-memory.ts";
import type { BlindIndex } from "../crypto/blind-index.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { maskPhone } from "../phone/mask.ts";
import { requirePhone } from "../phone/parse.ts";
import type { Phone, Region } from "../phone/types.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { CacheStore } from "../ports/cache-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { accessPolicy } from "./access-policy.ts";
import { type ContactFinder, subjectOf } from "./contact-finder.ts";
import { asHubspokeError } from "./failure.ts";
import { type Features, type FeaturesFor, featureOff, Gate } from "./gate.ts";
import { Health } from "./health.ts";
import { decodeKnown, type KnownContact } from "./known-contact.ts";
import { type DirectoryOptions, directorySettings } from "./options.ts";
import { Refill } from "./refill.ts";
import { createResolve, failed, type How, type Outcome, type PortalPort } from "./resolve.ts";
import type { SuppressionHook } from "./suppression.ts";
import type { BatchLookupOptions, BatchResult, InvalidPhone, LookupOptions, LookupResult } from "./types.ts";

/**
 * Phone numbers to contacts, over an encrypted cache. Every look-up is audited.
 *
 * HubSpot being down, slow, limited or unauthorised never throws: a stale contact is served flagged, else `contact` is
 * null and `degraded.code` says why (unless `throwOnFailure`). What does throw is the caller's doing: `PHONE_INVALID`
 * (single look-ups), `INPUT_INVALID`, `ACCESS_DENIED` and its kin, `ABORTED`, `CLOSED`.
 */
export interface Directory {
  /** Who has this number. Throws `PHONE_INVALID`, the number masked, for what is none. */
  lookupByPhone(phone: string, ctx: Ctx, options?: LookupOptions): Promise<LookupResult>;
  /**
   * The same for up to 10,000 numbers, in as few searches as HubSpot allows. The map has one entry per spelling passed
   * in; what is no number is `{ ok: false, reason }`. `lookupByPhone(n)` and `batchLookup([n])` agree.
   */
  batchLookup(phones: readonly string[], ctx: Ctx, options?: BatchLookupOptions): Promise<BatchResult>;
  /** Drops what is kept of these contacts of the tenant: they changed in HubSpot, or were erased. Says how many entries went. */
  forgetContacts(tenant: Tenant, contactIds: readonly string[]): Promise<number>;
  /** Passes whom `access` allows the action, else throws ACCESS_DENIED and leaves a trace: for parts beside the directory. */
  allow(ctx: Ctx, action: AuditAction): Promise<void>;
  /** HubSpot may be asked for the tenant again at once: its connection was just made anew. */
  reconnected(tenant: Tenant): void;
  /** Abandons what is being asked of HubSpot; later look-ups are `CLOSED`. */
  close(): void;
}

export interface DirectoryDeps {
  readonly finder: ContactFinder;
  readonly portals: PortalPort;
  readonly store: CacheStore;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  readonly audit: AuditWriter;
  readonly newId: () => RowId;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alerts: AlertSink;
  readonly metrics?: Metrics | undefined;
  readonly background?: Background | undefined;
  readonly defaultRegion?: Region | undefined;
  /** Switches. Without it everything is on. */
  readonly features?: FeaturesFor | undefined;
  readonly isSuppressed?: SuppressionHook | undefined;
  readonly options?: DirectoryOptions | undefined;
}

type Action = "lookup" | "batch-lookup";
const maxBatch = 10_000;

/** Throws `CONFIG_INVALID` for options that cannot be. Does no I/O. */
export function createDirectory(deps: DirectoryDeps): Directory {
  const { audit, clock, metrics } = deps;
  const settings = directorySettings(deps.options);
  const { fields } = settings;
  const closing = new AbortController();
  const spellings = new SpellingMemory(settings.memorySpellings);
  const cache = createContactCache<KnownContact>({
    ...deps,
    decode: decodeKnown(fields),
    policy: settings.cache,
    maxEntries: settings.memoryEntries,
  });
  const health = new Health({ ...deps, authPauseMs: settings.authPauseMs, refreshPauseMs: settings.refreshPauseMs });
  const refill = new Refill({ ...deps, cache, health, fields, closing: closing.signal });
  const resolve = createResolve({ ...deps, cache, refill, health });
  const access = accessPolicy(settings.access, fields, clock);
  const gate = new Gate({ ...deps, access: access.check, closing: closing.signal });

  /** Resolves and records. What cannot be recorded is withheld. */
  async function answer(
    ctx: Ctx,
    action: Action,
    phones: readonly Phone[],
    options: BatchLookupOptions,
    on: Features,
  ): Promise<ReadonlyMap<string, Outcome>> {
    if (!on.lookups) return answerOff(ctx, action, phones);
    const started = clock.now();
    let outcomes: ReadonlyMap<string, Outcome>;
    try {
      outcomes = await resolve(ctx.tenant, phones, howOf(ctx, options, on));
    } catch (error) {
      const { code } = asHubspokeError(error);
      await gate.recordNothingShown(ctx, {
        action,
        subjectIndex: null,
        contactId: null,
        outcome: "failed",
        errorCode: code,
      });
      throw error;
    }
    try {
      await audit.record(ctx, await entriesOf(ctx.tenant, action, phones, outcomes));
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      outcomes = new Map(phones.map((phone) => [subjectOf(phone), failed(phone, error)]));
    }
    measure(action, outcomes, clock.now() - started);
    return outcomes;
  }

  async function entriesOf(
    tenant: Tenant,
    action: Action,
    phones: readonly Phone[],
    outcomes: ReadonlyMap<string, Outcome>,
  ): Promise<readonly AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for (const phone of phones) {
      const { result, audit: outcome, failure } = outcomes.get(subjectOf(phone)) as Outcome;
      entries.push({
        action,
        subjectIndex: await cache.indexOf(tenant, phone.e164),
        contactId: result.contact?.id ?? null,
        outcome,
        errorCode: failure?.code ?? null,
      });
    }
    return entries;
  }

  function measure(kind: Action, outcomes: ReadonlyMap<string, Outcome>, ms: number): void {
    if (metrics === undefined) return;
    metrics.record("directory.lookup.duration_ms", ms, { kind });
    for (const { result, audit: outcome, failure } of outcomes.values()) {
      metrics.count("directory.lookup.count", 1, { kind, outcome });
      const served = result.source === "cache" || result.source === "negative";
      metrics.count(served ? "directory.cache.hit_count" : "directory.cache.miss_count", 1, { kind });
      if (failure !== null) metrics.count("directory.lookup.failed_count", 1, { kind, code: failure.code });
    }
  }

  function howOf(ctx: Ctx, options: BatchLookupOptions, { cache: useCache }: Features): How {
    return {
      fields: access.visibleTo(ctx),
      signal: ctx.signal,
      lane: options.lane ?? "interactive",
      recipeCap: options.recipeCap ?? settings.recipeCap,
      cache: useCache,
    };
  }

  /** Look-ups are switched off for whoever asks. */
  async function answerOff(ctx: Ctx, action: Action, phones: readonly Phone[]): Promise<ReadonlyMap<string, Outcome>> {
    const error = featureOff(action);
    const outcomes = new Map(
      phones.map((phone) => [subjectOf(phone), { ...failed(phone, error), audit: "denied" as const }]),
    );
    await audit.record(ctx, await entriesOf(ctx.tenant, action, phones, outcomes));
    return outcomes;
  }

  function orThrow({ result, failure }: Outcome, options: LookupOptions): LookupResult {
    if (options.throwOnFailure === true && failure !== null && result.contact === null) throw failure;
    return result;
  }

  return {
    async lookupByPhone(spelling, ctx, options = {}) {
      const defaultRegion = options.defaultRegion ?? deps.defaultRegion;
      const read = spellings.read(spelling, defaultRegion);
      const on = await gate.admit(
        ctx,
        "lookup",
        1,
        read.ok ? () => cache.indexOf(ctx.tenant, read.phone.e164) : undefined,
      );
      const phone = read.ok ? read.phone : requirePhone(spelling, { defaultRegion });
      const outcomes = await answer(ctx, "lookup", [phone], options, on);
      return orThrow(outcomes.get(subjectOf(phone)) as Outcome, options);
    },

    async batchLookup(input, ctx, options = {}) {
      const on = await gate.admit(ctx, "batch-lookup", Array.isArray(input) ? Math.max(1, input.length) : 1);
      if (!Array.isArray(input) || input.length > maxBatch) {
        throw new HubspokeError(
          "INPUT_INVALID",
          `batchLookup takes an array of at most ${maxBatch} phone numbers; split it`,
        );
      }
      const defaultRegion = options.defaultRegion ?? deps.defaultRegion;
      const distinct = [...new Set(input as readonly string[])];
      const reads = distinct.map((spelling) => [spelling, spellings.read(spelling, defaultRegion)] as const);
      const phones = new Map<string, Phone>();
      for (const [, read] of reads) if (read.ok) phones.set(subjectOf(read.phone), read.phone);
      const none: ReadonlyMap<string, Outcome> = new Map();
      const outcomes = phones.size === 0 ? none : await answer(ctx, "batch-lookup", [...phones.values()], options, on);
      return new Map(
        reads.map(([spelling, read]): [string, LookupResult | InvalidPhone] => [
          spelling,
          read.ok
            ? orThrow(outcomes.get(subjectOf(read.phone)) as Outcome, options)
            : { ok: false, reason: read.reason, phone: maskPhone(spelling), contact: null },
        ]),
      );
    },

    async forgetContacts(tenant, contactIds) {
      const portalId = await deps.portals.pinned(tenant);
      return portalId === null ? 0 : cache.forgetContacts({ tenant, portalId }, contactIds);
    },

    allow: async (ctx, action) => void (await gate.admit(ctx, action)),

    reconnected: (tenant) => health.succeeded(tenant),

    close() {
      closing.abort();
    },
  };
}
