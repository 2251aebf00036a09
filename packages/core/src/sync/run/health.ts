import type { EpochMs } from "../../ports/ids.ts";
import type { SyncDeps } from "../scope.ts";
import type { SyncFigures } from "./figures.ts";
import type { Of, SyncHealth } from "./health-port.ts";

/** How many of the last records may fail before people are told, and over how long. */
const failingShare = 0.2;
const failingLeast = 20;
const windowMs = 600_000;
/** How long changes of a real-time sync may wait before people are told. */
const delayedMs = 900_000;

interface Batch {
  readonly at: EpochMs;
  readonly done: number;
  /** By code. */
  readonly failed: Readonly<Record<string, number>>;
}

/**
 * Counts in this process: of several workers each tells what it sees, and one alert is open for all of them. The process
 * that raised it may be no more when its trouble is over, so each says once of what it finds in order that it is.
 */
export function createHealth({ storage, clock, metrics, alerts }: SyncDeps, figures: SyncFigures): SyncHealth {
  const recent = new Map<string, readonly Batch[]>();
  // What this process found last; absent: nothing yet.
  const high = new Map<string, boolean>();
  const delayed = new Map<string, boolean>();

  async function tellErrors({ tenant, name }: Of, batches: readonly Batch[], key: string): Promise<void> {
    const failed = batches.reduce((sum, batch) => sum + total(batch.failed), 0);
    const all = failed + batches.reduce((sum, batch) => sum + batch.done, 0);
    const alert = `sync.errors_high:${name}`;
    const enough = all >= failingLeast;
    if (!enough || failed < all * failingShare) {
      // A few records say nothing about what others have seen.
      if (high.get(key) ?? enough) {
        await alerts?.clear?.(tenant, alert);
        high.set(key, false);
      }
      return;
    }
    high.set(key, true);
    const kinds = [...new Set(batches.flatMap(({ failed: codes }) => Object.keys(codes)))].sort().join(", ");
    await alerts?.raise({
      name: "sync.errors_high",
      tenant,
      at: clock.now(),
      key: alert,
      severity: "critical",
      message: `sync "${name}": ${failed} of the last ${all} records failed (${kinds}); see log({ status: "error" }) and quarantine.list()`,
      details: { sync: name, failed, records: all, codes: kinds },
    });
  }

  return {
    async note(of, outcomes, oldestMarkedAt) {
      const now = clock.now();
      const { name: sync } = of;
      const done = outcomes.filter(({ result }) => result.status === "done").length;
      const failed: Record<string, number> = {};
      for (const { result } of outcomes)
        if (result.status === "failed" || result.status === "retry")
          failed[result.code] = (failed[result.code] ?? 0) + 1;
      if (done > 0) metrics?.count("sync.records.count", done, { sync, outcome: "done" });
      for (const [code, count] of Object.entries(failed)) {
        metrics?.count("sync.records.count", count, { sync, outcome: "failed" });
        metrics?.count("sync.errors.count", count, { sync, code });
      }
      const lagMs = oldestMarkedAt === undefined ? undefined : Math.max(0, now - oldestMarkedAt);
      if (lagMs !== undefined) metrics?.record("sync.lag_ms", lagMs, { sync });
      figures.note(of, { done, failed: total(failed), ...(lagMs === undefined ? {} : { lagMs }) });
      const key = JSON.stringify([of.tenant, sync]);
      const batches = [...(recent.get(key) ?? []), { at: now, done, failed }].filter(({ at }) => now - at <= windowMs);
      recent.set(key, batches);
      await tellErrors(of, batches, key);
    },
    async watch({ tenant, name: sync }) {
      const { waiting, oldestMarkedAt } = await storage.work.depth(tenant, sync);
      metrics?.record("sync.work.depth_records", waiting, { sync });
      const age = oldestMarkedAt === null ? 0 : clock.now() - oldestMarkedAt;
      const key = JSON.stringify([tenant, sync]);
      const alert = `sync.delayed:${sync}`;
      if (age < delayedMs) {
        if (delayed.get(key) ?? true) await alerts?.clear?.(tenant, alert);
        delayed.set(key, false);
        return;
      }
      delayed.set(key, true);
      await alerts?.raise({
        name: "sync.delayed",
        tenant,
        at: clock.now(),
        key: alert,
        severity: "warning",
        message: `sync "${sync}": ${waiting} changed record(s) wait, the oldest for ${Math.round(age / 60_000)} minutes; is HubSpot's limit used up, or a worker missing?`,
        details: { sync, waiting, oldestMs: age },
      });
    },
  };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
