import type { EpochMs } from "../ports/ids.ts";

/**
 * HubSpot's clock beside ours, by the `Date` header of its last answer. Whether a record is older than a request can only
 * be told on one clock, and a host's may be minutes off. Until an answer was seen, and where answers have no date, ours counts.
 */
export class ServerTime {
  #text: string | undefined;
  #seenAt: EpochMs = 0;

  saw(headers: Readonly<Record<string, string>>, now: EpochMs): void {
    if (headers.date === undefined) return;
    // Read when somebody asks, which is hardly ever.
    this.#text = headers.date;
    this.#seenAt = now;
  }

  of(at: EpochMs): EpochMs {
    const shown = this.#text === undefined ? Number.NaN : Date.parse(this.#text);
    return Number.isNaN(shown) ? at : shown + (at - this.#seenAt);
  }
}
