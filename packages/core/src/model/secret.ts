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

  /** The value itself. For the one place that sends or uses it. */
  reveal(): string {
    return this.#value;
  }

  /** Always `[redacted]`, so that templates and joins give nothing away. */
  toString(): string {
    return redacted;
  }

  /** Always `"[redacted]"`: it survives `JSON.stringify` of whatever holds it. */
  toJSON(): string {
    return redacted;
  }
}
