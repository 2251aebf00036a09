import type { Outcome } from "./base/wire.ts";

/** One request the simulator saw. */
export interface LoggedCall {
  /** In capitals. */
  readonly method: string;
  /** As it was asked for, without the query: it holds ids. */
  readonly path: string;
  /** The template, e.g. `/crm/objects/{version}/{objectType}/{id}`; empty for an unknown path. */
  readonly route: string;
  /** The status answered, or how it was left without an answer. */
  readonly status: number | "reset" | "hang";
  /** When it arrived, milliseconds since the epoch. */
  readonly at: number;
}

/** Remembers the latest calls, and counts all of them. */
export class CallLog {
  readonly #keep: number;
  readonly byStatus: Map<string, number> = new Map();
  readonly byRoute: Map<string, number> = new Map();
  readonly refusals: Map<string, number> = new Map();
  #calls: LoggedCall[] = [];
  #total = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  get calls(): readonly LoggedCall[] {
    return this.#calls.length > this.#keep ? this.#calls.slice(-this.#keep) : this.#calls;
  }

  get total(): number {
    return this.#total;
  }

  /** Notes the call and hands its outcome on. */
  add(call: Pick<LoggedCall, "at" | "method" | "path">, route: string, outcome: Outcome): Outcome {
    const status = outcome.kind === "response" ? outcome.status : outcome.kind;
    this.#calls.push({ ...call, route, status });
    this.#total++;
    if (this.#calls.length > 2 * this.#keep + 1) this.#calls = this.#calls.slice(-this.#keep);
    increment(this.byStatus, String(status));
    increment(this.byRoute, `${call.method} ${route}`);
    if (outcome.kind === "response" && outcome.status === 429) increment(this.refusals, policyOf(String(outcome.body)));
    return outcome;
  }
}

function policyOf(body: string): string {
  return /your (\w+) limit/.exec(body)?.[1]?.toUpperCase() ?? "UNKNOWN";
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
