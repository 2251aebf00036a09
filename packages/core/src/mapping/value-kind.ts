import type { LocalValue } from "../ports/local-source.ts";
import { decimalText, exactNumber } from "./decimals.ts";
import { instantOf } from "./instants.ts";
import { textOf } from "./transform.ts";

/** What a field's values are. Without one, the property's own type in the portal decides. */
export type ValueKind = "text" | "number" | "boolean" | "date" | "datetime" | "epoch-ms" | "list";

/** Both directions of one kind of value, and one text per meaning (null when empty) to compare and hash by. */
export interface ValueCodec {
  canonicalLocal(value: LocalValue): string | null;
  canonicalRemote(text: string | null): string | null;
  /** What to send; `""` clears (hubspot-facts §7.3). */
  encode(value: LocalValue): string;
  decode(text: string | null): LocalValue;
}

const day = /^\d{4}-\d{2}-\d{2}$/;

function codecOf(canonical: (text: string) => string | null, decode: (text: string) => LocalValue): ValueCodec {
  const canonicalRemote = (text: string | null) => (text === null || text === "" ? null : canonical(text));
  const canonicalLocal = (value: LocalValue) => canonicalRemote(textOf(value));
  return {
    canonicalRemote,
    canonicalLocal,
    encode: (value) => canonicalLocal(value) ?? "",
    decode: (text) => (text === null || text === "" ? null : decode(text)),
  };
}

/** Numbers are equal by value: `10`, `"10"` and `"10.0"`. What is no number stays text, for HubSpot to refuse. */
function number(text: string): string {
  return decimalText(text) ?? text;
}

function boolean(text: string): string {
  const word = text.trim().toLowerCase();
  if (word === "1" || word === "true") return "true";
  return word === "0" || word === "false" ? "false" : text;
}

function iso(text: string): string {
  const time = instantOf(text);
  return time === null ? text : new Date(time).toISOString();
}

/** Date properties are midnight UTC (hubspot-facts §7.3). */
function date(text: string): string {
  if (day.test(text) || instantOf(text) === null) return text;
  return iso(text).slice(0, iso(text).indexOf("T"));
}

/** Multi-checkbox values: an unordered set, joined by `;` (hubspot-facts §7.3). */
function list(text: string): string | null {
  const elements = [
    ...new Set(
      text
        .split(";")
        .map((element) => element.trim())
        .filter((element) => element !== ""),
    ),
  ].sort();
  return elements.length === 0 ? null : elements.join(";");
}

export const valueCodecs: Readonly<Record<ValueKind, ValueCodec>> = {
  text: codecOf(
    (text) => text,
    (text) => text,
  ),
  // What a number would round stays text, with all its digits.
  number: codecOf(number, (text) => exactNumber(text) ?? number(text)),
  boolean: codecOf(boolean, (text) => (boolean(text) === "true" ? true : boolean(text) === "false" ? false : text)),
  date: codecOf(date, date),
  datetime: codecOf(iso, iso),
  "epoch-ms": codecOf(iso, (text) => instantOf(text) ?? text),
  list: codecOf(list, (text) => list(text)?.split(";") ?? []),
};

/**
 * A text without what HubSpot may change about it: blanks, case, the writing of a phone number. Two texts that are
 * equal like this may be one value before and after normalisation; nothing is ever written on that ground.
 */
export function loosely(text: string): string {
  const plain = text.normalize("NFKC").trim().toLowerCase().replace(/\s+/g, " ");
  const digits = plain.replace(/\D/g, "");
  return digits.length >= 7 && /^[\d\s+().,;/x#-]+$/.test(plain) ? digits : plain;
}

/** The kind for a property of that type in the portal, for fields that declare none. */
export function kindOfProperty(type: string): ValueKind {
  if (type === "number" || type === "date" || type === "datetime") return type;
  return type === "bool" ? "boolean" : "text";
}
