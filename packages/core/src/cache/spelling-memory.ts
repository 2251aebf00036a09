import type { LRUCache } from "lru-cache";
import { maxPhoneInput } from "../phone/clean.ts";
import { parsePhone } from "../phone/parse.ts";
import type { PhoneResult, Region } from "../phone/types.ts";
import { bounded } from "../util/bounded.ts";

/**
 * Remembers how spellings were read: parsing one costs tens of microseconds, a look-up from memory less than that.
 * Bounded by count, by the length of a spelling, and by the process: nothing of it is stored.
 */
export class SpellingMemory {
  readonly #known: LRUCache<string, PhoneResult>;

  constructor(maxSpellings: number) {
    this.#known = bounded(maxSpellings);
  }

  /** `parsePhone(spelling, { defaultRegion })`, remembered. */
  read(spelling: string, defaultRegion: Region | undefined): PhoneResult {
    // What is not text or too long is refused by the parser at once, and must not fill the memory.
    if (typeof spelling !== "string" || spelling.length > maxPhoneInput) return parsePhone(spelling, { defaultRegion });
    const name = `${defaultRegion ?? ""} ${spelling}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const result = parsePhone(spelling, { defaultRegion });
    this.#known.set(name, result);
    return result;
  }
}
