import type { Storage } from "@hubspoke/core/ports";

/** A store with one planted fault, and the case that is named for it. */
export interface BrokenStore {
  readonly name: string;
  readonly caughtBy: string;
  /** Plants the fault in a store that works. It must answer wrongly, not merely throw. */
  plant(store: Storage): Storage;
}

/** Lets the other racers in: the gap between a read and the write that relies on it. */
export const gap = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** The store with some methods of one port replaced. */
export function replace<Port extends keyof Storage>(
  store: Storage,
  port: Port,
  methods: (inner: Storage[Port]) => Partial<Storage[Port]>,
): Storage {
  return { ...store, [port]: { ...(store[port] as object), ...(methods(store[port]) as object) } };
}
