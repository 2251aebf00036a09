import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { LocalValue } from "../ports/local-source.ts";

/** What a stored mapping tells its transform: `{ region: "CA" }`, an enum's values. */
export type TransformOptions = Readonly<Record<string, string>>;

/**
 * Both ways of a transform. Duties: neither throws for any value or text; `encode(decode(encode(v)))` equals
 * `encode(v)` for every value, or the field would be written for ever. What a transform does not understand it passes
 * on as it is, so that nothing is lost and HubSpot says what it refuses.
 */
export interface TransformCodec {
  /** One text per property, in the mapping's order; null or `""` clears it. */
  encode(value: LocalValue): readonly (string | null)[];
  /** The properties' texts in the same order. */
  decode(values: readonly (string | null)[]): LocalValue;
  /** Values it is checked with when a mapping is stored. At least one. */
  readonly samples: readonly LocalValue[];
  /** For transforms with a closed list: every text it may write, by which a property's options are checked. */
  readonly texts?: readonly string[];
}

/** A codec that stored mappings name. */
export interface Transform {
  /** How many properties it is made of. */
  readonly properties: number;
  /** For people: what it turns into what. */
  readonly description: string;
  /** Throws INPUT_INVALID for options it cannot work with. */
  make(options: TransformOptions): TransformCodec;
}

/** The text of a value, null when it is empty. Lists are joined as HubSpot joins them (hubspot-facts §7.3). */
export function textOf(value: LocalValue): string | null {
  if (value === null || value === "") return null;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.join(";") || null;
  // A source's fault at one record, which the engine sets aside: a `join` that is none would stop all that are read with it.
  throw new HubspokeError(
    "SYNC_LOCAL_FAILED",
    "a mapped field holds an object; give text, a number, a boolean, a list of texts or null",
  );
}

/** A transform of one property that works on texts. */
export function onText(
  description: string,
  samples: readonly LocalValue[],
  make: (options: TransformOptions) => (text: string) => string,
): Transform {
  return {
    properties: 1,
    description,
    make(options) {
      const change = make(options);
      const both = (text: string | null): string | null => (text === null || text === "" ? null : change(text) || null);
      return { encode: (value) => [both(textOf(value))], decode: ([text = null]) => both(text), samples };
    },
  };
}

/** Refuses options that a transform does not have. */
export function onlyOptions(options: TransformOptions, known: readonly string[], needed: readonly string[] = []): void {
  const stray = Object.keys(options).find((option) => !known.includes(option));
  if (stray !== undefined)
    throw invalid(`has no option "${stray}"${known.length === 0 ? "" : `; it has ${known.join(", ")}`}`);
  const missing = needed.find((option) => (options[option] ?? "") === "");
  if (missing !== undefined) throw invalid(`needs the option "${missing}"`);
}

export function invalid(what: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `the transform ${what}`);
}
