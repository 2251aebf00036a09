/** The one source of chance of a seed. Forks have streams of their own, so that one part drawing more shifts no other. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  int(limit: number): number;
  pick<T>(items: readonly T[]): T;
  happens(share: number): boolean;
  fork(name: string): Chance;
}

export function chance(seed: number, name = ""): Chance {
  let state = fnv(`${seed}:${name}`);
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    int,
    pick: (items) => items[int(items.length)] as (typeof items)[number],
    happens: (share) => next() < share,
    fork: (part) => chance(seed, `${name}/${part}`),
  };
}

function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
