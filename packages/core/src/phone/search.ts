import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Phone } from "./types.ts";

/** The part of HubSpot's search body that a phone look-up uses. */
export interface PhoneFilter {
  /** A searchable property of contacts, such as `hs_searchable_calculated_phone_number`. */
  readonly propertyName: string;
  /** `EQ` and `CONTAINS_TOKEN` go with `value`, `IN` with `values`. */
  readonly operator: "EQ" | "IN" | "CONTAINS_TOKEN";
  /** Digits, or with `*` in front for `CONTAINS_TOKEN`. */
  readonly value?: string;
  /** At most 100, digits only: `IN` compares text in lower case. */
  readonly values?: readonly string[];
}

/** Filters of a group are AND, groups are OR (hubspot-facts §3). */
export interface PhoneFilterGroup {
  /** All of them must hold; at most 6 in a group (hubspot-facts §2.2). */
  readonly filters: readonly PhoneFilter[];
}

/** What one number is looked up by. */
export interface PhoneSearchKeys {
  /** For `hs_searchable_calculated_{phone,mobile}_number`: no country code, no leading zeros. */
  readonly national: string;
  /** For `hs_searchable_calculated_international_…`: the same with the country code in front. */
  readonly international: string;
  /** For the typed `phone` and `mobilephone`. */
  readonly e164: string;
}

/** Numbers that one search call asks for. */
export interface PhonePack {
  /** Those the call answers for; two of them may share one value. */
  readonly phones: readonly Phone[];
  /** The `filterGroups` of HubSpot's search body, within its limits (hubspot-facts §2.2). */
  readonly filterGroups: readonly PhoneFilterGroup[];
}

/** The most a search body may have (hubspot-facts §2.3). */
export const searchBodyChars = 3_000;
const maxValuesPerSearch = 100;
/** Room for `"filterGroups":` and for the `after` of a second page, which the caller adds later. */
const bodyMargin = 48;

/** The texts a number can be found by in HubSpot. */
export function phoneSearchKeys(phone: Phone): PhoneSearchKeys {
  return { national: phone.nationalDigits, international: phone.callingCode + phone.nationalDigits, e164: phone.e164 };
}

/** One search for many numbers: `IN` over the calculated properties of both lines, in two of the five groups allowed. */
export function packedSearchFilter(phones: readonly Phone[]): readonly PhoneFilterGroup[] {
  const values = [...new Set(phones.map((phone) => phone.nationalDigits))];
  return ["hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number"].map((propertyName) => ({
    filters: [{ propertyName, operator: "IN", values }],
  }));
}

/**
 * Splits numbers into searches: at most 100 values each and, with `rest` (the other members of the body: `properties`,
 * `limit`, `sorts`), at most 3,000 characters. Ten-digit numbers with an ordinary `rest` go about 95 to a call.
 * Numbers that HubSpot cannot tell apart (the same digits in two countries, two extensions of one line) share one value.
 *
 * `INPUT_INVALID` when `rest` leaves no room for even one number.
 */
export function packPhones(
  phones: readonly Phone[],
  rest: Readonly<Record<string, unknown>> = {},
): readonly PhonePack[] {
  const byDigits = new Map<string, Phone[]>();
  for (const phone of phones) {
    const sharing = byDigits.get(phone.nationalDigits);
    if (sharing === undefined) byDigits.set(phone.nationalDigits, [phone]);
    else sharing.push(phone);
  }
  const room =
    searchBodyChars - bodyMargin - JSON.stringify(rest).length - JSON.stringify(packedSearchFilter([])).length;
  const packs: Phone[][][] = [];
  let left = 0;
  for (const sharing of byDigits.values()) {
    const cost = 2 * ((sharing[0] as Phone).nationalDigits.length + 3);
    if (cost > room) {
      throw new HubspokeError(
        "INPUT_INVALID",
        "the search asks for so many properties that no phone number fits beside them; ask for fewer",
      );
    }
    if (cost > left || packs.at(-1)?.length === maxValuesPerSearch) {
      packs.push([]);
      left = room;
    }
    packs.at(-1)?.push(sharing);
    left -= cost;
  }
  return packs.map((pack) => ({ phones: pack.flat(), filterGroups: packedSearchFilter(pack.flat()) }));
}

/**
 * The search for one number that the packed one did not find: numbers HubSpot could not calculate, stored with other
 * digits in front. Exactly five groups, HubSpot's maximum (hubspot-facts §3). It finds too much: verify every candidate.
 */
export function recipeFilterGroups(phone: Phone): readonly PhoneFilterGroup[] {
  const { national, e164 } = phoneSearchKeys(phone);
  const group = (propertyName: string, operator: "EQ" | "CONTAINS_TOKEN", value: string): PhoneFilterGroup => ({
    filters: [{ propertyName, operator, value }],
  });
  return [
    group("hs_searchable_calculated_phone_number", "EQ", national),
    group("hs_searchable_calculated_phone_number", "CONTAINS_TOKEN", `*${national}`),
    group("hs_searchable_calculated_mobile_number", "CONTAINS_TOKEN", `*${national}`),
    group("phone", "EQ", e164),
    group("mobilephone", "EQ", e164),
  ];
}
