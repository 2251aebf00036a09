import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { PropertyDefinition } from "./definition.ts";

/** How HubSpot changes values on their way in (hubspot-facts §1.7, §7.3). */
export interface NormalisationSettings {
  /** Leading and trailing white space goes. Default true. */
  readonly trim: boolean;
  /** E-mail addresses become lower case. Default true. */
  readonly email: boolean;
  /** Numbers, booleans, dates and times take HubSpot's own form. Default true. */
  readonly canonical: boolean;
  /** Phone numbers that parse are rewritten, e.g. `+1 902-555-1234`; "asTyped" (default) keeps them. */
  readonly phone: "asTyped" | "international";
}

export const DEFAULT_NORMALISATION: NormalisationSettings = {
  trim: true,
  email: true,
  canonical: true,
  phone: "asTyped",
};

export interface ValueRules {
  readonly normalisation: NormalisationSettings;
  /** The country of phone numbers that say none. */
  readonly country: string;
  /** Whether a date may be any time of its day, and times may be in seconds (2026-09). */
  readonly isLenient: boolean;
}

export type Normalised =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

const EMAIL = /^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]{2,}$/;
/** Digits and at most one decimal point; JSON numbers may have an exponent. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MAX_TEXT = 65_536;
const DAY_MS = 86_400_000;

/** The value HubSpot would keep, or why it refuses it. An empty value clears the property. */
export function normaliseValue(
  definition: PropertyDefinition,
  raw: unknown,
  current: string | undefined,
  { normalisation: settings, country, isLenient }: ValueRules,
): Normalised {
  if (raw === null || raw === "") return accept("");
  if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") {
    return refuse("INVALID_VALUE", `${definition.name} must be a string, a number or a boolean`);
  }
  const typed = String(raw);
  const text = settings.trim ? typed.trim() : typed;
  if (text === "") return accept("");
  switch (definition.type) {
    case "number":
      return number(definition, text, settings);
    case "bool":
      return boolean(definition, text);
    case "date":
      return date(definition, text, settings, isLenient);
    case "datetime":
      return datetime(definition, text, settings, isLenient);
    case "enumeration":
      return enumeration(definition, text, current);
    default:
      return string(definition, text, settings, country);
  }
}

function accept(value: string): Normalised {
  return { ok: true, value };
}

function refuse(code: string, message: string): Normalised {
  return { ok: false, code, message };
}

function string(
  definition: PropertyDefinition,
  text: string,
  settings: NormalisationSettings,
  country: string,
): Normalised {
  if (text.length > MAX_TEXT) {
    return refuse("PROPERTY_VALUE_TOO_LONG", `${definition.name} is longer than ${MAX_TEXT} characters`);
  }
  if (definition.name === "email") {
    if (!EMAIL.test(text.trim())) return refuse("INVALID_EMAIL", `Email address ${text} is invalid`);
    return accept(settings.email ? text.trim().toLowerCase() : text);
  }
  if (definition.name === "hs_call_recording_url" && !/^https:\/\//i.test(text)) {
    return refuse("INVALID_URL", `${definition.name} must be a secure address: https only`);
  }
  if (definition.fieldType === "phonenumber" && settings.phone === "international") {
    const parsed = parsePhoneNumberFromString(text, country as "US");
    if (parsed?.isValid()) return accept(parsed.formatInternational() + (parsed.ext ? ` ext. ${parsed.ext}` : ""));
  }
  return accept(text);
}

function number(definition: PropertyDefinition, text: string, settings: NormalisationSettings): Normalised {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value))
    return refuse("INVALID_INTEGER", `${text} was not a valid number for ${definition.name}`);
  return accept(settings.canonical ? String(value) : text);
}

function boolean(definition: PropertyDefinition, text: string): Normalised {
  const value = text.toLowerCase();
  if (value === "true" || value === "false") return accept(value);
  return refuse("INVALID_OPTION", `${text} was not one of the allowed options: [true, false] for ${definition.name}`);
}

/** Dates are midnight UTC: written as `2026-11-20` or as its epoch milliseconds, kept as the former. */
function date(
  definition: PropertyDefinition,
  text: string,
  settings: NormalisationSettings,
  isLenient: boolean,
): Normalised {
  const typed = parseTime(isLenient ? inMilliseconds(text) : text);
  const time = typed === undefined || !isLenient ? typed : Math.floor(typed / DAY_MS) * DAY_MS;
  if (time === undefined || time % DAY_MS !== 0) {
    return refuse("INVALID_DATE", `${text} is not a date at midnight UTC for ${definition.name}`);
  }
  return accept(settings.canonical ? new Date(time).toISOString().slice(0, 10) : text);
}

function datetime(
  definition: PropertyDefinition,
  text: string,
  settings: NormalisationSettings,
  isLenient: boolean,
): Normalised {
  const time = parseTime(isLenient ? inMilliseconds(text) : text);
  if (time === undefined) return refuse("INVALID_DATE", `${text} is not a time for ${definition.name}`);
  return accept(settings.canonical ? new Date(time).toISOString() : text);
}

/** Ten digits are seconds of our time, as thirteen are milliseconds. */
function inMilliseconds(text: string): string {
  return /^\d{10}$/.test(text) ? `${text}000` : text;
}

function enumeration(definition: PropertyDefinition, text: string, current: string | undefined): Normalised {
  const several = definition.fieldType === "checkbox";
  // A leading ";" appends to a multi-checkbox instead of replacing it (hubspot-facts §7.3).
  const appends = several && text.startsWith(";");
  const values = several ? text.split(";").filter((part) => part !== "") : [text];
  // No options listed means that the values are records (owners, ids), which are checked elsewhere or not at all.
  const allowed = definition.options;
  const unknown = allowed.length === 0 ? undefined : values.find((value) => !allowed.some((o) => o.value === value));
  if (unknown !== undefined) {
    const list = allowed.map((option) => option.value).join(", ");
    return refuse("INVALID_OPTION", `${unknown} was not one of the allowed options: [${list}] for ${definition.name}`);
  }
  const kept = appends && current ? current.split(";") : [];
  return accept([...new Set([...kept, ...values])].join(";"));
}

/** Epoch milliseconds from either spelling HubSpot takes. */
export function parseTime(text: string): number | undefined {
  const time = /^-?\d+$/.test(text) ? Number(text) : isoTime(text);
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? time : undefined;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A time that names no zone is UTC, not this machine's: the same calls give the same bytes everywhere. */
function isoTime(text: string): number {
  const [, year, month, day, zone] = ISO.exec(text) ?? [];
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return Number.NaN;
  if (year === undefined) return Number.NaN;
  return Date.parse(text.includes("T") && zone === undefined ? `${text}Z` : text);
}
