import type { World } from "./contract.ts";

/**
 * Starts `world.racers` calls before any of them can finish, spread over two handles where the store is shared.
 * A store whose handle has one connection shows no contention on it, so racing on one handle alone proves little.
 */
export async function race<S, R>(world: World<S>, racer: (store: S, i: number) => Promise<R>): Promise<R[]> {
  const handles = world.capabilities.shared ? [await world.open(), await world.peer()] : [await world.open()];
  return Promise.all(Array.from({ length: world.racers }, (_, i) => racer(handles[i % handles.length] as S, i)));
}

/** 0, 1, and both sides of D1's 100 parameters, and many. */
export const batchSizes: readonly number[] = [0, 1, 100, 101, 1000];

export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
