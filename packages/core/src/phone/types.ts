import type { CountryCode } from "libphonenumber-js/max";

/** ISO 3166-1 alpha-2, upper case, for the regions the numbering plans know: `"CA"`, `"GB"`. */
export type Region = CountryCode;

/** A valid phone number. Plain data; equal spellings of one number give equal objects. */
export interface Phone {
  /** `+` and up to 15 digits: the identity of the line, what is indexed and compared. */
  readonly e164: string;
  /** Digits dialled after the line answers: part of the person's number, not of the line's. */
  readonly extension?: string;
  /** As written inside its country, without extension: `(902) 555-1234`. */
  readonly national: string;
  /** For people: the national form inside the default region's calling code, else the international one; with extension. */
  readonly display: string;
  /** Absent for numbers of no region, such as +800. */
  readonly region?: Region;
  /** Digits without `+`: `1`, `49`. */
  readonly callingCode: string;
  /** Digits without country code and without leading zeros, as HubSpot's searchable properties hold them (hubspot-facts §3). */
  readonly nationalDigits: string;
}

/** Why a text is not a phone number. */
export type PhoneProblem =
  | "empty"
  | "not-a-number"
  | "too-short"
  | "too-long"
  /** Written without country code, and no default region was given. */
  | "no-region"
  /** The default region is not one. */
  | "unknown-region"
  /** It begins with `+` and no country has that code. */
  | "unknown-calling-code"
  /** The digits are possible, but no such number is assigned in that country. */
  | "invalid-for-region";

/** A number, or why the text is none. */
export type PhoneResult =
  | { readonly ok: true; readonly phone: Phone }
  | { readonly ok: false; readonly reason: PhoneProblem };

/** How numbers are read. */
export interface PhoneOptions {
  /** Decides how a number without country code is read, and which prefix (`00`, `011`) leads abroad. */
  readonly defaultRegion?: Region | undefined;
}
