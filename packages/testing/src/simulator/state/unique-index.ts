import type { SimRecord } from "./record.ts";

/** Which record holds a unique value. E-mail addresses compare without case, all other values as they are. */
export class UniqueIndex {
  readonly #byProperty: Map<string, Map<string, SimRecord>> = new Map();

  find(property: string, value: string): SimRecord | undefined {
    return this.#byProperty.get(property)?.get(keyOf(property, value));
  }

  set(property: string, value: string, record: SimRecord): void {
    const values = this.#byProperty.get(property) ?? new Map<string, SimRecord>();
    this.#byProperty.set(property, values);
    values.set(keyOf(property, value), record);
  }

  clear(property: string): void {
    this.#byProperty.delete(property);
  }

  delete(property: string, value: string, record: SimRecord): void {
    const values = this.#byProperty.get(property);
    const key = keyOf(property, value);
    if (values?.get(key) === record) values.delete(key);
  }
}

function keyOf(property: string, value: string): string {
  return property === "email" ? value.trim().toLowerCase() : value;
}
