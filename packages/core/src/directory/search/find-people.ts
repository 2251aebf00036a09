import type { CacheScope } from "../../cache/memory-layer.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Lane } from "../../model/lane.ts";
import type { Region } from "../../phone/types.ts";
import type { Clock } from "../../ports/clock.ts";
import { SingleFlight } from "../../util/single-flight.ts";
import { type ContactFinder, subjectOf } from "../contact-finder.ts";
import { asHubspokeError } from "../failure.ts";
import type { Health } from "../health.ts";
import { propertiesOf } from "../known-contact.ts";
import { type Patiently, patientlyOver } from "../patience.ts";
import { type SuppressionHook, suppressed } from "../suppression.ts";
import type { DirectoryField } from "../types.ts";
import type { ContactQueryPort } from "./contact-query.ts";
import { type KnownPerson, knownPerson, personProperties } from "./known-person.ts";
import { PeopleMemory, type RememberedSearch } from "./people-memory.ts";
import { normalised, type Query } from "./read-query.ts";

export interface FindPeopleDeps {
  readonly finder: ContactFinder;
  readonly query: ContactQueryPort;
  readonly health: Health;
  readonly isSuppressed?: SuppressionHook | undefined;
  readonly fields: readonly DirectoryField[];
  readonly defaultRegion?: Region | undefined;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  readonly searchAnswerWithinMs: number;
  readonly webhookAnswerWithinMs: number;
}

export interface Found extends RememberedSearch {
  /** Nothing was asked of HubSpot. */
  readonly cached: boolean;
  /** Why these are older people, or none. */
  readonly failure: HubspokeError | null;
}

export interface FindHow {
  readonly limit: number;
  readonly lane: Lane;
  /** False: nothing remembered is used, and nothing is remembered. */
  readonly cache: boolean;
}

type Asked = Exclude<Query, { readonly kind: "nothing" }>;

/** People by what somebody typed: from the last half minute's answers, else from HubSpot, once however many ask. */
export class FindPeople {
  readonly #deps: FindPeopleDeps;
  readonly #memory = new PeopleMemory();
  readonly #flights = new SingleFlight<RememberedSearch>();
  readonly #properties: readonly string[];
  readonly #patiently: Patiently;

  constructor(deps: FindPeopleDeps) {
    this.#deps = deps;
    this.#patiently = patientlyOver(deps);
    this.#properties = [...new Set([...propertiesOf(deps.fields), ...personProperties])];
  }

  /** Never rejects for what HubSpot did: that is `failure`. */
  async find(scope: CacheScope, query: Asked, how: FindHow): Promise<Found> {
    const now = this.#deps.clock.now();
    const name = JSON.stringify([normalised(query.text), how.limit]);
    const fresh = how.cache ? this.#memory.fresh(scope, name, now) : undefined;
    if (fresh !== undefined) return { ...fresh, cached: true, failure: null };
    try {
      const flight = JSON.stringify([scope.portalId, scope.tenant, name, how.cache]);
      const asked = this.#flights.run(flight, () => this.#ask(scope, name, query, how));
      const answer = await this.#patiently(scope.tenant, this.waitMs(how.lane), asked);
      return { ...answer, cached: false, failure: null };
    } catch (error) {
      const failure = asHubspokeError(error);
      const old = how.cache ? this.#memory.usable(scope, name, now) : undefined;
      return { people: old?.people ?? [], fetchedAt: old?.fetchedAt ?? now, cached: true, failure };
    }
  }

  /** How long whoever asks in this lane waits for HubSpot. */
  waitMs(lane: Lane): number {
    const { searchAnswerWithinMs, webhookAnswerWithinMs } = this.#deps;
    return lane === "webhook" ? webhookAnswerWithinMs : searchAnswerWithinMs;
  }

  /** Somebody by id: shown a moment ago, else asked of HubSpot. NOT_FOUND for nobody, or somebody erased. */
  async person(scope: CacheScope, id: string, lane: Lane): Promise<KnownPerson> {
    const { tenant } = scope;
    const { query, health, fields, defaultRegion, clock, closing } = this.#deps;
    const shown = this.#memory.person(scope, id, clock.now());
    if (shown !== undefined) return shown;
    health.check(tenant);
    const asked = this.#watched(tenant, () =>
      query.byId({ tenant, id, properties: this.#properties, lane, signal: closing }),
    );
    const candidate = await this.#patiently(tenant, this.waitMs(lane), asked);
    const people = candidate === null ? [] : [knownPerson(candidate, fields, defaultRegion)];
    const [person] = await this.#withoutErased(tenant, people);
    if (person !== undefined) return person;
    throw new HubspokeError(
      "NOT_FOUND",
      "NOT_FOUND: HubSpot has no contact with this id; it may have been deleted or merged",
    );
  }

  forget(tenant: string, contactIds?: ReadonlySet<string>): void {
    this.#memory.forget(tenant, contactIds);
  }

  async #ask(scope: CacheScope, name: string, query: Asked, how: FindHow): Promise<RememberedSearch> {
    const { tenant } = scope;
    const { health, clock } = this.#deps;
    const mark = this.#memory.mark();
    const fetchedAt = clock.now();
    health.check(tenant);
    const people = await this.#withoutErased(
      tenant,
      await this.#watched(tenant, () => this.#fetch(tenant, query, how)),
    );
    const answer = { people: people.slice(0, how.limit), fetchedAt };
    if (how.cache) this.#memory.set(scope, name, answer, mark);
    return answer;
  }

  async #fetch(tenant: string, query: Asked, { limit, lane }: FindHow): Promise<readonly KnownPerson[]> {
    const { finder, fields, defaultRegion, closing } = this.#deps;
    const common = { tenant, properties: this.#properties, lane, signal: closing };
    if (query.kind === "text") {
      const found = await this.#deps.query.byText({ ...common, text: query.text, limit });
      return found.map((candidate) => knownPerson(candidate, fields, defaultRegion));
    }
    const findings = await finder.findByPhones({ ...common, phones: [query.phone], recipeCap: 1 });
    const finding = findings.get(subjectOf(query.phone));
    if (finding === undefined) return [];
    if ("failed" in finding) throw finding.failed;
    return finding.ranked.map(({ candidate, match }) => knownPerson(candidate, fields, defaultRegion, match.phone));
  }

  async #watched<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      this.#deps.health.succeeded(tenant);
      return answer;
    } catch (error) {
      this.#deps.health.failed(tenant, asHubspokeError(error));
      throw error;
    }
  }

  async #withoutErased(tenant: string, people: readonly KnownPerson[]): Promise<readonly KnownPerson[]> {
    const { isSuppressed } = this.#deps;
    const ids = people.map(({ id }) => id);
    const numbers = people.flatMap(({ phone }) => phone ?? []);
    const contacts = await suppressed(isSuppressed, tenant, "contact", ids);
    const phones = await suppressed(isSuppressed, tenant, "phone", numbers);
    return people.filter(({ id, phone }) => !contacts.has(id) && (phone === null || !phones.has(phone)));
  }
}
