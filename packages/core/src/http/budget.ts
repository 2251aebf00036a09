import { HubspokeError } from "../errors/hubspoke-error.ts";
import { ForeignTraffic } from "../limits/foreign-traffic.ts";
import { Pace, reservedSlots } from "../limits/pace.ts";
import type { RateHeaders } from "../limits/rate-headers.ts";
import { ResponseWindow, type SlotEnd } from "../limits/response-window.ts";
import { type Lane, lanes } from "../model/lane.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import type { BudgetOptions, BudgetState, Permit } from "./budget-types.ts";
import { LaneQueue, type Waiting } from "./lane-queue.ts";

/** Windows shorter than this need no pacing: nobody waits long for a slot. */
const pacedWindowMs = 2_000;

/**
 * One quota of HubSpot: its window, and the calls that wait for a slot in it. All arithmetic is in `limits/`;
 * this adds the queue, the clock and one wake-up at a time.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #window: ResponseWindow;
  readonly #ceiling: number;
  readonly #pace = new Pace();
  readonly #foreign = new ForeignTraffic();
  readonly #queue = new LaneQueue();
  #sent = 0;
  #refusals = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #wake: { readonly at: EpochMs; readonly stop: AbortController } | null = null;
  #closed = false;
  #clockLead = 0;
  #lastNow = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, options: BudgetOptions) {
    this.#clock = clock;
    this.#ceiling = options.ceiling ?? Number.POSITIVE_INFINITY;
    this.#window = new ResponseWindow(options.size);
  }

  /** A permit now if one is free and nobody waits, else in turn. Aborting removes the call from the queue. Errors: ABORTED, CLOSED. */
  acquire(lane: Lane, signal?: AbortSignal): MaybeAsync<Permit> {
    if (this.#closed) throw closed();
    if (signal?.aborted === true) throw aborted();
    const now = this.#now();
    if (this.#queue.length === 0 && this.#readyAt(now, lane) <= now) return this.#grant(now, lane);
    return this.#enqueue(lane, signal);
  }

  settle(permit: Permit, end: SlotEnd, headers: RateHeaders | null): void {
    const now = this.#now();
    this.#window.settle(now, end);
    if (headers !== null) this.#learn(now, permit, headers);
    if (this.#queue.length > 0) this.#pump();
  }

  /** A 429: nothing is sent for a while, longer each time in a row. Answers the pause. */
  refused(permit: Permit, retryAfterMs: number | null): number {
    const now = this.#now();
    // Of many calls in flight all may come back refused: only one sent after the last refusal makes it worse.
    if (permit.takenAt >= this.#refusedAt || this.#refusals === 0) this.#refusals++;
    this.#refusedAt = now;
    const step = Math.max(this.#window.windowMs / 10, 250) * 2 ** Math.min(this.#refusals - 1, 10);
    const pause = Math.max(retryAfterMs ?? 0, Math.min(step, this.#window.windowMs));
    this.#blockedUntil = Math.max(this.#blockedUntil, now + pause);
    this.#foreign.refused(now, this.#window.windowMs);
    return pause;
  }

  state(): BudgetState {
    const now = this.#now();
    return {
      limit: this.#limit(),
      windowMs: this.#window.windowMs,
      used: this.#window.used(now),
      foreign: this.#foreign.share(now, this.#window.limit, this.#window.windowMs),
      inFlight: this.#window.inFlight,
      queued: Object.fromEntries(lanes.map((lane) => [lane, this.#queue.depth(lane)])) as Record<Lane, number>,
      blockedUntil: this.#blockedUntil > now ? this.#blockedUntil : null,
    };
  }

  /** Where a new call of `lane` would stand, and about when it would go. */
  estimate(lane: Lane): { readonly position: number; readonly etaMs: number } {
    const now = this.#now();
    const position = this.#queue.ahead(lane);
    const first = this.#readyAt(now, lane);
    const wait = Number.isFinite(first) ? Math.max(0, first - now) : 0;
    return { position, etaMs: Math.ceil(wait + (position * this.#window.windowMs) / this.#limit()) };
  }

  /** Refuses everything that waits. */
  close(): void {
    this.#closed = true;
    this.#cancelWake();
    for (let entry = this.#queue.peek(); entry !== undefined; entry = this.#queue.peek()) {
      this.#queue.remove(entry);
      entry.refuse(closed());
    }
  }

  #grant(now: EpochMs, lane: Lane): Permit {
    this.#window.take();
    this.#sent++;
    if (isPaced(lane)) this.#pace.spend(now, this.#limit(), this.#window.windowMs);
    return { ownAtSend: this.#window.used(now), sentBefore: this.#sent, takenAt: now };
  }

  #enqueue(lane: Lane, signal?: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        if (!entry.live) return;
        this.#queue.remove(entry);
        reject(aborted());
        this.#pump();
      };
      const done = () => signal?.removeEventListener("abort", onAbort);
      const entry: Waiting = {
        lane,
        live: true,
        grant: () => {
          done();
          resolve(this.#grant(this.#now(), lane));
        },
        refuse: (error) => {
          done();
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(entry);
      this.#pump();
    });
  }

  #pump(): void {
    for (;;) {
      const next = this.#queue.peek();
      if (next === undefined) {
        this.#cancelWake();
        return;
      }
      const now = this.#now();
      const at = this.#readyAt(now, next.lane);
      if (at > now) {
        this.#wakeAt(at, now);
        return;
      }
      this.#queue.remove(next);
      next.grant();
    }
  }

  /** When a call of `lane` may go, given what is known now. Infinity: not before an answer arrives. */
  #readyAt(now: EpochMs, lane: Lane): EpochMs {
    const { limit, windowMs } = this.#window;
    const capacity = Math.max(1, Math.min(this.#ceiling, limit - this.#foreign.share(now, limit, windowMs)));
    const paced = isPaced(lane) && windowMs >= pacedWindowMs;
    const used = this.#window.used(now);
    const over = used - capacity + 1 + (paced ? reservedSlots(capacity) : 0);
    let at = over <= 0 ? now : (this.#window.returnsAt(over) ?? Number.POSITIVE_INFINITY);
    if (this.#blockedUntil > at) at = this.#blockedUntil;
    return paced ? Math.max(at, this.#pace.readyAt(capacity, windowMs, used)) : at;
  }

  #wakeAt(at: EpochMs, now: EpochMs): void {
    if (this.#wake?.at === at) return;
    this.#cancelWake();
    if (!Number.isFinite(at)) return;
    const wake = { at, stop: new AbortController() };
    this.#wake = wake;
    this.#clock.sleep(Math.ceil(at - now), wake.stop.signal).then(
      () => {
        if (this.#wake === wake) this.#wake = null;
        this.#pump();
      },
      (error: unknown) => {
        // Ours: the wake-up was replaced. Anything else is a broken clock, and waiting calls must not hang on it.
        if (wake.stop.signal.aborted) return;
        this.#wake = null;
        for (let entry = this.#queue.peek(); entry !== undefined; entry = this.#queue.peek()) {
          this.#queue.remove(entry);
          entry.refuse(error);
        }
      },
    );
  }

  #cancelWake(): void {
    this.#wake?.stop.abort();
    this.#wake = null;
  }

  #learn(now: EpochMs, permit: Permit, headers: RateHeaders): void {
    const { max, intervalMs, remaining } = headers;
    if (max === null) return;
    this.#window.resize({ limit: max, windowMs: intervalMs ?? this.#window.windowMs });
    if (permit.takenAt > this.#refusedAt) this.#refusals = 0;
    if (remaining === null) return;
    const seen = { used: max - remaining, ownAtSend: permit.ownAtSend, sentSince: this.#sent - permit.sentBefore };
    this.#foreign.observe(now, seen, this.#window.windowMs);
  }

  #limit(): number {
    return Math.min(this.#window.limit, this.#ceiling);
  }

  /** The clock, made monotonic: a host clock set back by an hour must not hold slots for an hour. */
  #now(): EpochMs {
    const read = this.#clock.now() + this.#clockLead;
    if (read < this.#lastNow) {
      this.#clockLead += this.#lastNow - read;
      return this.#lastNow;
    }
    this.#lastNow = read;
    return read;
  }
}

function isPaced(lane: Lane): boolean {
  return lane === "incremental" || lane === "backfill";
}

function aborted(): HubspokeError {
  return new HubspokeError(
    "ABORTED",
    "ABORTED: the call was aborted while it waited for the rate limit; nothing was sent",
    {
      details: { sent: false },
    },
  );
}

function closed(): HubspokeError {
  return new HubspokeError("CLOSED", "CLOSED: this Hubspoke instance is closed; create a new one", {
    details: { sent: false },
  });
}
