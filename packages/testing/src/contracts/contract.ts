import type { StoreCapabilities } from "@hubspoke/core/ports";

/** What a case works with: a place of its own, empty at the start and seen by nobody else. */
export interface World<S> {
  /** The case's handle; the same one at every call. */
  open(): Promise<S>;
  /** A second, independent handle to the same data: another connection or process. Needs `shared`. */
  peer(): Promise<S>;
  /** Closes every handle and opens a new one, as after a restart. Needs `durable`. */
  reopen(): Promise<S>;
  /** How many callers race where a case says that one of many wins. */
  readonly racers: number;
  /** Epoch milliseconds to start from: beyond 32 bits, like every real one. */
  readonly now: number;
  /** Of the store under test, as its harness says. */
  readonly capabilities: StoreCapabilities;
}

/** A capability without which a case says nothing about a store. */
export type Need = "shared" | "durable";

/** One duty of a port. Data, so that a suite can be bound to any runner, listed in documentation and itself be tested. */
export interface ContractCase<S> {
  /** Stable, `<port>.<duty>`: quoted in documentation, skips and self-tests. */
  readonly id: string;
  /** A store without one of them skips the case, which its harness must then name in `skips`. */
  readonly needs?: readonly Need[];
  /** Rejects with a `ContractViolation` when the duty is not kept. */
  run(world: World<S>): Promise<void>;
}

/** How to get at a store: what a store package writes, in about ten lines. */
export interface Harness<S> {
  /** Of the store, for the titles of tests. */
  readonly name: string;
  /** The store's own: what it cannot do decides which cases are skipped. */
  readonly capabilities: StoreCapabilities;
  /** Makes an empty, isolated place. Each case has its own. */
  space(): Promise<Space<S>>;
  /** Callers in a race. Default 20; a pooled database needs a warmed pool of at least as many connections. */
  readonly racers?: number;
  /** Exactly the cases that `capabilities` rules out, each with its reason. Anything else fails the suite. */
  readonly skips?: readonly { readonly id: string; readonly reason: string }[];
}

/** Room for one case: data of its own that handles are opened to. */
export interface Space<S> {
  /** Opens a new handle to the space's data. */
  open(): Promise<S>;
  /** Ends one handle; a case may leave that to the suite. */
  close(store: S): Promise<void>;
  /** Removes the data. Runs after the case passed; what a failed case left stays for a look. */
  remove(): Promise<void>;
}
