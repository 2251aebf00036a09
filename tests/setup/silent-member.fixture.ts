/** Half of it says what it is. */
export interface Half {
  /** It says so. */
  readonly told: number;
  readonly silent: number;
}

/** A class counts as well. */
export class Made {
  readonly #hidden: number = 1;

  speak(): number {
    return this.#hidden;
  }
}
