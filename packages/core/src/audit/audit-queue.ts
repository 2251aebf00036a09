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

  /** Whether rows are being written. */
  get draining(): boolean {
    return this.#draining !== undefined;
  }

  /** Writes full batches and leaves the rest, unless somebody is writing already. */
  async drainFull(): Promise<void> {
    await this.#once(this.#batchRows);
  }

  /** Writes until nothing waits, also what is pushed meanwhile. Rejects with the first failure and keeps the rest. */
  async drain(): Promise<void> {
    while (this.#rows.length > 0) {
      await this.#once(1);
    }
  }

  #once(atLeast: number): Promise<void> {
    this.#draining ??= this.#write(atLeast).finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #write(atLeast: number): Promise<void> {
    while (this.#rows.length >= atLeast) {
      const batch = this.#rows.slice(0, this.#batchRows);
      await this.#append(batch);
      this.#rows.splice(0, batch.length);
    }
  }
}
