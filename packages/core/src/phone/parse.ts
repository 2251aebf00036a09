import {
  getCountryCallingCode,
  isSupportedCountry,
  ParseError,
  type PhoneNumber,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { assertNever } from "../util/assert-never.ts";
import { cleanPhone, fromKeypad, withoutNote } from "./clean.ts";
import { maskPhone } from "./mask.ts";
import type { Phone, PhoneOptions, PhoneProblem, PhoneResult, Region } from "./types.ts";

/** Whether `value` is a region the numbering plans know. */
export function isRegion(value: unknown): value is Region {
  return typeof value === "string" && isSupportedCountry(value);
}

/**
 * Reads a phone number the way people write one: any punctuation, `(0)` after a country code, `00` or the region's own
 * prefix abroad, `ext. 12` / `x12` / `#12` / `poste 12`, `tel:` addresses, letters of the keypad (`1-800-FLOWERS`), a
 * label in front, a note without digits behind. `input` over 100 characters is refused unread.
 *
 * A text that is not one valid number is a value, not an exception: `reason` says why. Two numbers in one text are
 * not a number. Validity is that of the full numbering plans, not only of the length: what is stored as a key must
 * not be a typing error that happens to have ten digits.
 */
export function parsePhone(input: string, options: PhoneOptions = {}): PhoneResult {
  const region = options.defaultRegion;
  if (region !== undefined && !isRegion(region)) return { ok: false, reason: "unknown-region" };
  const cleaned = cleanPhone(input);
  if ("problem" in cleaned) return { ok: false, reason: cleaned.problem };
  const { text } = cleaned;
  const asWritten = read(text, region);
  if (asWritten.ok) return asWritten;
  // Only when the text as it stands is no number. The note goes before letters are dialled: a numbering plan of free
  // length would take `+49 30 901820 fax` for a longer number.
  const bare = withoutNote(text);
  let { reason } = asWritten;
  for (const reading of [bare, fromKeypad(text), abroad(bare ?? text)]) {
    if (reading === undefined) continue;
    const result = read(reading, region);
    if (result.ok) return result;
    if (reading === bare && reason === "not-a-number") reason = result.reason;
  }
  return { ok: false, reason };
}

/** `parsePhone` for callers with nothing to do about an invalid number: throws `PHONE_INVALID`, the input masked. */
export function requirePhone(input: string, options: PhoneOptions = {}): Phone {
  const result = parsePhone(input, options);
  if (result.ok) return result.phone;
  throw new HubspokeError(
    "PHONE_INVALID",
    `${maskPhone(input)} is not a phone number (${result.reason}): ${advice(result.reason)}`,
    {
      details: { reason: result.reason },
    },
  );
}

/** 00 leads abroad in most of the world and begins no number anywhere: read so where the region's own prefix is another. */
function abroad(text: string): string | undefined {
  return text.startsWith("00") ? `+${text.slice(2)}` : undefined;
}

function read(text: string, region: Region | undefined): PhoneResult {
  const options = { extract: false, ...(region === undefined ? {} : { defaultCountry: region }) };
  let number: PhoneNumber;
  try {
    number = parsePhoneNumberWithError(text, options);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { ok: false, reason: problemOf(error.message, text) };
  }
  if (number.isValid()) return { ok: true, phone: toPhone(number, region) };
  const length = number.isPossible() ? undefined : validatePhoneNumberLength(text, options);
  return { ok: false, reason: length === undefined ? "invalid-for-region" : problemOf(length, text) };
}

function problemOf(code: string, text: string): PhoneProblem {
  switch (code) {
    case "TOO_SHORT":
      return "too-short";
    case "TOO_LONG":
      return "too-long";
    case "INVALID_COUNTRY":
      return text.startsWith("+") ? "unknown-calling-code" : "no-region";
    case "INVALID_LENGTH":
      return "invalid-for-region";
    default:
      return "not-a-number";
  }
}

function toPhone(number: PhoneNumber, defaultRegion: Region | undefined): Phone {
  const callingCode = number.countryCallingCode as string;
  const atHome = defaultRegion !== undefined && getCountryCallingCode(defaultRegion) === callingCode;
  const national = number.format("NATIONAL", { formatExtension: (formatted) => formatted });
  const written = atHome ? national : number.format("INTERNATIONAL", { formatExtension: (formatted) => formatted });
  return {
    e164: number.number,
    ...(number.ext === undefined ? {} : { extension: number.ext }),
    national,
    display: number.ext === undefined ? written : `${written} ext. ${number.ext}`,
    ...(number.country === undefined ? {} : { region: number.country }),
    callingCode,
    nationalDigits: number.nationalNumber.replace(/^0+/, ""),
  };
}

function advice(reason: PhoneProblem): string {
  switch (reason) {
    case "empty":
      return "pass a number";
    case "not-a-number":
      return "pass one number, without other text that holds digits";
    case "too-short":
    case "too-long":
      return "check the digits, or write it with + and the country code";
    case "no-region":
      return "write it with + and the country code, or set defaultRegion";
    case "unknown-region":
      return "defaultRegion must be a two-letter country code such as CA";
    case "unknown-calling-code":
      return "no country has this code; check the digits after +";
    case "invalid-for-region":
      return "no such number is assigned in its country; check the digits, or write it with + and the country code";
    default:
      return assertNever(reason);
  }
}
