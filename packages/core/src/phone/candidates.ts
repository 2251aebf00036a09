import { compareExtensions, type ExtensionMatch, samePhone } from "./compare.ts";
import { regionOfCountry } from "./country.ts";
import { parsePhone } from "./parse.ts";
import type { Phone, PhoneOptions, Region } from "./types.ts";

/** A contact as HubSpot returned it. */
export interface PhoneCandidate {
  /** HubSpot's record id: what ties are broken by in the end. */
  readonly id: string;
  /** At least `verificationProperties`; what is absent counts as empty. */
  readonly properties: Readonly<Record<string, string | null | undefined>>;
}

/** The two numbers a contact has, each with the property HubSpot computes from the typed one. */
const lines = [
  { line: "phone", calculated: "hs_calculated_phone_number", typed: "phone" },
  { line: "mobile", calculated: "hs_calculated_mobile_number", typed: "mobilephone" },
] as const;

/** Where a record may say which country it is in, the most trusted first. */
const countryProperties = [
  "country",
  "hs_calculated_phone_number_region_code",
  "hs_calculated_phone_number_country_code",
];

/** What a search must ask HubSpot for, so that its results can be verified and ranked. */
export const verificationProperties: readonly string[] = [
  ...lines.flatMap(({ calculated, typed }) => [calculated, typed]),
  ...countryProperties,
  "lastmodifieddate",
];

/** Why a contact has a number: the property that held it, and how extensions compare. */
export interface PhoneMatch {
  /** `phone` goes before `mobile` where all else is equal. */
  readonly line: (typeof lines)[number]["line"];
  /** The property that held the number. */
  readonly property: (typeof lines)[number]["calculated" | "typed"];
  /** `calculated`: HubSpot's own reading of what was typed, with the record's country. */
  readonly source: "calculated" | "typed";
  /** `same`: both have this extension, or neither has one. `one-sided`: the line is shared, who is meant is not known. */
  readonly extension: Exclude<ExtensionMatch, "different">;
  /** The contact's number. Its extension is the contact's own. */
  readonly phone: Phone;
}

/** A contact that has the number, and why. */
export interface RankedCandidate<C extends PhoneCandidate> {
  /** As it was passed in. */
  readonly candidate: C;
  /** The best of the contact's properties that hold the number. */
  readonly match: PhoneMatch;
}

/** Contacts that have a number, in the order of the documented rule. */
export interface Ranking<C extends PhoneCandidate> {
  /** Verified contacts, the best first. */
  readonly ranked: readonly RankedCandidate<C>[];
  /** More than one contact has this number, and no extension singles one out: the first is a choice, not a fact. */
  readonly ambiguous: boolean;
}

/**
 * Which of a contact's numbers is `phone`, compared in E.164, or `null`. Searches return too much (the searchable
 * properties know no country), so nothing found is believed before this.
 *
 * The calculated property decides where HubSpot filled it; the typed one only where it is empty (hubspot-facts §3),
 * read with the record's country, else the default region. An extension that only the typed text holds still counts.
 */
export function verifyCandidate(
  phone: Phone,
  properties: PhoneCandidate["properties"],
  options: PhoneOptions = {},
): PhoneMatch | null {
  const region = regionOf(properties) ?? options.defaultRegion;
  const matches = lines.flatMap((line) => matchLine(phone, properties, line, region) ?? []);
  return matches.sort(byStrength)[0] ?? null;
}

/**
 * Verifies and orders what a search returned. The rule, each step deciding only where the ones before are equal:
 *
 * 1. the same extension before a shared line;
 * 2. a number HubSpot calculated before one only typed;
 * 3. `phone` before `mobilephone`;
 * 4. the most recently modified contact (`lastmodifieddate`; unreadable counts as oldest);
 * 5. the lowest contact id.
 *
 * It depends on nothing else: not on the order of the results, nor on which search found them.
 */
export function rankCandidates<C extends PhoneCandidate>(
  phone: Phone,
  candidates: readonly C[],
  options: PhoneOptions = {},
): Ranking<C> {
  const distinct = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const ranked = [...distinct.values()].flatMap((candidate) => {
    const match = verifyCandidate(phone, candidate.properties, options);
    return match === null ? [] : [{ candidate, match }];
  });
  ranked.sort(
    (a, b) =>
      byStrength(a.match, b.match) ||
      modified(b.candidate) - modified(a.candidate) ||
      compareIds(a.candidate.id, b.candidate.id),
  );
  const singledOut =
    phone.extension !== undefined && ranked[0]?.match.extension === "same" && ranked[1]?.match.extension !== "same";
  return { ranked, ambiguous: ranked.length > 1 && !singledOut };
}

function matchLine(
  phone: Phone,
  properties: PhoneCandidate["properties"],
  { line, calculated, typed }: (typeof lines)[number],
  region: Region | undefined,
): PhoneMatch | undefined {
  const fromTyped = parsed(properties[typed], region);
  const isCalculated = Boolean(properties[calculated]);
  const own = isCalculated ? withExtension(parsed(properties[calculated], region), fromTyped) : fromTyped;
  if (own === undefined || !samePhone(phone, own)) return undefined;
  return {
    line,
    property: isCalculated ? calculated : typed,
    source: isCalculated ? "calculated" : "typed",
    extension: compareExtensions(phone, own) === "same" ? "same" : "one-sided",
    phone: own,
  };
}

function parsed(text: string | null | undefined, region: Region | undefined): Phone | undefined {
  if (!text) return undefined;
  const result = parsePhone(text, { defaultRegion: region });
  return result.ok ? result.phone : undefined;
}

/** HubSpot's calculated value drops the extension that the typed text of the same number holds. */
function withExtension(calculated: Phone | undefined, typed: Phone | undefined): Phone | undefined {
  return calculated?.extension === undefined && typed?.extension !== undefined && typed.e164 === calculated?.e164
    ? typed
    : calculated;
}

function regionOf(properties: PhoneCandidate["properties"]): Region | undefined {
  for (const property of countryProperties) {
    const region = regionOfCountry(properties[property]);
    if (region !== undefined) return region;
  }
  return undefined;
}

function byStrength(a: PhoneMatch, b: PhoneMatch): number {
  const weight = (match: PhoneMatch) =>
    (match.extension === "same" ? 0 : 4) + (match.source === "calculated" ? 0 : 2) + (match.line === "phone" ? 0 : 1);
  return weight(a) - weight(b);
}

function modified({ properties }: PhoneCandidate): number {
  const text = properties.lastmodifieddate ?? "";
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

/** Ids are decimal numbers longer than a JS number holds exactly. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
