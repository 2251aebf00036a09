import type { AuditEntry } from "../../audit/audit-row.ts";
import type { AuditWriter } from "../../audit/audit-writer.ts";
import type { CacheScope } from "../../cache/memory-layer.ts";
import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Lane } from "../../model/lane.ts";
import type { Region } from "../../phone/types.ts";
import type { Ctx } from "../../ports/context.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { isPromise, type MaybeAsync } from "../../util/maybe-async.ts";
import { asHubspokeError, orAborted } from "../failure.ts";
import { featureOff, type Gate } from "../gate.ts";
import type { Patiently } from "../patience.ts";
import type { DirectoryField } from "../types.ts";
import type { FindPeople, Found } from "./find-people.ts";
import type { HistoryBook } from "./history-book.ts";
import { fits, foundContact, type KnownPerson } from "./known-person.ts";
import { type Query, readQuery } from "./read-query.ts";
import type { ContactSearch, ContactSearchOptions, FoundContact, HasActiveConversation, Recents } from "./types.ts";

export interface SearchServiceDeps {
  readonly gate: Gate;
  readonly people: FindPeople;
  readonly history: HistoryBook;
  readonly audit: AuditWriter;
  /** The tenant's account; rejects when it is not known and cannot be learned. */
  readonly scopeOf: (tenant: string) => MaybeAsync<CacheScope>;
  readonly patiently: Patiently;
  readonly visibleTo: (ctx: Ctx) => readonly DirectoryField[];
  readonly indexOf: (tenant: string, phone: string) => MaybeAsync<string>;
  readonly hasActiveConversation?: HasActiveConversation | undefined;
  readonly defaultRegion?: Region | undefined;
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
}

const defaultLimit = 20;
const mostPeople = 100;
/** Opened people that are looked through for those who fit a query. */
const recentPeople = 50;
const nothing: Found = { people: [], fetchedAt: 0, cached: true, failure: null };

/** People by name, e-mail, company or number, and whom an actor opened lately. Every person shown is audited. */
export class SearchService {
  readonly #deps: SearchServiceDeps;

  constructor(deps: SearchServiceDeps) {
    this.#deps = deps;
  }

  async search(text: string, ctx: Ctx, options: ContactSearchOptions = {}): Promise<ContactSearch> {
    const { gate, history, defaultRegion } = this.#deps;
    const on = await gate.admit(ctx, "search");
    const query = readQuery(text, defaultRegion);
    const limit = checkedLimit(options.limit ?? defaultLimit);
    if (!on.search) return this.#off(ctx, options);
    const known = options.includeRecent === false ? [] : await history.people(ctx, recentPeople);
    const visible = this.#deps.visibleTo(ctx);
    const recent = known
      .filter((person) => query.kind === "nothing" || isMeant(person, query, visible))
      .slice(0, limit);
    const found = query.kind === "nothing" ? nothing : await this.#find(ctx, query, { ...options, limit }, on.cache);
    if (found.failure !== null && options.throwOnFailure === true) throw await this.#failed(ctx, found.failure);
    const ids = new Set(recent.map(({ id }) => id));
    const others = found.people.filter(({ id }) => !ids.has(id));
    let failure = found.failure;
    let answer: readonly (readonly FoundContact[])[] = [];
    try {
      answer = await this.#shown(ctx, [recent, others], failure);
    } catch (error) {
      // What cannot be recorded is withheld.
      failure = asHubspokeError(error);
      if (options.throwOnFailure === true) throw failure;
    }
    // Sealed under a key that is not the one before, it would be lost with it.
    const remember = options.remember !== false && failure?.code !== "KEY_MISMATCH";
    if (query.kind !== "nothing" && remember) await history.searched(ctx, query.text);
    return {
      recent: answer[0] ?? [],
      contacts: answer[1] ?? [],
      cached: found.cached,
      fetchedAt: query.kind === "nothing" || (failure !== null && found.people.length === 0) ? null : found.fetchedAt,
      ...(failure === null ? {} : { degraded: { code: failure.code } }),
    };
  }

  async recents(ctx: Ctx, limit: number = defaultLimit): Promise<Recents> {
    const on = await this.#deps.gate.admit(ctx, "search");
    const wanted = checkedLimit(limit);
    if (!on.search) return { contacts: [], searches: [] };
    const people = await this.#deps.history.people(ctx, wanted);
    const [contacts = []] = await this.#shown(ctx, [people], null);
    return { contacts, searches: await this.#deps.history.searches(ctx, wanted) };
  }

  /** Errors: NOT_FOUND, FEATURE_OFF, what asking HubSpot gives. */
  async opened(contactId: string, ctx: Ctx): Promise<void> {
    const { gate, people, history } = this.#deps;
    const on = await gate.admit(ctx, "search");
    if (!on.search) throw featureOff("search");
    if (!/^\d{1,20}$/.test(contactId)) {
      throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: a contact id is the number HubSpot gave the contact");
    }
    await history.opened(
      ctx,
      await people.person(await this.#scope(ctx.tenant, "interactive"), contactId, "interactive"),
    );
  }

  async forgetHistory(ctx: Ctx): Promise<number> {
    await this.#deps.gate.admit(ctx, "search");
    return this.#deps.history.forget(ctx);
  }

  /** Whose portal it is may have to be asked of HubSpot, too, once. */
  #scope(tenant: string, lane: Lane): MaybeAsync<CacheScope> {
    const { scopeOf, patiently, people } = this.#deps;
    const known = scopeOf(tenant);
    return isPromise(known) ? patiently(tenant, people.waitMs(lane), known) : known;
  }

  async #find(
    ctx: Ctx,
    query: Exclude<Query, { readonly kind: "nothing" }>,
    { lane = "interactive", limit }: ContactSearchOptions & { readonly limit: number },
    cache: boolean,
  ): Promise<Found> {
    try {
      const scope = await this.#scope(ctx.tenant, lane);
      return await orAborted(this.#deps.people.find(scope, query, { limit, lane, cache }), ctx.signal);
    } catch (error) {
      const failure = asHubspokeError(error);
      if (failure.code === "ABORTED") throw await this.#failed(ctx, failure);
      return { ...nothing, failure };
    }
  }

  /** What may be shown, and a row of the audit trail for each person. What cannot be recorded is withheld. */
  async #shown(
    ctx: Ctx,
    groups: readonly (readonly KnownPerson[])[],
    failure: HubspokeError | null,
  ): Promise<readonly (readonly FoundContact[])[]> {
    const { visibleTo, defaultRegion, audit, metrics } = this.#deps;
    const visible = visibleTo(ctx);
    const people = groups.flat();
    const active = await this.#active(ctx.tenant, people);
    await audit.record(ctx, await this.#entries(ctx.tenant, people, failure));
    metrics?.count("directory.search.count", 1, { outcome: failure?.code ?? (people.length > 0 ? "hit" : "miss") });
    return groups.map((group) =>
      group.map((person) => foundContact(person, visible, active.get(person.id) ?? false, defaultRegion)),
    );
  }

  async #entries(
    tenant: string,
    people: readonly KnownPerson[],
    failure: HubspokeError | null,
  ): Promise<readonly AuditEntry[]> {
    const none = { action: "search", subjectIndex: null, contactId: null } as const;
    if (failure !== null && people.length === 0) return [{ ...none, outcome: "failed", errorCode: failure.code }];
    if (people.length === 0) return [{ ...none, outcome: "miss", errorCode: null }];
    const errorCode = failure?.code ?? null;
    const entries: AuditEntry[] = [];
    for (const { id, phone } of people) {
      const subjectIndex = phone === null ? null : await this.#deps.indexOf(tenant, phone);
      entries.push({ action: "search", subjectIndex, contactId: id, outcome: "hit", errorCode });
    }
    return entries;
  }

  /** The host's own answer. One that fails marks nobody and is logged: the search is still worth having. */
  async #active(tenant: string, people: readonly KnownPerson[]): Promise<ReadonlyMap<string, boolean>> {
    const { hasActiveConversation, logger } = this.#deps;
    if (hasActiveConversation === undefined || people.length === 0) return new Map();
    try {
      const asked = people.map(({ id, phone }) => ({ contactId: id, phone }));
      const answers = await hasActiveConversation(tenant, asked);
      return new Map(people.map(({ id }, i) => [id, answers[i] === true]));
    } catch (error) {
      const code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
      logger.error("directory.active_conversations_failed", { tenant, code });
      return new Map();
    }
  }

  async #off(ctx: Ctx, options: ContactSearchOptions): Promise<ContactSearch> {
    const error = featureOff("search");
    await this.#deps.gate.recordNothingShown(ctx, {
      action: "search",
      subjectIndex: null,
      contactId: null,
      outcome: "denied",
      errorCode: error.code,
    });
    if (options.throwOnFailure === true) throw error;
    return { contacts: [], recent: [], cached: true, fetchedAt: null, degraded: { code: error.code } };
  }

  async #failed(ctx: Ctx, failure: HubspokeError): Promise<HubspokeError> {
    const entry = { action: "search", subjectIndex: null, contactId: null, outcome: "failed" } as const;
    await this.#deps.gate.recordNothingShown(ctx, { ...entry, errorCode: failure.code });
    return failure;
  }
}

function isMeant(
  person: KnownPerson,
  query: Exclude<Query, { readonly kind: "nothing" }>,
  visible: readonly DirectoryField[],
): boolean {
  return query.kind === "phone" ? person.phone === query.phone.e164 : fits(person, query.text, visible);
}

function checkedLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostPeople) return limit;
  throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: limit is a whole number from 1 to ${mostPeople}`);
}
