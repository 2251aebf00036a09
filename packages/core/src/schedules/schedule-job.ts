import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { ScheduleRow } from "../ports/schedule-store.ts";
import type { ScheduleDefinition, SchedulesDeps } from "./definition.ts";
import { type Lateness, latenessOf } from "./lateness.ts";
import { nextAt, occurrenceAt } from "./next-at.ts";

type Claimed = ScheduleRow & { readonly lease: string };

const perRound = 20;
const retryMs = 300_000;

/**
 * Claims what is due and runs it. A process that dies lets its lease run out, and another one runs the same occurrence
 * again; one that only was slow finds its lease taken, stops by its signal and changes nothing any more.
 */
export function scheduleJob(deps: SchedulesDeps, defined: ReadonlyMap<string, ScheduleDefinition>): Job {
  const { store, clock, background, leaseMs = 60_000 } = deps;
  return {
    name: "schedules",
    async run({ now, signal }) {
      if (defined.size === 0) return { did: 0 };
      const claimed = await store.claimDue(now, leaseMs, perRound, [...defined.keys()]);
      for (const row of claimed) {
        const definition = defined.get(row.name);
        if (definition === undefined) continue;
        const work = () => runOnce({ ...deps, leaseMs }, definition, row, signal);
        if (background === undefined) await work();
        else background(work);
      }
      return { did: claimed.length, ...(claimed.length === 0 && { nextAt: clock.now() + 1_000 }) };
    },
  };
}

async function runOnce(
  deps: SchedulesDeps & { readonly leaseMs: number },
  definition: ScheduleDefinition,
  row: Claimed,
  stop: AbortSignal,
): Promise<void> {
  const { store, clock } = deps;
  const started = clock.now();
  // It may have waited longer than its lease for those claimed with it, and another process may have run it since.
  if (!(await store.renew(row.tenant, row.name, row.lease, started + deps.leaseMs))) return;
  const lateness = latenessOf(row, started);
  if (lateness.late) await tell(deps, row, "late", lateness);
  const lost = new AbortController();
  const done = new AbortController();
  const beating = keepLease(deps, row, lost, done.signal);
  let code: string | null = null;
  try {
    const signal = AbortSignal.any([stop, lost.signal]);
    await definition.run({ tenant: row.tenant, dueAt: occurrenceAt(row, row.nextAt), signal });
  } catch (error) {
    code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
  } finally {
    done.abort();
    await beating;
  }
  if (stop.aborted && code !== null) {
    // Stopped half-way is no failure of the job: what it was about is due again at once.
    await store.finish(row.tenant, row.name, row.lease, clock.now(), row.lastOutcome ?? "failed", clock.now());
    return;
  }
  // It may have been edited meanwhile: the next occurrence is that of the timing as it is now.
  const rows = await store.list(row.tenant);
  const timing = rows.find(({ name }) => name === row.name) ?? row;
  const now = clock.now();
  const next = nextAt(timing, now);
  const after = code === null ? next : Math.min(next, now + retryMs);
  if (!(await store.finish(row.tenant, row.name, row.lease, after, code === null ? "ok" : "failed", now))) return;
  if (code !== null) await tell(deps, row, code, lateness);
  else if (!lateness.late) await deps.alerts?.clear?.(row.tenant, keyOf(row));
}

/** Shows every third of a lease that the run is alive; a lease that is lost ends it. */
async function keepLease(
  { store, clock, leaseMs, logger }: SchedulesDeps & { readonly leaseMs: number },
  row: Claimed,
  lost: AbortController,
  done: AbortSignal,
): Promise<void> {
  try {
    while (!done.aborted) {
      await clock.sleep(leaseMs / 3, done);
      if (!(await store.renew(row.tenant, row.name, row.lease, clock.now() + leaseMs))) lost.abort();
      if (lost.signal.aborted) return;
    }
  } catch (error) {
    if (done.aborted) return;
    // A store that does not answer: whether the lease stands is not known, so it counts as lost.
    logger?.warn("schedule.lease_not_renewed", {
      schedule: row.name,
      code: isHubspokeError(error) ? error.code : "INTERNAL",
    });
    lost.abort();
  }
}

const keyOf = ({ name }: Pick<ScheduleRow, "name">): string => `schedule.missed:${name}`;

async function tell(
  { logger, alerts, clock }: SchedulesDeps,
  row: ScheduleRow,
  reason: string,
  { byMs, skipped }: Lateness,
): Promise<void> {
  const { tenant, name } = row;
  logger?.warn("schedule.missed", { tenant, schedule: name, reason, byMs, skipped });
  const what =
    reason === "late"
      ? `began ${Math.round(byMs / 1_000)} s late${skipped > 0 ? ` and left out ${skipped} occurrence(s)` : ""}: is a worker running?`
      : `failed (${reason}) and is tried again`;
  await alerts?.raise({
    name: "schedule.missed",
    tenant,
    at: clock.now(),
    key: keyOf(row),
    severity: "warning",
    message: `the scheduled job "${name}" ${what}`,
    details: { schedule: name, reason, byMs, skipped, dueAt: row.nextAt satisfies EpochMs },
  });
}
