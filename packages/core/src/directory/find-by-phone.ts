import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { type PhoneCandidate, rankCandidates, verificationProperties } from "../phone/candidates.ts";
import { type PhoneFilterGroup, packPhones, recipeFilterGroups } from "../phone/search.ts";
import type { Phone, Region } from "../phone/types.ts";
import {
  type ContactFinder,
  type ContactSearchPort,
  type FailedFinding,
  type FindQuery,
  type PhoneFinding,
  subjectOf,
} from "./contact-finder.ts";

type Findings = Map<string, PhoneFinding | FailedFinding>;

/** The two properties the packed search asks by: with them a result is filed under its number without being parsed. */
export const searchable: readonly string[] = [
  "hs_searchable_calculated_phone_number",
  "hs_searchable_calculated_mobile_number",
];
/** HubSpot's maximum (hubspot-facts §2.3). */
const pageLimit = 200;
/** A thousand contacts on one line are a switchboard; nobody is found among them by number. */
const maxPages = 5;

/**
 * Finds contacts by number in as few searches as HubSpot allows (five a second, for the whole account).
 *
 * Many numbers are packed, about 95 to a search, into `IN` on the properties HubSpot calculates; those it does not find
 * are searched one by one with the thorough recipe, up to a cap. A single number takes the recipe at once: one call.
 * What the recipe finds includes all that the packed search finds, so both ways agree by one rule: contacts that the
 * packed search can see decide (`calculated`), and only if there is none do the others (`recipe`).
 */
export function createPhoneFinder(deps: {
  readonly search: ContactSearchPort;
  /** How a typed number is read when its record has no country. */
  readonly defaultRegion?: Region | undefined;
}): ContactFinder {
  const options = { defaultRegion: deps.defaultRegion };

  return {
    async findByPhones(query) {
      const findings: Findings = new Map();
      if (query.phones.length > 1) await findPacked(query, query.phones, findings);
      const unknown = query.phones.filter((phone) => isUndecided(findings.get(subjectOf(phone))));
      const alone = query.phones.length === 1;
      const lane = alone ? query.lane : "backfill";
      const thorough = unknown.slice(0, alone ? 1 : query.recipeCap);
      await Promise.all(thorough.map((phone) => findThoroughly({ ...query, lane }, phone, findings)));
      return findings;
    },
  };

  async function findPacked(query: FindQuery, phones: readonly Phone[], findings: Findings): Promise<void> {
    const properties = propertiesOf(query);
    await Promise.all(
      packPhones(phones, { properties, limit: pageLimit, sorts: [] }).map(async (pack) => {
        const found = await searched(query, pack.filterGroups, properties);
        if ("failed" in found) {
          for (const phone of pack.phones) findings.set(subjectOf(phone), found);
        } else if (found.more && pack.phones.length > 1) {
          const middle = Math.ceil(pack.phones.length / 2);
          await findPacked(query, pack.phones.slice(0, middle), findings);
          await findPacked(query, pack.phones.slice(middle), findings);
        } else {
          const byDigits = filed(found.results);
          for (const phone of pack.phones) {
            const candidates = [...(byDigits.get(phone.nationalDigits) ?? []), ...(byDigits.get("") ?? [])];
            const ranking = rankCandidates(phone, candidates, options);
            findings.set(subjectOf(phone), {
              ...ranking,
              decidedBy: "calculated",
              complete: ranking.ranked.length > 0,
            });
          }
        }
      }),
    );
  }

  async function findThoroughly(query: FindQuery, phone: Phone, findings: Findings): Promise<void> {
    const found = await searched(query, recipeFilterGroups(phone), propertiesOf(query));
    findings.set(subjectOf(phone), "failed" in found ? found : decide(phone, found.results, found.more));
  }

  function decide(phone: Phone, results: readonly PhoneCandidate[], more: boolean): PhoneFinding {
    const visible = results.filter((result) => digitsOf(result).includes(phone.nationalDigits));
    const packed = rankCandidates(phone, visible, options);
    if (packed.ranked.length > 0) return { ...packed, decidedBy: "calculated", complete: true };
    const ranking = rankCandidates(phone, results, options);
    return { ...ranking, decidedBy: "recipe", complete: ranking.ranked.length > 0 || !more };
  }

  /** Every result of a search, a page after the other, or its failure. `more`: there were further pages. */
  async function searched(
    query: FindQuery,
    filterGroups: readonly PhoneFilterGroup[],
    properties: readonly string[],
  ): Promise<{ readonly results: readonly PhoneCandidate[]; readonly more: boolean } | FailedFinding> {
    const { tenant, lane, signal } = query;
    const results: PhoneCandidate[] = [];
    let after: string | null = null;
    try {
      for (let page = 0; page < maxPages; page++) {
        const place: { after?: string } = after === null ? {} : { after };
        const found = await deps.search.search({
          tenant,
          filterGroups,
          properties,
          limit: pageLimit,
          ...place,
          lane,
          signal,
        });
        results.push(...found.results);
        after = found.next;
        if (after === null) break;
      }
    } catch (error) {
      if (isHubspokeError(error)) return { failed: error };
      throw error;
    }
    return { results, more: after !== null };
  }
}

function isUndecided(finding: PhoneFinding | FailedFinding | undefined): boolean {
  return finding === undefined || ("complete" in finding && !finding.complete);
}

function propertiesOf(query: FindQuery): readonly string[] {
  return [...new Set([...query.properties, ...verificationProperties, ...searchable])];
}

function digitsOf({ properties }: PhoneCandidate): readonly string[] {
  return searchable.flatMap((name) => properties[name] || []);
}

/** Results by the digits they were found by; under `""` those that came without: each number then has to look at them. */
function filed(results: readonly PhoneCandidate[]): ReadonlyMap<string, readonly PhoneCandidate[]> {
  const byDigits = new Map<string, PhoneCandidate[]>();
  for (const result of results) {
    const digits = digitsOf(result);
    for (const each of digits.length === 0 ? [""] : new Set(digits)) {
      const known = byDigits.get(each);
      if (known === undefined) byDigits.set(each, [result]);
      else known.push(result);
    }
  }
  return byDigits;
}
