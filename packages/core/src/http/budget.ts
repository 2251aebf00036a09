import { Caution, type Company } from "../limits/caution.ts";
import { ForeignTraffic } from "../limits/foreign-traffic.ts";
import { withinLimit } from "../limits/lease-share.ts";
import { Pace, reservedSlots } from "../limits/pace.ts";
import type { RateHeaders } from "../limits/rate-headers.ts";
import { ResponseWindow, type SlotEnd } from "../limits/response-window.ts";
import { type Lane, lanes } from "../model/lane.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import { aborted, closed } from "./budget-errors.ts";
import { BudgetLease, type LeaseHost } from "./budget-lease.ts";
import type { BudgetOptions, BudgetState, Permit, QueueEstimate } from "./budget-types.ts";
import { LaneQueue, type Waiting } from "./lane-queue.ts";
import { MonotonicClock } from "./monotonic-clock.ts";
import { WakeUp } from "./wake-up.ts";

/** The windows are seconds long. What asks for more is tried again after this, so that callers hear of it instead of waiting for a day. */
const longestPauseMs = 60_000;

/**
 * One quota of HubSpot: its window, and the calls that wait for a slot in it. All arithmetic is in `limits/`;
 * this adds the queue, the clock, one wake-up at a time, and, where processes share the quota, the slots on loan.
 */
export class Budget {
  readonly #clock: MonotonicClock;
  readonly #window: ResponseWindow;
  readonly #ceiling: number;
  readonly #pace = new Pace();
  readonly #foreign: ForeignTraffic;
  readonly #queue = new LaneQueue();
  readonly #wake: WakeUp;
  readonly #lease: BudgetLease | null;
  readonly #caution: Caution;
  #learned = false;
  #sent = 0;
  #refusals = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(clock: Clock, options: BudgetOptions) {
    this.#clock = new MonotonicClock(clock);
    this.#ceiling = options.ceiling ?? Number.POSITIVE_INFINITY;
    this.#caution = new Caution(options.slowStart === true);
    this.#window = new ResponseWindow(options.size);
    this.#wake = new WakeUp(
      clock,
      () => this.#pump(),
      (error) => this.#refuseAll(error),
    );
    this.#foreign = new ForeignTraffic(options.lease !== undefined);
    this.#lease = options.lease === undefined ? null : new BudgetLease(options.lease, this.#leaseHost());
  }

  /** A permit now if one is free and nobody waits, else in turn. Aborting removes the call from the queue. Errors: ABORTED, CLOSED, STORE_*. */
  acquire(lane: Lane, signal?: AbortSignal): MaybeAsync<Permit> {
    if (this.#closed) throw closed();
    if (signal?.aborted === true) throw aborted();
    const now = this.#clock.now();
    if (this.#queue.length === 0 && this.#readyAt(now, lane) <= now) {
      const permit = this.#grant(now, lane);
      this.#lease?.tend(now, false);
      return permit;
    }
    return this.#enqueue(lane, signal);
  }

  settle(permit: Permit, end: SlotEnd, headers: RateHeaders | null): void {
    const now = this.#clock.now();
    this.#window.settle(now, end);
    if (end === "answered") this.#caution.answered();
    if (headers !== null) this.#learn(now, permit, headers);
    if (this.#queue.length > 0) this.#pump();
    else if (this.#window.inFlight === 0) this.#lease?.rest();
  }

  /** A 429: nothing is sent for a while, longer each time in a row. Answers the pause. */
  refused(permit: Permit, retryAfterMs: number | null): number {
    const now = this.#clock.now();
    // Of many calls in flight all may come back refused: only one sent after the last refusal makes it worse.
    if (permit.takenAt >= this.#refusedAt || this.#refusals === 0) this.#refusals++;
    this.#refusedAt = now;
    const step = Math.max(this.#window.windowMs / 10, 250) * 2 ** Math.min(this.#refusals - 1, 10);
    const asked = Math.min(retryAfterMs ?? 0, longestPauseMs);
    const pause = Math.max(asked, Math.min(step, this.#window.windowMs));
    this.#blockedUntil = Math.max(this.#blockedUntil, now + pause);
    this.#foreign.refused(now, this.#window.windowMs);
    return pause;
  }

  /** Calls in the queue. */
  get waiting(): number {
    return this.#queue.length;
  }

  state(): BudgetState {
    const now = this.#clock.now();
    return {
      limit: this.#limit(),
      windowMs: this.#window.windowMs,
      used: this.#window.used(now),
      foreign: this.#foreign.share(now, this.#window.limit, this.#window.windowMs),
      leased: this.#lease?.slots(now) ?? null,
      inFlight: this.#window.inFlight,
      queued: Object.fromEntries(lanes.map((lane) => [lane, this.#queue.depth(lane)])) as Record<Lane, number>,
      blockedUntil: this.#blockedUntil > now ? this.#blockedUntil : null,
    };
  }

  /** Where a new call of `lane` would stand, and about when it would go. */
  estimate(lane: Lane): QueueEstimate {
    const now = this.#clock.now();
    const position = this.#queue.ahead(lane);
    const first = this.#readyAt(now, lane);
    const wait = Number.isFinite(first) ? Math.max(0, first - now) : this.#window.windowMs / this.#limit();
    return {
      queued: position > 0 || first > now,
      position,
      etaMs: Math.ceil(wait + (position * this.#window.windowMs) / this.#limit()),
    };
  }

  /** Nothing waits, nothing is in use, nothing is remembered that the next call would need. */
  get idle(): boolean {
    const now = this.#clock.now();
    return this.#queue.length === 0 && this.#window.used(now) === 0 && this.#blockedUntil <= now;
  }

  /** Refuses everything that waits; gives back what is on loan. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake.cancel();
    this.#refuseAll(closed());
    await this.#lease?.close();
  }

  #grant(now: EpochMs, lane: Lane): Permit {
    this.#window.take();
    this.#sent++;
    if (this.#spreadFrom(now, lane) !== null) this.#pace.spend(now, this.#limit(), this.#window.windowMs);
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
          resolve(this.#grant(this.#clock.now(), lane));
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
        this.#wake.cancel();
        return;
      }
      const now = this.#clock.now();
      const at = this.#readyAt(now, next.lane);
      if (at > now) {
        this.#lease?.tend(now, true);
        this.#wake.at(Math.min(at, this.#lease?.askAt ?? Number.POSITIVE_INFINITY), now);
        return;
      }
      this.#queue.remove(next);
      next.grant();
    }
  }

  #refuseAll(error: unknown): void {
    for (let entry = this.#queue.peek(); entry !== undefined; entry = this.#queue.peek()) {
      this.#queue.remove(entry);
      entry.refuse(error);
    }
  }

  /** When a call of `lane` may go, given what is known now. Infinity: not before an answer, or the store, says so. */
  #readyAt(now: EpochMs, lane: Lane): EpochMs {
    const { windowMs } = this.#window;
    const capacity = this.#capacity(now);
    const used = this.#window.used(now);
    const blind = this.#caution.blindCalls(now, capacity, windowMs);
    if (capacity === 0 || this.#window.inFlight >= blind) return Number.POSITIVE_INFINITY;
    const over = used - capacity + 1 + (isBackground(lane) ? reservedSlots(capacity, this.#lease !== null) : 0);
    let at = over <= 0 ? now : (this.#window.returnsAt(over) ?? Number.POSITIVE_INFINITY);
    if (this.#blockedUntil > at) at = this.#blockedUntil;
    const spreadFrom = this.#spreadFrom(now, lane);
    return spreadFrom === null || used < capacity * spreadFrom
      ? at
      : Math.max(at, this.#pace.readyAt(capacity, windowMs));
  }

  #company(now: EpochMs): Company {
    const lease = this.#lease;
    // An invocation has no time to get acquainted in, and a lease of no more than it needs.
    const kin = lease?.lasting === true && lease.others > 0;
    return { foreign: this.#foreign.proven(now, this.#window.windowMs), kin };
  }

  #spreadFrom(now: EpochMs, lane: Lane): number | null {
    return this.#caution.spreadFrom(now, this.#window.windowMs, isBackground(lane), this.#company(now));
  }

  /** Slots this process may use: all but other programs' share, or its own part of that. */
  #capacity(now: EpochMs): number {
    const { limit, windowMs } = this.#window;
    const allowed = limit - this.#foreign.share(now, limit, windowMs);
    if (this.#lease === null) return Math.max(1, Math.min(this.#ceiling, allowed));
    return Math.min(this.#ceiling, withinLimit(this.#lease.slots(now), this.#lease.others, allowed));
  }

  #leaseHost(): LeaseHost {
    return {
      demand: (now) => {
        const { limit, windowMs } = this.#window;
        const allowed = Math.max(1, limit - this.#foreign.share(now, limit, windowMs));
        const next = this.#queue.peek();
        // Kept free for interactive calls of any process.
        const reserved = next !== undefined && isBackground(next.lane) ? reservedSlots(allowed) : 0;
        const used = this.#window.used(now);
        const queued = Math.min(this.#queue.length, Math.max(0, this.#ceiling - used));
        return { used, queued, limit: allowed - reserved };
      },
      windowMs: () => this.#window.windowMs,
      learnedLimit: () => (this.#learned ? this.#window.limit : null),
      suggestLimit: (limit) => this.#window.resize({ limit, windowMs: this.#window.windowMs }),
      changed: (error) => {
        if (error === null) this.#foreign.judge(this.#clock.now(), this.#lease?.othersLately ?? 0);
        // Slots that are still good go on being used; without any, waiting for the store would be waiting for ever.
        if (error !== null && this.#lease?.slots(this.#clock.now()) === 0) this.#refuseAll(error);
        this.#pump();
      },
      busy: () => this.#queue.length > 0 || this.#window.inFlight > 0,
    };
  }

  #learn(now: EpochMs, permit: Permit, headers: RateHeaders): void {
    const { max, intervalMs, remaining } = headers;
    if (max === null) return;
    this.#learned = true;
    this.#window.resize({ limit: max, windowMs: intervalMs ?? this.#window.windowMs });
    if (permit.takenAt > this.#refusedAt) this.#refusals = 0;
    if (remaining === null) return;
    this.#caution.told(now);
    const lease = this.#lease;
    this.#foreign.observe(
      now,
      {
        used: max - remaining,
        ownAtSend: permit.ownAtSend,
        ownNow: this.#window.used(now),
        sentSince: this.#sent - permit.sentBefore,
      },
      lease === null ? null : { slots: lease.slots(now), others: lease.others },
      this.#window.windowMs,
    );
  }

  #limit(): number {
    return Math.min(this.#window.limit, this.#ceiling);
  }
}

function isBackground(lane: Lane): boolean {
  return lane === "incremental" || lane === "backfill";
}
