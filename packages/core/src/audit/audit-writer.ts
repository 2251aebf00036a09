import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { AuditRow, AuditStore } from "../ports/audit-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { RowId } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { all, chain, type MaybeAsync } from "../util/maybe-async.ts";
import { AuditQueue } from "./audit-queue.ts";
import { type AuditEntry, auditRow } from "./audit-row.ts";
import { type Background, tell, tellOver } from "./tell.ts";

/**
 * `batched` (default): rows wait in memory for about `flushMs` and are written in batches; a killed process loses what
 * waited. `strict`: every row is durable before the answer is given, and an answer that cannot be recorded is not given.
 */
export type AuditMode = "batched" | "strict";

/**
 * The audit trail's writer. No row is ever dropped: while the store fails, rows stay in memory and are tried again, the
 * alert `audit.failed` is raised once per outage, and when `maxRows` wait, `record` waits for the store as well.
 *
 * Errors: `AUDIT_FAILED` from `record` when the rows are not safe (strict: not written; batched: memory is full and
 * the store still fails), from `flush` and `close` when rows are left over; `CLOSED` from `record` after `close`.
 */
export interface AuditWriter {
  /** Records accesses that `ctx` made. Done when the rows are as safe as the mode promises, which may be at once. */
  record(ctx: Ctx, entries: readonly AuditEntry[]): MaybeAsync<void>;
  /** Writes everything that waits. The worker's job `audit:flush` calls it. */
  flush(): Promise<void>;
  /** Refuses further rows and writes everything that waits. After a failure, call it again: the rows are still there. */
  close(): Promise<void>;
  /** Rows that wait in memory. */
  readonly pending: number;
}

export interface AuditWriterDeps {
  readonly store: AuditStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alerts: AlertSink;
  /** Random row ids: each is bound into its row's sealed part. */
  readonly newId: () => RowId;
  /**
   * Without it nothing may be left for later, so rows are written before `record` resolves, whatever the mode.
   */
  readonly background?: Background | undefined;
  readonly mode?: AuditMode;
  /** Rows of one statement: each is a durable commit, and indexes are written page by page, so many share one. Default 4,000. */
  readonly batchRows?: number;
  /** The longest that a row waits while the store works. Default 1,000 ms. */
  readonly flushMs?: number;
  /** Rows that may wait in memory; one call's rows may exceed it. Default 10,000. */
  readonly maxRows?: number;
}

const longestRetryMs = 30_000;

export function createAuditWriter(deps: AuditWriterDeps): AuditWriter {
  const { store, sealer, clock, logger, newId, background, mode = "batched" } = deps;
  const { batchRows = 4_000, flushMs = 1_000, maxRows = 10_000 } = deps;
  const queue = new AuditQueue(append, batchRows);
  const closing = new AbortController();
  let failing = false;
  let timed = false;

  async function append(rows: readonly AuditRow[]): Promise<void> {
    try {
      await store.append(rows);
      if (failing) tellOver(deps, null, "audit.failed");
      failing = false;
    } catch (error) {
      const code = isHubspokeError(error) ? error.code : "INTERNAL";
      if (!failing) report(code, rows.length);
      failing = true;
      throw new HubspokeError(
        "AUDIT_FAILED",
        `the audit trail cannot be written (${code}), so what cannot be recorded is not answered. Restore the store`,
        {
          details: { storeCode: code, rows: rows.length },
          ...(isHubspokeError(error) ? { cause: error } : { unsafe: error }),
        },
      );
    }
  }

  /** Once per outage. */
  function report(code: string, rows: number): void {
    logger.error("audit.failed", { code, rows, pending: queue.size });
    tell(deps, {
      name: "audit.failed",
      key: "audit.failed",
      at: clock.now(),
      severity: "critical",
      message: "the audit trail cannot be written; in batched mode rows wait in memory and are tried again",
      details: { code, pending: queue.size },
    });
  }

  /** Lets no row wait longer than `flushMs`; while the store fails, tries again at growing intervals. */
  function writeSoon(start: Background): void {
    if (!timed) {
      timed = true;
      start(writeInTime);
    }
    // While the store fails only the timer tries, not every look-up. What does not fill a batch waits for the timer: a
    // commit for each row that came meanwhile would cost more than all of them.
    if (queue.size >= batchRows && !failing && !queue.draining) start(() => queue.drainFull().catch(ignoreReported));
  }

  async function writeInTime(): Promise<void> {
    let wait = flushMs;
    try {
      do {
        await clock.sleep(wait, closing.signal);
        const before = queue.size;
        await queue.drain().catch(ignoreReported);
        wait = failing && queue.size >= before ? Math.min(wait * 2, longestRetryMs) : flushMs;
      } while (queue.size > 0);
    } catch (error) {
      if (!isHubspokeError(error, "ABORTED")) throw error; // `close` ends the wait and writes the rest itself
    } finally {
      timed = false;
    }
  }

  /** Failures of `append` have been told to log and people already; anything else is a bug and goes on. */
  function ignoreReported(error: unknown): void {
    if (!isHubspokeError(error, "AUDIT_FAILED")) throw error;
  }

  function keep(rows: readonly AuditRow[]): MaybeAsync<void> {
    if (queue.size >= maxRows) return queue.drain().then(() => keep(rows));
    queue.push(rows);
    return background === undefined ? queue.drain().catch(ignoreReported) : writeSoon(background);
  }

  return {
    record(ctx, entries) {
      if (closing.signal.aborted) {
        return Promise.reject(new HubspokeError("CLOSED", "this Hubspoke is closed; nothing can be looked up"));
      }
      const at = clock.now();
      // Sealing may take a while on WebCrypto: rows that arrive after `close` has written the queue go straight through.
      return chain(all(entries.map((entry) => auditRow(sealer, ctx, entry, newId(), at))), (rows) =>
        mode === "strict" || closing.signal.aborted ? append(rows) : keep(rows),
      );
    },
    flush: () => queue.drain(),
    close() {
      closing.abort();
      return queue.drain();
    },
    get pending() {
      return queue.size;
    },
  };
}
