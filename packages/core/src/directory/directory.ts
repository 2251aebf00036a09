import type { AuditWriter } from "../audit/audit-writer.ts";
import type { Background } from "../audit/tell.ts";
import { createContactCache } from "../cache/contact-cache.ts";
import type { BlindIndex } from "../crypto/blind-index.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { parsePhone } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { CacheStats, CacheStore } from "../ports/cache-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import type { HistoryStore } from "../ports/history-store.ts";
import type { PortalId, RowId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { LeaseStore } from "../ports/lease-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { accessPolicy } from "./access-policy.ts";
import { refreshActiveJob } from "./background/refresh-active.ts";
import { UnknownNumbersSync, type UnknownProgress } from "./background/unknown-numbers.ts";
import { changedContacts, type RecordChange } from "./changed-contacts.ts";
import { type ContactFinder, subjectOf } from "./contact-finder.ts";
import { type FeaturesFor, Gate } from "./gate.ts";
import { Health } from "./health.ts";
import { decodeKnown, type KnownContact } from "./known-contact.ts";
import { createLookUps } from "./look-ups.ts";
import { type DirectoryOptions, directorySettings } from "./options.ts";
import { patientlyOver } from "./patience.ts";
import { Refill } from "./refill.ts";
import { createResolve } from "./resolve.ts";
import { type PortalPort, scopeFrom } from "./scope.ts";
import type { ContactQueryPort } from "./search/contact-query.ts";
import { FindPeople } from "./search/find-people.ts";
import { type ForgottenPerson, HistoryBook, type HistoryEntry } from "./search/history-book.ts";
import { SearchService } from "./search/search.ts";
import type { ContactSearch, ContactSearchOptions, Recents } from "./search/types.ts";
import type { SuppressionHook } from "./suppression.ts";
import type { BatchLookupOptions, BatchResult, LookupOptions, LookupResult } from "./types.ts";

/**
 * Phone numbers to contacts, over an encrypted cache, and people by name. Everything shown is audited.
 *
 * HubSpot being down, slow, limited or unauthorised never throws: a stale contact is served flagged, else `contact` is
 * null and `degraded.code` says why (unless `throwOnFailure`). So does a feature that is switched off. What does throw
 * is the caller's doing: `PHONE_INVALID` (single look-ups), `INPUT_INVALID`, `ACCESS_DENIED`, `ACTOR_LIMITED`,
 * `ABORTED`, `CLOSED`.
 */
export interface Directory {
  /** Who has this number. Throws `PHONE_INVALID`, the number masked, for what is none. */
  lookupByPhone(phone: string, ctx: Ctx, options?: LookupOptions): Promise<LookupResult>;
  /**
   * The same for up to 10,000 numbers, in as few searches as HubSpot allows. The map has one entry per spelling passed
   * in; what is no number is `{ ok: false, reason }`. `lookupByPhone(n)` and `batchLookup([n])` agree.
   */
  batchLookup(phones: readonly string[], ctx: Ctx, options?: BatchLookupOptions): Promise<BatchResult>;
  /**
   * People by name, e-mail address, company or number, and whom the actor opened lately. A number is verified in E.164;
   * an empty text gives the recents alone. Answers of the last half minute cost no call.
   */
  search(query: string, ctx: Ctx, options?: ContactSearchOptions): Promise<ContactSearch>;
  /** Whom the actor opened and what they searched for, the latest first. `limit`: 1 to 100, default 20. */
  recents(ctx: Ctx, limit?: number): Promise<Recents>;
  /** The actor opened this contact: it becomes the first of their recents. `NOT_FOUND` when HubSpot has none of that id. */
  opened(contactId: string, ctx: Ctx): Promise<void>;
  /** Removes what is kept of the actor's searches and recents. Says how many entries went. */
  forgetHistory(ctx: Ctx): Promise<number>;
  /**
   * These numbers are part of a conversation for the next `forMs` (default 24 h): what is known of them is kept fresh in
   * the background. Numbers that were never looked up, and texts that are none, are left out.
   */
  markActive(phones: readonly string[], ctx: Ctx, options?: { readonly forMs?: number }): Promise<void>;
  /** Names for every number of `unknownNumbers`, in the background. Answers at once; a pass under way goes on. For `manage`. */
  syncUnknown(ctx: Ctx): Promise<UnknownProgress>;
  /** Of the latest pass, from the storage: `never` before the first. For `manage`. */
  unknownProgress(ctx: Ctx): Promise<UnknownProgress>;
  /** What the tenant's cache holds, and how often this process found what it looked for. For `manage`. */
  cacheStats(ctx: Ctx): Promise<DirectoryCacheStats>;
  /** Empties the tenant's cache; other processes serve their own memory for up to `memoryMs` more. For `manage`, audited. */
  clearCache(ctx: Ctx): Promise<number>;
  /**
   * HubSpot tells of changes: what is kept of these contacts is served flagged `stale` from now on and fetched anew, in
   * other processes within `memoryMs`. Says how many entries are concerned. Webhooks and the journal call it.
   */
  contactsChanged(tenant: Tenant, portalId: PortalId, changes: readonly RecordChange[]): Promise<number>;
  /** Drops what is kept of these contacts of the tenant: they were erased. Says how many entries went. */
  forgetContacts(tenant: Tenant, contactIds: readonly string[]): Promise<number>;
  /** The same by number as well. */
  forgetPeople(tenant: Tenant, contactIds: readonly string[], phones: readonly string[]): Promise<number>;
  /** Removes from every actor's history the searches that would find this person. Says how many went. */
  forgetSearches(tenant: Tenant, person: ForgottenPerson): Promise<number>;
  /** What every actor's history has of this person: searches that would find them, and who opened them. */
  historyAbout(tenant: Tenant, person: ForgottenPerson): Promise<readonly HistoryEntry[]>;
  /** Drops what this process's memory holds of a tenant that is gone. */
  forgetTenant(tenant: Tenant): void;
  /** Passes whom `access` allows the action, else throws ACCESS_DENIED and leaves a trace: for parts beside the directory. */
  allow(ctx: Ctx, action: AuditAction): Promise<void>;
  /** HubSpot may be asked for the tenant again at once: its connection was just made anew. */
  reconnected(tenant: Tenant): void;
  /** For the worker. */
  readonly jobs: readonly Job[];
  /** Abandons what is being asked of HubSpot; later look-ups are `CLOSED`. */
  close(): void;
}

export interface DirectoryCacheStats extends CacheStats {
  /** Entries in this process's memory, of all tenants. */
  readonly inMemory: number;
  /** Numbers asked for in this process since it started, of all tenants. */
  readonly hits: number;
  readonly misses: number;
}

export interface DirectoryDeps {
  readonly finder: ContactFinder;
  readonly query: ContactQueryPort;
  readonly portals: PortalPort;
  readonly store: CacheStore;
  readonly history: HistoryStore;
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
  readonly cursors: CursorStore;
  readonly leases: LeaseStore;
  /** Every connected tenant. */
  readonly tenants: () => Promise<readonly Tenant[]>;
  readonly options?: DirectoryOptions | undefined;
}

const dayMs = 86_400_000;

/** Throws `CONFIG_INVALID` for options that cannot be. Does no I/O. */
export function createDirectory(deps: DirectoryDeps): Directory {
  const { audit, clock } = deps;
  const settings = directorySettings(deps.options);
  const { fields } = settings;
  const closing = new AbortController();
  const cache = createContactCache<KnownContact>({
    ...deps,
    decode: decodeKnown(fields),
    policy: settings.cache,
    maxEntries: settings.memoryEntries,
  });
  const health = new Health({ ...deps, authPauseMs: settings.authPauseMs, refreshPauseMs: settings.refreshPauseMs });
  const access = accessPolicy(settings.access, fields, clock);
  const gate = new Gate({ ...deps, access: access.check, closing: closing.signal });
  const scopeOf = scopeFrom(deps.portals, health);
  const shared = { ...deps, ...settings, cache, health, gate, fields, scopeOf, closing: closing.signal };
  const refill = new Refill(shared);
  const { visibleTo } = access;
  const resolve = createResolve({ ...shared, refill });
  const lookUps = createLookUps({ ...shared, visibleTo, resolve });
  const unknown = new UnknownNumbersSync({ ...shared, resolve });
  const people = new FindPeople(shared);
  const history = new HistoryBook({ ...deps, store: deps.history });
  const search = new SearchService({
    ...shared,
    people,
    visibleTo,
    history,
    patiently: patientlyOver(shared),
    indexOf: cache.indexOf,
  });

  async function forgetPeople(
    tenant: Tenant,
    contactIds: readonly string[],
    phones: readonly string[],
  ): Promise<number> {
    people.forget(tenant, new Set(contactIds));
    const portalId = await deps.portals.pinned(tenant);
    if (portalId === null) return 0;
    const scope = { tenant, portalId };
    const removed = await cache.forgetContacts(scope, contactIds);
    return removed + (phones.length === 0 ? 0 : await cache.forgetSubjects(scope, phones));
  }

  return {
    ...lookUps,
    search: (query, ctx, options) => search.search(query, ctx, options),
    recents: (ctx, limit) => search.recents(ctx, limit),
    opened: (contactId, ctx) => search.opened(contactId, ctx),
    forgetHistory: (ctx) => search.forgetHistory(ctx),

    async markActive(phones, ctx, { forMs = dayMs } = {}) {
      await gate.admit(ctx, "lookup");
      const portalId = await deps.portals.pinned(ctx.tenant);
      const reads = phones.map((phone) => parsePhone(phone, { defaultRegion: deps.defaultRegion }));
      const subjects = reads.flatMap((read) => (read.ok ? [subjectOf(read.phone)] : []));
      if (portalId !== null) await cache.markActive({ tenant: ctx.tenant, portalId }, subjects, clock.now() + forMs);
    },

    syncUnknown: (ctx) => unknown.start(ctx),
    unknownProgress: (ctx) => unknown.progress(ctx),
    jobs: [refreshActiveJob({ ...shared, refill }), unknown.job],

    async cacheStats(ctx) {
      await gate.admit(ctx, "cache-clear");
      const portalId = await deps.portals.pinned(ctx.tenant);
      const none = { positive: 0, negative: 0, stale: 0, oldestFetchedAt: null };
      const stored = portalId === null ? none : await cache.stats({ tenant: ctx.tenant, portalId }, clock.now());
      return { ...stored, ...cache.counts() };
    },

    async clearCache(ctx) {
      await gate.admit(ctx, "cache-clear");
      const nobody = { subjectIndex: null, contactId: null, errorCode: null } as const;
      await audit.record(ctx, [{ action: "cache-clear", outcome: "ok", ...nobody }]);
      people.forget(ctx.tenant);
      return cache.clear(ctx.tenant);
    },

    async contactsChanged(tenant, portalId, changes) {
      const ids = changedContacts(changes, fields);
      if (ids.length === 0) return 0;
      people.forget(tenant, new Set(ids));
      return cache.outdate({ tenant, portalId }, ids, clock.now());
    },

    forgetContacts: (tenant, contactIds) => forgetPeople(tenant, contactIds, []),
    forgetPeople,
    forgetSearches: (tenant, person) => history.forgetAbout(tenant, person),
    historyAbout: (tenant, person) => history.about(tenant, person),
    forgetTenant(tenant) {
      people.forget(tenant);
      cache.forgetTenant(tenant);
    },

    allow: async (ctx, action) => void (await gate.admit(ctx, action)),

    reconnected: (tenant) => health.succeeded(tenant),

    close() {
      closing.abort();
    },
  };
}
