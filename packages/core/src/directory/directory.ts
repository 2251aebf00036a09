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
import type { CacheStore } from "../ports/cache-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { type AccessCheck, checkCtx, denied } from "./access.ts";
import { type ContactFinder, subjectOf } from "./contact-finder.ts";
import { asHubspokeError } from "./failure.ts";
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
  /** Roles, purposes, limits and flags. Without it every caller may look up. */
  readonly access?: AccessCheck | undefined;
  readonly isSuppressed?: SuppressionHook | undefined;
  readonly options?: DirectoryOptions | undefined;
}

type Action = "lookup" | "batch-lookup";
const maxBatch = 10_000;

/** Throws `CONFIG_INVALID` for options that cannot be. Does no I/O. */
export function createDirectory(deps: DirectoryDeps): Directory {
  const { audit, clock, metrics, access } = deps;
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
  const resolve = createResolve({ ...deps, cache, refill, health, fields });

  /** Refuses before anything is looked at, and leaves a trace of it. */
  async function admit(ctx: Ctx, action: Action, phone: Phone | null): Promise<void> {
    checkCtx(ctx);
    if (closing.signal.aborted)
      throw new HubspokeError("CLOSED", "this Hubspoke is closed; make a new one to look up contacts");
    const denial = (await access?.(ctx, action)) ?? null;
    if (denial === null) return;
    const subjectIndex = phone === null ? null : await cache.indexOf(ctx.tenant, phone.e164);
    await recordNothingShown(ctx, { action, subjectIndex, contactId: null, outcome: "denied", errorCode: denial.code });
    throw denied(denial, ctx, action);
  }

  /** Nothing was disclosed, so a failing audit trail (which raises its own alert) must not replace the reason why. */
  async function recordNothingShown(ctx: Ctx, entry: AuditEntry): Promise<void> {
    try {
      await audit.record(ctx, [entry]);
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      deps.logger.error("directory.refusal_not_audited", { tenant: ctx.tenant, code: error.code });
    }
  }

  /** Resolves and records. What cannot be recorded is withheld. */
  async function answer(
    ctx: Ctx,
    action: Action,
    phones: readonly Phone[],
    how: How,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const started = clock.now();
    let outcomes: ReadonlyMap<string, Outcome>;
    try {
      outcomes = await resolve(ctx.tenant, phones, { ...how, signal: ctx.signal });
    } catch (error) {
      const { code } = asHubspokeError(error);
      await recordNothingShown(ctx, {
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

  function howOf(options: BatchLookupOptions): How {
    return { lane: options.lane ?? "interactive", recipeCap: options.recipeCap ?? settings.recipeCap };
  }

  function orThrow({ result, failure }: Outcome, options: LookupOptions): LookupResult {
    if (options.throwOnFailure === true && failure !== null && result.contact === null) throw failure;
    return result;
  }

  return {
    async lookupByPhone(spelling, ctx, options = {}) {
      const defaultRegion = options.defaultRegion ?? deps.defaultRegion;
      const read = spellings.read(spelling, defaultRegion);
      await admit(ctx, "lookup", read.ok ? read.phone : null);
      const phone = read.ok ? read.phone : requirePhone(spelling, { defaultRegion });
      const outcomes = await answer(ctx, "lookup", [phone], howOf(options));
      return orThrow(outcomes.get(subjectOf(phone)) as Outcome, options);
    },

    async batchLookup(input, ctx, options = {}) {
      await admit(ctx, "batch-lookup", null);
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
      const outcomes =
        phones.size === 0 ? none : await answer(ctx, "batch-lookup", [...phones.values()], howOf(options));
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

    reconnected: (tenant) => health.succeeded(tenant),

    close() {
      closing.abort();
    },
  };
}
