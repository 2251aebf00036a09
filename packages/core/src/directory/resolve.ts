import type { Background } from "../audit/tell.ts";
import type { ContactCache } from "../cache/contact-cache.ts";
import type { CacheEntry, CacheScope } from "../cache/memory-layer.ts";
import { freshness } from "../cache/policy.ts";
import type { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Lane } from "../model/lane.ts";
import type { Phone } from "../phone/types.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { isPromise } from "../util/maybe-async.ts";
import { type FailedFinding, subjectOf } from "./contact-finder.ts";
import { asHubspokeError, orAborted } from "./failure.ts";
import type { Health } from "./health.ts";
import { directoryContact, type KnownContact } from "./known-contact.ts";
import { failed, fromCache, nobody, type Outcome } from "./outcomes.ts";
import { patientlyOver } from "./patience.ts";
import type { Fetched, Refill } from "./refill.ts";
import type { ScopeOf } from "./scope.ts";
import { type SuppressionHook, suppressed } from "./suppression.ts";
import type { DirectoryField, LookupResult } from "./types.ts";

export interface ResolveDeps {
  readonly cache: ContactCache<KnownContact>;
  readonly refill: Refill;
  readonly health: Health;
  readonly scopeOf: ScopeOf;
  readonly isSuppressed?: SuppressionHook | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Without it no refresh is started behind an answer: on Workers it would be cut off with the invocation. */
  readonly background?: Background | undefined;
  /** How long one number, and a batch of them, wait for HubSpot. */
  readonly answerWithinMs: number;
  readonly webhookAnswerWithinMs: number;
  readonly batchAnswerWithinMs: number;
}

export interface How {
  /** Many numbers were asked for, however few of them are left to ask of HubSpot: whoever asks has the batch's patience. */
  readonly batch: boolean;
  readonly lane: Lane;
  readonly recipeCap: number;
  /** What whoever asks may see. */
  readonly fields: readonly DirectoryField[];
  /** False: nothing kept is used, and nothing is kept. */
  readonly cache: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Numbers to outcomes: memory, then the sealed store, then HubSpot. Every phone has an outcome, under `subjectOf`;
 * whatever fails is one, never an exception, except `ABORTED` by the caller's own signal.
 */
export type Resolve = (tenant: Tenant, phones: readonly Phone[], how: How) => Promise<ReadonlyMap<string, Outcome>>;

type Entry = CacheEntry<KnownContact>;

const nothingCached: { readonly entries: ReadonlyMap<string, Entry>; readonly failure: null } = {
  entries: new Map(),
  failure: null,
};

export function createResolve(deps: ResolveDeps): Resolve {
  const { cache, refill, health, scopeOf, clock, logger, background } = deps;
  const patiently = patientlyOver(deps);

  /** What the cache holds. While its store is down look-ups still work, each at the price of a HubSpot call. */
  async function cached(
    scope: CacheScope,
    phones: readonly Phone[],
    now: EpochMs,
  ): Promise<{ readonly entries: ReadonlyMap<string, Entry>; readonly failure: HubspokeError | null }> {
    try {
      return { entries: await cache.read(scope, phones.map(subjectOf), now), failure: null };
    } catch (error) {
      const failure = asHubspokeError(error);
      // Without keys nothing can be recorded either: a look-up that leaves no trace is not made.
      if (failure.category !== "storage") throw failure;
      logger.error("directory.cache_read_failed", { tenant: scope.tenant, code: failure.code });
      return { entries: new Map(), failure };
    }
  }

  function refreshBehind(scope: CacheScope, phones: readonly Phone[], recipeCap: number): void {
    if (background === undefined || phones.length === 0 || !health.mayRefresh(scope.tenant)) return;
    background(async () => {
      await refill.fetch(scope, phones, { lane: "incremental", recipeCap, cache: true });
    });
  }

  async function resolve(tenant: Tenant, phones: readonly Phone[], how: How): Promise<Map<string, Outcome>> {
    const now = clock.now();
    const outcomes = new Map<string, Outcome>();
    const alone = how.lane === "webhook" ? deps.webhookAnswerWithinMs : deps.answerWithinMs;
    const patience = how.batch ? deps.batchAnswerWithinMs : alone;
    // Whose portal it is may have to be asked of HubSpot, too, once; afterwards it is at hand, and no timer is set.
    const known = scopeOf(tenant);
    const scope = isPromise(known) ? await patiently(tenant, patience, known) : known;
    const { entries, failure } = how.cache ? await cached(scope, phones, now) : nothingCached;
    const stale: Phone[] = [];
    const absent: Phone[] = [];
    for (const phone of phones) {
      const entry = entries.get(subjectOf(phone));
      if (entry === undefined) absent.push(phone);
      else {
        const isStale = freshness(entry, now) === "stale";
        if (isStale) stale.push(phone);
        outcomes.set(subjectOf(phone), fromCache(phone, entry, isStale, how.fields));
      }
    }
    refreshBehind(scope, stale, how.recipeCap);
    const asked = absent.length === 0 ? absent : await withoutErased(tenant, absent, now, outcomes);
    if (asked.length > 0) {
      const fetched = await orAborted(patiently(tenant, patience, refill.fetch(scope, asked, how)), how.signal);
      for (const phone of asked) {
        outcomes.set(
          subjectOf(phone),
          fromHubSpot(phone, fetched.get(subjectOf(phone)) as Fetched | FailedFinding, failure, how.fields),
        );
      }
    }
    return outcomes;
  }

  /**
   * Asked before HubSpot is: nobody is fetched who was erased. What is kept needs no such question, because erasing
   * removes it, and whoever keeps an answer looks for an erasure afterwards.
   */
  async function withoutErased(
    tenant: Tenant,
    phones: readonly Phone[],
    now: EpochMs,
    outcomes: Map<string, Outcome>,
  ): Promise<readonly Phone[]> {
    const numbers = phones.map(({ e164 }) => e164);
    const erased = await suppressed(deps.isSuppressed, tenant, "phone", numbers);
    for (const phone of phones) if (erased.has(phone.e164)) outcomes.set(subjectOf(phone), nobody(phone, now));
    return phones.filter((phone) => !erased.has(phone.e164));
  }

  function fromHubSpot(
    phone: Phone,
    fetched: Fetched | FailedFinding,
    cacheFailure: HubspokeError | null,
    fields: readonly DirectoryField[],
  ): Outcome {
    if ("failed" in fetched) return failed(phone, fetched.failed);
    const { value, decidedBy, fetchedAt } = fetched;
    const contact = value && directoryContact(value, phone, fields, { source: "hubspot", fetchedAt, stale: false });
    const failure = fetched.notCached ?? cacheFailure;
    const result: LookupResult = {
      ok: true,
      phone: phone.e164,
      contact,
      source: "hubspot",
      fetchedAt,
      stale: false,
      decidedBy,
      ...(failure === null ? {} : { degraded: { code: failure.code } }),
    };
    return { result, audit: contact === null ? "miss" : "hit", failure };
  }

  return async (tenant, phones, how) => {
    try {
      return await resolve(tenant, phones, how);
    } catch (error) {
      const failure = asHubspokeError(error);
      if (failure.code === "ABORTED") throw failure;
      logger.error("directory.lookup_failed", { tenant, code: failure.code, phones: phones.length });
      return new Map(phones.map((phone) => [subjectOf(phone), failed(phone, failure)]));
    }
  };
}
