import { type CountryCode, getCountries, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";

/** Everything HubSpot derives from one typed number (hubspot-facts §3, "Phone"). */
interface CalculatedNumber {
  /** E.164, only for a number that parses. */
  readonly e164: string | undefined;
  /** Area code and local number, without country code and without leading zeros. */
  readonly searchable: string | undefined;
  /** The same with the country code in front. */
  readonly searchableInternational: string | undefined;
  readonly parsed: PhoneNumber | undefined;
}

const SUFFIXED: Readonly<Record<string, "phone" | "mobile">> = { phone: "phone", mobilephone: "mobile" };

/** The typed properties that the calculated ones come from. */
export const PHONE_SOURCES: readonly string[] = ["phone", "mobilephone", "country"];

/**
 * HubSpot builds these from the typed number and the record's country; with neither a `+` nor a usable country the
 * account's own country decides.
 */
export function calculatePhones(
  values: Readonly<Record<string, string>>,
  defaultCountry: string,
): Record<string, string> {
  const calculated: Record<string, string> = {};
  const country = countryCode(values.country) ?? (defaultCountry as CountryCode);
  for (const [property, kind] of Object.entries(SUFFIXED)) {
    const typed = values[property];
    if (!typed) continue;
    const number = calculate(typed, country);
    const put = (name: string, value: string | undefined) => {
      if (value) calculated[name] = value;
    };
    put(`hs_calculated_${kind}_number`, number.e164);
    put(`hs_searchable_calculated_${kind}_number`, number.searchable);
    put(`hs_searchable_calculated_international_${kind}_number`, number.searchableInternational);
    if (kind === "phone" && number.parsed !== undefined) {
      put("hs_calculated_phone_number_country_code", number.parsed.countryCallingCode);
      put("hs_calculated_phone_number_region_code", number.parsed.country);
      if (number.parsed.countryCallingCode === "1") {
        put("hs_calculated_phone_number_area_code", number.parsed.nationalNumber.slice(0, 3));
      }
    }
  }
  return calculated;
}

function calculate(typed: string, country: CountryCode): CalculatedNumber {
  const parsed = parsePhoneNumberFromString(typed, country);
  if (parsed?.isPossible()) {
    const searchable = parsed.nationalNumber.replace(/^0+/, "");
    return {
      e164: parsed.number,
      searchable,
      searchableInternational: `${parsed.countryCallingCode}${searchable}`,
      parsed,
    };
  }
  // What does not parse is still searchable by its digits: "00004" is stored as "4".
  const digits = typed.replace(/\D/g, "").replace(/^0+/, "");
  return { e164: undefined, searchable: digits || undefined, searchableInternational: undefined, parsed: undefined };
}

/** `country` holds what people type: "Canada", "ca", "CAN" is not understood. */
export function countryCode(typed: string | undefined): CountryCode | undefined {
  if (!typed) return undefined;
  return countryNames().get(typed.trim().toLowerCase());
}

const countryNames: () => ReadonlyMap<string, CountryCode> = lazily(() => {
  const english = new Intl.DisplayNames(["en"], { type: "region" });
  const names = new Map<string, CountryCode>();
  for (const code of getCountries()) {
    names.set(code.toLowerCase(), code);
    names.set((english.of(code) ?? code).toLowerCase(), code);
  }
  names.set("usa", "US");
  names.set("uk", "GB");
  return names;
});

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
