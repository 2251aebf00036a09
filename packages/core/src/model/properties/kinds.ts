import type { PropertyKind } from "../property-value.ts";

/** How a standard property's text becomes a value: a kind, or the options of an enumeration. Portals add options of their own. */
export type KindOrOptions = PropertyKind | readonly string[];

/** The value of a property of that kind. */
export type ValueOf<K> = K extends readonly (infer O extends string)[]
  ? O | (string & Record<never, never>)
  : K extends "number"
    ? number
    : K extends "boolean"
      ? boolean
      : K extends "date" | "day"
        ? Date
        : K extends "list"
          ? readonly string[]
          : string;

/** The values of a table of kinds, by name. */
export type ValuesOf<T> = { -readonly [P in keyof T]: ValueOf<T[P]> };

/** What is known of an object's standard properties without asking the portal. */
export interface StandardProperties {
  readonly kinds: Readonly<Record<string, KindOrOptions>>;
  /** HubSpot computes them: writing one is refused before it is sent. */
  readonly readOnly: readonly string[];
}
