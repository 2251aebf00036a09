import type { CacheAnswer, ContactCache } from "../cache/contact-cache.ts";
import type { CacheScope } from "../cache/memory-layer.ts";
import { type HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Lane } from "../model/lane.ts";
import type { Phone } from "../phone/types.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { SingleFlight } from "../util/single-flight.ts";
import { type ContactFinder, type FailedFinding, type PhoneFinding, subjectOf } from "./contact-finder.ts";
import { asHubspokeError } from "./failure.ts";
import type { Health } from "./health.ts";
import { type KnownContact, knownContact, propertiesOf } from "./known-contact.ts";
import { type SuppressionHook, suppressed } from "./suppression.ts";
import type { DecidedBy, DirectoryField } from "./types.ts";

/** What HubSpot said about one number. */
export interface Fetched {
  readonly value: KnownContact | null;
  readonly decidedBy: DecidedBy;
  readonly fetchedAt: EpochMs;
  /** The answer is good and could not be kept. */
  readonly notCached?: HubspokeError;
}

export interface RefillDeps {
  readonly finder: ContactFinder;
  readonly cache: ContactCache<KnownContact>;
  readonly health: Health;
  readonly isSuppressed?: SuppressionHook | undefined;
  readonly fields: readonly DirectoryField[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fires when the directory closes. */
  readonly closing: AbortSignal;
}

export interface Asking {
  readonly lane: Lane;
  readonly recipeCap: number;
  /** Whether the answer is kept. */
  readonly cache: boolean;
}

/**
 * Asks HubSpot for numbers the cache does not know, and fills the cache. However many ask for a number at once, HubSpot
 * is asked once; who asks for one number does not wait behind a batch that holds it too, whose lane is slower.
 * The shared call ends with the directory, not with the first of its callers.
 */
export class Refill {
  readonly #deps: RefillDeps;
  readonly #flights = new SingleFlight<Fetched | FailedFinding>();

  constructor(deps: RefillDeps) {
    this.#deps = deps;
  }

  /** One outcome per phone, by subject. Never rejects for what HubSpot or the store did: that is an outcome. */
  async fetch(
    scope: CacheScope,
    phones: readonly Phone[],
    how: Asking,
  ): Promise<ReadonlyMap<string, Fetched | FailedFinding>> {
    const started: Phone[] = [];
    // Begins in the next microtask, when `started` holds every number that is not in flight already.
    const call = Promise.resolve().then(() => (started.length === 0 ? new Map() : this.#ask(scope, started, how)));
    const kind = `${phones.length === 1 ? "one" : "many"}${how.cache ? "" : " unkept"}`;
    const outcomes = phones.map(async (phone): Promise<[string, Fetched | FailedFinding]> => {
      const subject = subjectOf(phone);
      const outcome = await this.#flights.run(`${kind} ${scope.portalId} ${subject} ${scope.tenant}`, async () => {
        started.push(phone);
        return (await call).get(subject) as Fetched | FailedFinding;
      });
      return [subject, outcome];
    });
    return new Map(await Promise.all(outcomes));
  }

  async #ask(scope: CacheScope, phones: readonly Phone[], how: Asking): Promise<Map<string, Fetched | FailedFinding>> {
    const { clock, finder, health, fields, closing } = this.#deps;
    const { tenant } = scope;
    const fetchedAt = clock.now();
    try {
      health.check(tenant);
      const { lane, recipeCap } = how;
      const query = { tenant, phones, properties: propertiesOf(fields), lane, recipeCap, signal: closing };
      const findings = await finder.findByPhones(query);
      this.#learn(tenant, findings.values());
      return await this.#keep(scope, findings, fetchedAt, how.cache);
    } catch (error) {
      const failed = asHubspokeError(error);
      return new Map(phones.map((phone) => [subjectOf(phone), { failed }]));
    }
  }

  #learn(tenant: string, findings: Iterable<PhoneFinding | FailedFinding>): void {
    let failure: HubspokeError | undefined;
    for (const finding of findings) if ("failed" in finding) failure = finding.failed;
    if (failure === undefined) this.#deps.health.succeeded(tenant);
    else this.#deps.health.failed(tenant, failure);
  }

  /**
   * Erased people are left out before anything is kept, and looked for again after: who was erased while HubSpot was
   * being asked has a suppression entry by then, and what was kept of them goes.
   */
  async #keep(
    scope: CacheScope,
    findings: ReadonlyMap<string, PhoneFinding | FailedFinding>,
    fetchedAt: EpochMs,
    keep: boolean,
  ): Promise<Map<string, Fetched | FailedFinding>> {
    const erased = await this.#erased(scope, [...findings.values()].flatMap(contactIdsOf));
    const out = new Map<string, Fetched | FailedFinding>();
    const answers: CacheAnswer<KnownContact>[] = [];
    for (const [subject, finding] of findings) {
      if ("failed" in finding) {
        out.set(subject, finding);
        continue;
      }
      const value = this.#valueOf(finding, erased);
      out.set(subject, { value, decidedBy: finding.decidedBy, fetchedAt });
      if (keep && (value !== null || finding.complete)) answers.push({ subject, value, contactId: value?.id ?? null });
    }
    const notCached = await this.#write(scope, answers, fetchedAt);
    for (const { subject } of answers) {
      if (notCached !== undefined) out.set(subject, { ...(out.get(subject) as Fetched), notCached });
    }
    for (const subject of await this.#forgetErased(scope, answers)) {
      out.set(subject, { ...(out.get(subject) as Fetched), value: null });
    }
    return out;
  }

  #erased({ tenant }: CacheScope, contactIds: readonly string[]): Promise<ReadonlySet<string>> {
    return suppressed(this.#deps.isSuppressed, tenant, "contact", [...new Set(contactIds)]);
  }

  /** Takes back what was just kept of people erased meanwhile; the subjects concerned. */
  async #forgetErased(scope: CacheScope, answers: readonly CacheAnswer<KnownContact>[]): Promise<readonly string[]> {
    const kept = answers.flatMap(({ subject, value }) => (value === null ? [] : [{ subject, value }]));
    const contacts = await this.#erased(
      scope,
      kept.map(({ value }) => value.id),
    );
    const phones = await suppressed(
      this.#deps.isSuppressed,
      scope.tenant,
      "phone",
      kept.map(({ value }) => value.phone),
    );
    const gone = kept.filter(({ value }) => contacts.has(value.id) || phones.has(value.phone));
    const subjects = gone.map(({ subject }) => subject);
    if (subjects.length > 0) await this.#deps.cache.forgetSubjects(scope, subjects);
    return subjects;
  }

  #valueOf(finding: PhoneFinding, erased: ReadonlySet<string>): KnownContact | null {
    const left = finding.ranked.filter(({ candidate }) => !erased.has(candidate.id));
    const best = left[0];
    if (best === undefined) return null;
    const { ambiguous, decidedBy } = finding;
    return knownContact(best, { ambiguous: ambiguous && left.length > 1, decidedBy }, this.#deps.fields);
  }

  async #write(
    scope: CacheScope,
    answers: readonly CacheAnswer<KnownContact>[],
    fetchedAt: EpochMs,
  ): Promise<HubspokeError | undefined> {
    try {
      await this.#deps.cache.write(scope, answers, fetchedAt);
      return undefined;
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      this.#deps.logger.error("directory.cache_write_failed", {
        tenant: scope.tenant,
        code: error.code,
        answers: answers.length,
      });
      return error;
    }
  }
}

function contactIdsOf(finding: PhoneFinding | FailedFinding): readonly string[] {
  return "failed" in finding ? [] : finding.ranked.map(({ candidate }) => candidate.id);
}
