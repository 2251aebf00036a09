import type { Transport } from "@hubspoke/core/ports";
import type { Chance } from "../lib/seeded.ts";
import { normal } from "../lib/seeded.ts";
import type { JumpingClock } from "./clock.ts";

export const WINDOW_MS = 10_000;
/** Of a private app in a Professional account (hubspot-facts §2.1). */
export const LIMIT = 190;

export type ResponseTime = "constant 100 ms" | "log-normal, median 120 ms" | "uniform 10 ms to 2 s";

/** How long an answer takes, there and back together. */
const responseTimes: Readonly<Record<ResponseTime, (chance: Chance) => number>> = {
  "constant 100 ms": () => 100,
  "log-normal, median 120 ms": (chance) => Math.min(2_000, 120 * Math.exp(0.8 * normal(chance))),
  "uniform 10 ms to 2 s": (chance) => 10 + chance() * 1_990,
};

/** A rolling count, as the server keeps it: exact in time, whoever called. */
export class RollingCount {
  readonly #times: number[] = [];
  #first = 0;

  at(now: number): number {
    while (this.#first < this.#times.length && (this.#times[this.#first] as number) <= now - WINDOW_MS) this.#first++;
    if (this.#first > 10_000) {
      this.#times.splice(0, this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }

  add(now: number): void {
    this.#times.push(now);
  }
}

/** HubSpot's rolling window behind a network with jitter, and what came through. Refused requests are not counted. */
export class Server {
  readonly transport: Transport;
  answered = 0;
  refused = 0;
  /** The most requests of ours accepted in any window. */
  fullest = 0;
  responseMs = 0;
  readonly #all = new RollingCount();
  readonly #ours = new RollingCount();

  constructor(clock: JumpingClock, responseTime: ResponseTime, chance: Chance) {
    this.transport = {
      send: async () => {
        const total = responseTimes[responseTime](chance);
        const there = responseTime === "constant 100 ms" ? total / 2 : total * chance();
        await clock.sleep(there);
        const remaining = this.#count(clock.exact());
        await clock.sleep(total - there);
        this.responseMs += total;
        const headers = {
          "x-hubspot-ratelimit-max": String(LIMIT),
          "x-hubspot-ratelimit-interval-milliseconds": String(WINDOW_MS),
          "x-hubspot-ratelimit-remaining": String(Math.max(0, remaining)),
        };
        return remaining < 0
          ? { status: 429, headers, text: '{"status":"error","policyName":"TEN_SECONDLY_ROLLING"}' }
          : { status: 200, headers, text: '{"id":"1","properties":{}}' };
      },
      close: async () => {},
    };
  }

  /** Somebody else's request. */
  foreign(now: number): void {
    if (this.#all.at(now) < LIMIT) this.#all.add(now);
  }

  /** What is left after a request of ours; below nothing: it was refused. */
  #count(now: number): number {
    this.answered++;
    const used = this.#all.at(now);
    if (used >= LIMIT) {
      this.refused++;
      return -1;
    }
    this.#all.add(now);
    this.#ours.add(now);
    this.fullest = Math.max(this.fullest, this.#ours.at(now));
    return LIMIT - used - 1;
  }
}
