/** The words of a value: runs of letters and digits, in lower case. */
export function tokensOf(value: string): string[] {
  return value.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * CONTAINS_TOKEN: without a wildcard, every word of the pattern is a word of the value; with `*`, the pattern fits the
 * whole value, or one part of it between spaces, or one word.
 */
export function tokenMatcher(pattern: string): (value: string) => boolean {
  const lowered = pattern.trim().toLowerCase();
  if (!lowered.includes("*")) {
    const wanted = tokensOf(lowered);
    return (value) => {
      const present = new Set(tokensOf(value));
      return wanted.length > 0 && wanted.every((token) => present.has(token));
    };
  }
  const source = lowered
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  const fits = new RegExp(`^${source}$`, "su");
  return (value) => {
    const whole = value.toLowerCase();
    return (
      fits.test(whole) ||
      whole.split(/\s+/).some((part) => fits.test(part)) ||
      tokensOf(whole).some((t) => fits.test(t))
    );
  };
}

/** Free text: every word of the query begins a word of one of the fields. */
export function queryMatcher(query: string): (fields: readonly string[]) => boolean {
  const wanted = tokensOf(query);
  return (fields) => {
    const present = fields.flatMap(tokensOf);
    return wanted.every((word) => present.some((token) => token.startsWith(word)));
  };
}
