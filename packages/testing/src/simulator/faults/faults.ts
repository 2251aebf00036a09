import type { RandomStream } from "../base/random.ts";
import type { Fault, FaultSubject, Faults } from "./fault.ts";

interface ActiveFault {
  readonly fault: Fault;
  left: number;
}

/** The faults that are armed, in the order they were added. */
export class FaultPlan implements Faults {
  readonly #random: RandomStream;
  #active: ActiveFault[] = [];
  #injected = 0;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  add(fault: Fault): () => void {
    const active: ActiveFault = { fault, left: fault.times ?? 1 };
    this.#active.push(active);
    return () => {
      this.#active = this.#active.filter((other) => other !== active);
    };
  }

  clear(): void {
    this.#active = [];
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
      if (active.left <= 0 || !matches(active.fault, subject)) continue;
      if (active.fault.rate !== undefined && this.#random.next() >= active.fault.rate) continue;
      active.left--;
      this.#injected++;
      return active.fault;
    }
    return undefined;
  }
}

function matches(fault: Fault, subject: FaultSubject): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== subject.method) return false;
  if (fault.from !== undefined && subject.at < fault.from) return false;
  if (fault.until !== undefined && subject.at >= fault.until) return false;
  const { route } = fault;
  if (typeof route === "string" && route !== subject.route && route !== subject.path) return false;
  if (route instanceof RegExp && !route.test(subject.route) && !route.test(subject.path)) return false;
  return fault.when?.(subject) ?? true;
}
