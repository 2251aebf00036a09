import type { AuditRow } from "../ports/audit-store.ts";

/**
 * Rows on their way to the store, in order. A row leaves the queue only when its batch is durable, so a failure keeps
 * it; concurrent drains are one drain, so a batch is never appended by two at once.
 */
export class AuditQueue {
  readonly #append: (rows: readonly AuditRow[]) => Promise<void>;
  readonly #batchRows: number;
  readonly #rows: AuditRow[] = [];
  #draining: Promise<void> | undefined;

  constructor(append: (rows: readonly AuditRow[]) => Promise<void>, batchRows: number) {
    this.#append = append;
    this.#batchRows = batchRows;
  }

  get size(): number {
    return this.#rows.length;
  }

  push(rows: readonly AuditRow[]): void {
    for (const row of rows) this.#rows.push(row);
  }

  /** Writes until nothing waits, also what is pushed meanwhile. Rejects with the first failure and keeps the rest. */
  async drain(): Promise<void> {
    while (this.#rows.length > 0) {
      this.#draining ??= this.#writeAll().finally(() => {
        this.#draining = undefined;
      });
      await this.#draining;
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#rows.length > 0) {
      const batch = this.#rows.slice(0, this.#batchRows);
      await this.#append(batch);
      this.#rows.splice(0, batch.length);
    }
  }
}
