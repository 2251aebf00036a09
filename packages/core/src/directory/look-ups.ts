import type { AuditEntry } from "../audit/audit-row.ts";
import type { AuditWriter } from "../audit/audit-writer.ts";
import type { ContactCache } from "../cache/contact-cache.ts";
import { SpellingMemory } from "../cache/spelling-memory.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { maskPhone } from "../phone/mask.ts";
import { requirePhone } from "../phone/parse.ts";
import type { Phone, Region } from "../phone/types.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Metrics } from "../ports/metrics.ts";
import { chain, isPromise, type MaybeAsync } from "../util/maybe-async.ts";
import { subjectOf } from "./contact-finder.ts";
import { asHubspokeError } from "./failure.ts";
import { type Features, featureOff, type Gate } from "./gate.ts";
import type { KnownContact } from "./known-contact.ts";
import { failed, fromCache, type Outcome } from "./outcomes.ts";
import type { How, Resolve } from "./resolve.ts";
import type { PortalPort } from "./scope.ts";
import type {
  BatchLookupOptions,
  BatchResult,
  DirectoryField,
  InvalidPhone,
  LookupOptions,
  LookupResult,
} from "./types.ts";

export interface LookUpsDeps {
  readonly gate: Gate;
  readonly resolve: Resolve;
  readonly cache: Pick<ContactCache<KnownContact>, "indexOf" | "remembered">;
  readonly portals: Pick<PortalPort, "remembered">;
  readonly audit: AuditWriter;
  readonly visibleTo: (ctx: Ctx) => readonly DirectoryField[];
  readonly clock: Pick<Clock, "now">;
  readonly metrics?: Metrics | undefined;
  readonly defaultRegion?: Region | undefined;
  readonly recipeCap: number;
  readonly memorySpellings: number;
}

export interface LookUps {
  lookupByPhone(phone: string, ctx: Ctx, options?: LookupOptions): Promise<LookupResult>;
  batchLookup(phones: readonly string[], ctx: Ctx, options?: BatchLookupOptions): Promise<BatchResult>;
}

type Action = "lookup" | "batch-lookup";
const maxBatch = 10_000;

/** Numbers to names, for whoever may: admitted, resolved, recorded, measured. */
export function createLookUps(deps: LookUpsDeps): LookUps {
  const { gate, resolve, cache, portals, audit, clock, metrics } = deps;
  const spellings = new SpellingMemory(deps.memorySpellings);

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
      outcomes = await resolve(ctx.tenant, phones, howOf(ctx, action, options, on));
    } catch (error) {
      const { code } = asHubspokeError(error);
      const nobody = { action, subjectIndex: null, contactId: null } as const;
      await gate.recordNothingShown(ctx, { ...nobody, outcome: "failed", errorCode: code });
      throw error;
    }
    try {
      await audit.record(ctx, await entriesOf(ctx.tenant, action, phones, outcomes));
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      outcomes = new Map(phones.map((phone) => [subjectOf(phone), failed(phone, error)]));
    }
    measure(action, outcomes.values(), clock.now() - started);
    return outcomes;
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

  /**
   * The hot path: what this process's memory holds, which is fresh, answered and recorded without waiting for anything
   * that is at hand. `undefined` where it does not hold it.
   */
  function fromMemory(
    ctx: Ctx,
    phone: Phone,
    options: LookupOptions,
    on: Features,
  ): MaybeAsync<LookupResult> | undefined {
    const { tenant } = ctx;
    const portalId = on.lookups && on.cache ? portals.remembered(tenant) : null;
    if (portalId === null) return undefined;
    const now = clock.now();
    const entry = cache.remembered({ tenant, portalId }, subjectOf(phone), now);
    if (entry === undefined) return undefined;
    const outcome = fromCache(phone, entry, false, deps.visibleTo(ctx));
    const { contactId } = entry;
    const index = outcome.index ?? cache.indexOf(tenant, phone.e164);
    return chain(index, (subjectIndex) => {
      const row = { action: "lookup", subjectIndex, contactId, outcome: outcome.audit, errorCode: null } as const;
      return chain(recorded(ctx, row), (failure) => {
        const given = failure === null ? outcome : failed(phone, failure);
        measure("lookup", [given], clock.now() - now);
        return orThrow(given, options);
      });
    });
  }

  /** Null, or why it could not be recorded: then it is not shown. */
  function recorded(ctx: Ctx, entry: AuditEntry): MaybeAsync<HubspokeError | null> {
    const failedWith = (error: unknown): HubspokeError => {
      if (isHubspokeError(error)) return error;
      throw error;
    };
    try {
      const done = audit.record(ctx, [entry]);
      return isPromise(done) ? done.then(() => null, failedWith) : null;
    } catch (error) {
      return failedWith(error);
    }
  }

  async function entriesOf(
    tenant: Tenant,
    action: Action,
    phones: readonly Phone[],
    outcomes: ReadonlyMap<string, Outcome>,
  ): Promise<readonly AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for (const phone of phones) {
      const { result, audit: outcome, failure, index } = outcomes.get(subjectOf(phone)) as Outcome;
      entries.push({
        action,
        // Nobody could find or erase a row by an index under a key that is not the one before.
        subjectIndex: failure?.code === "KEY_MISMATCH" ? null : (index ?? (await cache.indexOf(tenant, phone.e164))),
        contactId: result.contact?.id ?? null,
        outcome,
        errorCode: failure?.code ?? null,
      });
    }
    return entries;
  }

  function measure(kind: Action, outcomes: Iterable<Outcome>, ms: number): void {
    if (metrics === undefined) return;
    metrics.record("directory.lookup.duration_ms", ms, { kind });
    for (const { result, audit: outcome, failure } of outcomes) {
      metrics.count("directory.lookup.count", 1, { kind, outcome });
      const served = result.source === "cache" || result.source === "negative";
      metrics.count(served ? "directory.cache.hit_count" : "directory.cache.miss_count", 1, { kind });
      if (failure !== null) metrics.count("directory.lookup.failed_count", 1, { kind, code: failure.code });
    }
  }

  function howOf(ctx: Ctx, action: Action, options: BatchLookupOptions, on: Features): How {
    return {
      batch: action === "batch-lookup",
      fields: deps.visibleTo(ctx),
      signal: ctx.signal,
      lane: options.lane ?? "interactive",
      recipeCap: options.recipeCap ?? deps.recipeCap,
      cache: on.cache,
    };
  }

  function orThrow({ result, failure }: Outcome, options: LookupOptions): LookupResult {
    if (options.throwOnFailure === true && failure !== null && result.contact === null) throw failure;
    return result;
  }

  return {
    async lookupByPhone(spelling, ctx, options = {}) {
      const defaultRegion = options.defaultRegion ?? deps.defaultRegion;
      const read = spellings.read(spelling, defaultRegion);
      const subject = read.ok ? () => cache.indexOf(ctx.tenant, read.phone.e164) : undefined;
      const admitted = gate.admit(ctx, "lookup", 1, subject);
      const on = isPromise(admitted) ? await admitted : admitted;
      const phone = read.ok ? read.phone : requirePhone(spelling, { defaultRegion });
      const known = fromMemory(ctx, phone, options, on);
      if (known !== undefined) return known;
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
  };
}
