import { getCountries } from "libphonenumber-js/max";
import { isRegion } from "./parse.ts";
import type { Region } from "./types.ts";

/** Names people type that are neither a code nor the English name of today. */
const otherNames: ReadonlyMap<string, Region> = new Map<string, Region>([
  ["usa", "US"],
  ["united states of america", "US"],
  ["estados unidos", "US"],
  ["etats-unis", "US"],
  ["uk", "GB"],
  ["great britain", "GB"],
  ["england", "GB"],
  ["scotland", "GB"],
  ["wales", "GB"],
  ["northern ireland", "GB"],
  ["republic of ireland", "IE"],
  ["deutschland", "DE"],
  ["osterreich", "AT"],
  ["schweiz", "CH"],
  ["suisse", "CH"],
  ["espana", "ES"],
  ["italia", "IT"],
  ["belgique", "BE"],
  ["belgie", "BE"],
  ["holland", "NL"],
  ["nederland", "NL"],
  ["the netherlands", "NL"],
  ["brasil", "BR"],
  ["turkey", "TR"],
  ["czech republic", "CZ"],
  ["korea", "KR"],
  ["republic of korea", "KR"],
  ["hong kong", "HK"],
  ["macau", "MO"],
  ["russian federation", "RU"],
  ["viet nam", "VN"],
  ["ivory coast", "CI"],
  ["uae", "AE"],
]);

/** Made at first use, because asking the runtime for 245 names takes some 10 ms; a constant, whoever asks first. */
const englishNames = lazily((): ReadonlyMap<string, Region> => {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  return new Map(getCountries().map((region) => [normalised(names.of(region) ?? region), region]));
});

/** The region of a record's `country`, which is free text in HubSpot: a code, an English name or a usual other one. */
export function regionOfCountry(text: string | null | undefined): Region | undefined {
  if (text === null || text === undefined || text.length > 60) return undefined;
  const name = normalised(text);
  if (name === "") return undefined;
  const code = name.toUpperCase();
  return isRegion(code) ? code : (otherNames.get(name) ?? englishNames().get(name));
}

function normalised(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}|\./gu, "")
    .trim()
    .toLowerCase();
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
