const redacted = "[redacted]";

/**
 * A token or key in memory. Text, JSON and inspection all give `[redacted]`: only `reveal()` gives the value,
 * so a secret reaches a log only where someone wrote that word.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    // What Node's `inspect` and `console.log` ask for; a private field alone hides the value, this says why.
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), { value: () => redacted });
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}
