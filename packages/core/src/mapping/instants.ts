const isoLike = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(?:Z|([+-]\d{2})(?::?(\d{2}))?)?)?$/i;
/** `Fri, 20 Nov 2026 12:00:00 GMT`, and what `Date` prints. */
const namesItsZone = /\b(?:GMT|UTC)|[+-]\d{2}:?\d{2}$/;

/**
 * Epoch milliseconds of a time written in any of the ways HubSpot and databases write one; null for what is none. A time
 * without a zone is UTC, on whichever machine it is read; a day written like `03/04/2026` is two, and taken for neither.
 */
export function instantOf(text: string): number | null {
  const trimmed = text.trim();
  const time = /^-?\d+$/.test(trimmed) ? Number(trimmed) : Date.parse(spelledOut(trimmed));
  return Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? time : null;
}

function spelledOut(text: string): string {
  const [found, day, time, hours, minutes = "00"] = isoLike.exec(text) ?? [];
  if (found === undefined) return namesItsZone.test(text) ? text : "";
  if (time === undefined) return `${day}T00:00Z`;
  return `${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`;
}
