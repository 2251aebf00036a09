/** A seeded stream of numbers; the same seed and name always give the same numbers. */
export interface RandomStream {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, limit). */
  int(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** Eight random hex digits. */
  hex8(): string;
  uuid(): string;
  /** Where the stream is: set it to go on from there. */
  state: number;
}

/**
 * Streams are named so that each purpose (ids, latency, faults …) has its own: drawing more numbers for one of them
 * does not change what another answers.
 */
export function createRandom(seed: number, name: string): RandomStream {
  let state = hash(`${seed}:${name}`);

  function word(): number {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  const stream: RandomStream = {
    get state() {
      return state;
    },
    set state(saved) {
      state = saved | 0;
    },
    next: () => word() / 4294967296,
    int: (limit) => Math.floor((word() / 4294967296) * limit),
    pick<T>(items: readonly T[]): T {
      return items[stream.int(items.length)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = stream.int(last + 1);
        [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
      }
      return copy;
    },
    hex8: () => word().toString(16).padStart(8, "0"),
    uuid() {
      const [a, b, c, d] = [stream.hex8(), stream.hex8(), stream.hex8(), stream.hex8()];
      const variant = (8 + (word() & 3)).toString(16);
      return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
    },
  };
  return stream;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h | 0;
}
