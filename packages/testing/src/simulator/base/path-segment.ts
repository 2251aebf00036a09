/** A name as part of a path; half a character, which no path can have, becomes a question mark. */
export function pathSegment(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, "?"));
}
