import type { LocalValue } from "../ports/local-source.ts";
import { enumeration, yesNo } from "./closed-lists.ts";
import { currency, numberWithUnit } from "./numbers.ts";
import { fullName, lowerCaseEmail, phone, type ReadPhone, trim } from "./texts.ts";
import { onlyOptions, type Transform } from "./transform.ts";
import { type ValueKind, valueCodecs } from "./value-kind.ts";

/** A kind of value as a transform: what `as` is to a declared field. */
function kind(of: ValueKind, description: string, samples: readonly LocalValue[]): Transform {
  return {
    properties: 1,
    description,
    make(options) {
      onlyOptions(options, []);
      const { encode, decode } = valueCodecs[of];
      return { encode: (value) => [encode(value) || null], decode: ([text = null]) => decode(text), samples };
    },
  };
}

/** The transforms every instance has, by the names that stored mappings use. They stay what they are. */
export function standardTransforms(readPhone: ReadPhone): Readonly<Record<string, Transform>> {
  return {
    trim,
    "lower-case-email": lowerCaseEmail,
    phone: phone(readPhone),
    "full-name": fullName,
    enum: enumeration,
    "yes-no": yesNo,
    "number-with-unit": numberWithUnit,
    currency,
    number: kind("number", "a number", [12.5, 0]),
    boolean: kind("boolean", 'true or false, and "true" or "false"', [true, false]),
    date: kind("date", "a day as YYYY-MM-DD, in UTC", ["2026-02-28"]),
    datetime: kind("datetime", "a moment as ISO text", ["2026-02-28T12:00:00.000Z"]),
    "epoch-ms": kind("epoch-ms", "a moment as milliseconds since 1970", [1_790_000_000_000, 0]),
    list: kind("list", "several choices as a list, and joined by semicolons", [["a", "b"], []]),
  };
}
