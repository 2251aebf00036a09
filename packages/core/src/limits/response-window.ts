import type { EpochMs } from "../ports/ids.ts";

/** Added to the window: clocks count whole milliseconds, so an answer may be almost one later than it looks. */
const roundingMs = 1;
/** A request whose answer never came may still be on its way to HubSpot: its slot stays taken this much longer. */
const lostGraceMs = 2_000;

/** How a request ended, as far as HubSpot's count is concerned. */
export type SlotEnd = "answered" | "lost" | "unsent";

export interface WindowSize {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * A rolling window that holds at the *server*: a slot returns one window after its **response** arrived.
 * Server arrival lies between send and response, so two requests on one slot are at least a window apart there,
 * whatever the network does in between. Windows anchored at the send let 1.26 times the limit through under jitter,
 * reservoir resets up to 2 times (reliability-and-performance §4.2). The price: utilisation is W / (W + response time).
 *
 * Pure: time is an argument and must not go backwards.
 */
export class ResponseWindow {
  #limit: number;
  #windowMs: number;
  #inFlight = 0;
  /** Times at which slots were answered, ascending, in a ring. */
  #ring: Float64Array;
  #head = 0;
  #held = 0;

  constructor(size: WindowSize) {
    this.#limit = size.limit;
    this.#windowMs = size.windowMs;
    this.#ring = new Float64Array(64);
  }

  get limit(): number {
    return this.#limit;
  }

  get windowMs(): number {
    return this.#windowMs;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Slots in use: sent and not answered, or answered less than a window ago. */
  used(now: EpochMs): number {
    this.#expire(now);
    return this.#inFlight + this.#held;
  }

  take(): void {
    this.#inFlight++;
  }

  /** Ends one request. An unsent one gives its slot back at once. */
  settle(now: EpochMs, end: SlotEnd): void {
    this.#inFlight--;
    if (end === "unsent") return;
    if (this.#held === this.#ring.length) this.#grow();
    const at = end === "lost" ? now + lostGraceMs : now;
    const newest = this.#held === 0 ? at : this.#at(this.#held - 1);
    // Ascending by construction: a slot behind a lost one waits with it, which only errs on the safe side.
    this.#ring[(this.#head + this.#held) % this.#ring.length] = Math.max(at, newest);
    this.#held++;
  }

  /** When the `nth` held slot (1 is the first) returns; null when so many are not held. */
  returnsAt(nth: number): EpochMs | null {
    return nth < 1 || nth > this.#held ? null : this.#at(nth - 1) + this.#windowMs + roundingMs;
  }

  /** What HubSpot's headers said. A smaller limit takes effect as slots return. */
  resize(size: WindowSize): void {
    this.#limit = size.limit;
    this.#windowMs = size.windowMs;
  }

  #expire(now: EpochMs): void {
    const before = now - this.#windowMs - roundingMs;
    while (this.#held > 0 && (this.#ring[this.#head] as number) <= before) {
      this.#head = (this.#head + 1) % this.#ring.length;
      this.#held--;
    }
  }

  #at(index: number): number {
    return this.#ring[(this.#head + index) % this.#ring.length] as number;
  }

  #grow(): void {
    const larger = new Float64Array(this.#ring.length * 2);
    for (let i = 0; i < this.#held; i++) larger[i] = this.#at(i);
    this.#ring = larger;
    this.#head = 0;
  }
}
