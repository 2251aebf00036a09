import type { SimRecord } from "./record.ts";

/** What a batch has done so far, so that it can be undone as a whole, and what search learns once it stands. */
export class Journal {
  readonly touched: Set<SimRecord> = new Set();
  readonly #undo: (() => void)[] = [];

  onUndo(step: () => void): void {
    this.#undo.push(step);
  }

  undo(): void {
    for (const step of this.#undo.reverse()) step();
  }
}
