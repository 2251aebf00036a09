import { createRandom, type RandomStream } from "./random.ts";

/** All streams of one seed, by purpose, so that they can be stopped and gone on with. */
export class RandomStreams {
  readonly #seed: number;
  readonly #streams: Map<string, RandomStream> = new Map();
  /** Where streams begin that nobody has asked for since they were loaded. */
  readonly #loaded: Map<string, number> = new Map();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Asked for twice, the stream begins again for the second. */
  stream(purpose: string): RandomStream {
    const stream = createRandom(this.#seed, purpose);
    const state = this.#loaded.get(purpose);
    if (state !== undefined) stream.state = state;
    this.#streams.set(purpose, stream);
    return stream;
  }

  save(): Record<string, number> {
    const begun = [...this.#streams].map(([purpose, { state }]) => [purpose, state] as const);
    return Object.fromEntries([...this.#loaded, ...begun]);
  }

  load(saved: Readonly<Record<string, number>>): void {
    for (const [purpose, state] of Object.entries(saved)) {
      const stream = this.#streams.get(purpose);
      if (stream === undefined) this.#loaded.set(purpose, state);
      else stream.state = state;
    }
  }
}
