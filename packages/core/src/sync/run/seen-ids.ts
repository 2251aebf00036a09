/**
 * The HubSpot ids a pass has listed, in 8 bytes each: a million contacts are 8 MB. Ids that are no safe number
 * (they always were, so far) are kept as text.
 */
export class SeenIds {
  #numbers = new Float64Array(1024);
  #size = 0;
  #sorted = true;
  readonly #texts = new Set<string>();

  add(id: string): void {
    const number = Number(id);
    if (!Number.isSafeInteger(number) || String(number) !== id) {
      this.#texts.add(id);
      return;
    }
    if (this.#size === this.#numbers.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    if (this.#size > 0 && (this.#numbers[this.#size - 1] as number) > number) this.#sorted = false;
    this.#numbers[this.#size++] = number;
  }

  has(id: string): boolean {
    const number = Number(id);
    if (!Number.isSafeInteger(number) || String(number) !== id) return this.#texts.has(id);
    if (!this.#sorted) {
      this.#numbers.subarray(0, this.#size).sort();
      this.#sorted = true;
    }
    let low = 0;
    let high = this.#size - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const value = this.#numbers[middle] as number;
      if (value === number) return true;
      if (value < number) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }
}
