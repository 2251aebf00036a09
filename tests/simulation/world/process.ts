import type { LocalWrite } from "@hubspoke/core/ports";
import type { Owner, SimulatedClock } from "../base/clock.ts";
import type { Trace } from "../base/trace.ts";

/** What befalls a process while it works: counted in calls to its ports. */
export interface Fate {
  readonly kind: "none" | "kill" | "pause";
  /** The call at which it happens, from 1. */
  readonly call: number;
  /** Whether that call takes effect first. */
  readonly afterEffect: boolean;
  /** Counts only from the first stored intent on: that is where a crash hurts. */
  readonly fromIntent: boolean;
  /** Counts only from the first row made here of a HubSpot record: until it is linked, only its intent knows of it. */
  readonly fromCreate?: boolean;
}

export const noFate: Fate = { kind: "none", call: 0, afterEffect: false, fromIntent: false };

/** Things that happen in the world just before some calls, by number. */
export type Meanwhile = ReadonlyMap<number, () => Promise<void>>;

/** Hears of every call just before it is made, with what is asked for. */
export type Witness = (name: string, args: readonly unknown[]) => Promise<void>;

/** Calls of one piece of work: a hundred times what the longest makes. A loop that never waits would stop the clock. */
const mostCalls = 200_000;

const never = (): Promise<never> => new Promise(() => {});

type PortCall = (...args: readonly unknown[]) => unknown;

/** One operating-system process with one instance in it. A dead one never gets an answer; one that stands still gets it later. */
export class Process implements Owner {
  readonly name: string;
  readonly #clock: SimulatedClock;
  readonly #trace: Trace;
  #fate: Fate = noFate;
  #meanwhile: Meanwhile = new Map();
  #witness: Witness | null = null;
  #calls = 0;
  #made = 0;
  #armed = false;
  #wake: (() => void) | null = null;
  #woken: Promise<void> | null = null;
  /** Since when it has stood still, by the clock's activity, and not looked at HubSpot again. */
  #stoodStill = Number.POSITIVE_INFINITY;
  /** When it noted that it is about to send, by the clock's activity; it has not sent since. */
  #decided = Number.POSITIVE_INFINITY;
  dead = false;
  ranAway = false;
  /** The port call at which it died or stood still. */
  stoppedAt: string | null = null;

  constructor(name: string, clock: SimulatedClock, trace: Trace) {
    this.name = name;
    this.#clock = clock;
    this.#trace = trace;
  }

  get paused(): boolean {
    return this.#woken !== null;
  }

  get runs(): boolean {
    return !this.dead && !this.paused;
  }

  /** Whether it stood still at that activity of the clock, or has only just woken and not looked at HubSpot since. */
  stoodStillAt(activity: number): boolean {
    return activity >= this.#stoodStill;
  }

  /** Whether what it sends now was on its way by that activity of the clock. */
  hadDecidedBy(activity: number): boolean {
    return activity >= this.#decided;
  }

  sent(): void {
    this.#decided = Number.POSITIVE_INFINITY;
  }

  looked(): void {
    this.#stoodStill = Number.POSITIVE_INFINITY;
  }

  arm(fate: Fate, meanwhile: Meanwhile = new Map(), witness: Witness | null = null): void {
    this.#fate = fate;
    this.#witness = witness;
    this.#meanwhile = meanwhile;
    this.#calls = 0;
    this.#made = 0;
    this.#armed = !fate.fromIntent && fate.fromCreate !== true;
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
    this.#woken = null;
  }

  async call(name: string, work: PortCall, args: readonly unknown[]): Promise<unknown> {
    if (this.dead) return never();
    this.#clock.activity++;
    if (++this.#made > mostCalls) {
      this.ranAway = true;
      this.dead = true;
      return never();
    }
    while (this.#woken !== null) await this.#woken;
    if (this.#fate.fromCreate === true ? makesRow(name, args) : name === "storage.intents.store") this.#armed = true;
    if (name === "storage.intents.markSent") this.#decided = this.#clock.activity;
    const number = this.#armed ? ++this.#calls : 0;
    this.#trace.add(`${this.name} ${name}`);
    // Most calls meet nothing, and are not made to wait a turn for it.
    const meanwhile = this.#meanwhile.get(number);
    if (meanwhile !== undefined) await meanwhile();
    if (this.#witness !== null) await this.#witness(name, args);
    if (number === 0 || number !== this.#fate.call || this.#fate.kind === "none") return work(...args);
    return this.#meetFate(name, work, args);
  }

  async #meetFate(name: string, work: PortCall, args: readonly unknown[]): Promise<unknown> {
    const { kind, afterEffect } = this.#fate;
    this.#fate = noFate;
    this.stoppedAt = name;
    this.#trace.add(`${this.name} ${kind} ${afterEffect ? "after" : "before"} ${name}`);
    const answer = afterEffect ? await work(...args) : null;
    if (kind === "kill") {
      this.dead = true;
      this.#clock.forget(this);
      return never();
    }
    this.#stoodStill = this.#clock.activity;
    this.#woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    while (this.#woken !== null) await this.#woken;
    return afterEffect ? answer : work(...args);
  }
}

function makesRow(name: string, args: readonly unknown[]): boolean {
  return name === "local.write" && (args[1] as readonly LocalWrite[]).some(({ kind }) => kind === "create");
}

/** The same port, whose every call is the process's. Nested objects (the stores of a storage) are wrapped too. */
export function ownedBy<T extends object>(process: Process, port: T, name: string): T {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(port)) own[key] = owned(process, port, `${name}.${key}`, key, value);
  return own as T;
}

function owned(process: Process, port: object, path: string, key: string, value: unknown): unknown {
  if (typeof value === "function") {
    const work = value.bind(port) as PortCall;
    return (...args: unknown[]) => process.call(path, work, args);
  }
  return typeof value === "object" && value !== null && key !== "capabilities" ? ownedBy(process, value, path) : value;
}
