import type { Phone } from "./types.ts";

/** How two numbers' extensions compare: both alike (also: both without), only one has any, or two different ones. */
export type ExtensionMatch = "same" | "one-sided" | "different";

/** How the extensions of two numbers compare; the numbers themselves are not looked at. */
export function compareExtensions(a: Phone, b: Phone): ExtensionMatch {
  if (a.extension === b.extension) return "same";
  return a.extension === undefined || b.extension === undefined ? "one-sided" : "different";
}

/**
 * Whether two numbers reach the same person's telephone, as far as numbers can say. The line must be equal in E.164.
 * Extensions count only when both have one: caller id never carries an extension, so `+19025551234` is the same as
 * `+19025551234 ext. 12`, while extensions 12 and 34 behind one shared line are two people. It is therefore not
 * transitive: do not group by it, group by `e164` and `extension`.
 */
export function samePhone(a: Phone, b: Phone): boolean {
  return a.e164 === b.e164 && compareExtensions(a, b) !== "different";
}
