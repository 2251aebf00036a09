/** What the limit headers of an answer said; null where a header is absent or nonsense (hubspot-facts §2.4). */
export interface RateHeaders {
  readonly max: number | null;
  readonly intervalMs: number | null;
  readonly remaining: number | null;
  readonly dailyLimit: number | null;
  readonly dailyRemaining: number | null;
}

/** Reads the headers (lower-cased names). The `-Secondly` pair is deprecated and ignored; searches carry no interval headers. */
export function rateHeaders(headers: Readonly<Record<string, string>>): RateHeaders {
  return {
    max: count(headers["x-hubspot-ratelimit-max"], 1, 1_000_000),
    intervalMs: count(headers["x-hubspot-ratelimit-interval-milliseconds"], 100, 600_000),
    remaining: count(headers["x-hubspot-ratelimit-remaining"], 0, 1_000_000),
    dailyLimit: count(headers["x-hubspot-ratelimit-daily"], 1, 1_000_000_000),
    dailyRemaining: count(headers["x-hubspot-ratelimit-daily-remaining"], 0, 1_000_000_000),
  };
}

/** `Retry-After` as milliseconds from `now`: seconds or a date. Documented for 477 only, honoured wherever it appears. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const text = headers["retry-after"]?.trim();
  if (text === undefined || text === "") return null;
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Digit by digit: five of these are read in every answer, and a regular expression costs ten times as much. */
function count(text: string | undefined, least: number, most: number): number | null {
  if (text === undefined || text === "" || text.length > 10) return null;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value >= least && value <= most ? value : null;
}
