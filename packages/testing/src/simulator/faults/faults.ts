import type { RandomStream } from "../base/random.ts";
import type { Fault, FaultSubject, Faults } from "./fault.ts";
import { matcherOf } from "./match.ts";
import { parseFault } from "./parse.ts";

/** A fault and how far it has come. */
export interface FaultProgress {
  readonly fault: Fault;
  readonly left: number;
  /** How many matching requests there were. */
  readonly seen: number;
  readonly addedAt: number;
}

interface ActiveFault extends FaultProgress {
  readonly matches: (subject: FaultSubject) => boolean;
  seen: number;
  left: number;
}

function arm(progress: FaultProgress): ActiveFault {
  return { ...progress, matches: matcherOf(progress.fault, progress.addedAt) };
}

/** The faults that are armed, in the order they were added. */
export class FaultPlan implements Faults {
  readonly #random: RandomStream;
  readonly #now: () => number;
  #active: ActiveFault[] = [];
  #injected = 0;

  constructor(random: RandomStream, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  add(wanted: Fault | string): () => void {
    const fault = typeof wanted === "string" ? parseFault(wanted) : wanted;
    const active = arm({ fault, left: fault.times ?? 1, seen: 0, addedAt: this.#now() });
    this.#active.push(active);
    return () => {
      this.#active = this.#active.filter((other) => other !== active);
    };
  }

  clear(): void {
    this.#active = [];
  }

  get active(): readonly { readonly fault: Fault; readonly left: number }[] {
    return this.#active.filter(({ left }) => left > 0).map(({ fault, left }) => ({ fault, left }));
  }

  /** Predicates cannot be kept, and faults that have one are not. */
  save(): FaultProgress[] {
    return this.#active
      .filter(({ fault }) => fault.when === undefined)
      .map(({ fault, left, seen, addedAt }) => ({ fault, left, seen, addedAt }));
  }

  load(saved: readonly FaultProgress[]): void {
    this.#active = saved.map(arm);
  }

  get injected(): number {
    return this.#injected;
  }

  get isEmpty(): boolean {
    return this.#active.length === 0;
  }

  /** The fault that this request meets, if any; a fault with a count uses one up. */
  take(subject: FaultSubject): Fault | undefined {
    for (const active of this.#active) {
      const { skip = 0, every = 1, rate } = active.fault;
      if (active.left <= 0 || !active.matches(subject)) continue;
      active.seen++;
      if (active.seen <= skip || (active.seen - skip) % every !== 0) continue;
      if (rate !== undefined && this.#random.next() >= rate) continue;
      active.left--;
      this.#injected++;
      return active.fault;
    }
    return undefined;
  }
}
