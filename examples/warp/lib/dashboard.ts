import type { FlowHandle } from "@hubspoke/core";
import { isHubspokeError } from "@hubspoke/core/errors";
import type { SyncHandle } from "@hubspoke/core/sync";
import type { Database } from "./database.ts";
import type { Figures } from "./figures.ts";
import { type Integration, tenant } from "./hubspoke.ts";
import type { WonDeal } from "./onboarding.ts";
import type { Setup } from "./setup.ts";

/** The page waits no longer than this for what only HubSpot can say. */
const patienceMs = 1_500;
const listed = 20;

/** Everything the page shows, in one answer: figures and ids, no value of a conflict and no person's name. */
export function dashboard(
  { hubspoke }: Integration,
  data: Database,
  parts: { readonly figures: Figures; readonly setup: Setup; readonly flow: FlowHandle<WonDeal> },
) {
  const { rows } = data;
  return async (): Promise<object> => {
    const waiting = (kind: string) => hubspoke.outbox.list({ tenant, kind, state: "waiting", limit: 1 });
    const [alerts, shared, failedJobs, starting, runs, schedules] = await Promise.all([
      hubspoke.openAlerts(tenant),
      hubspoke.openAlerts(),
      hubspoke.outbox.list({ tenant, state: "failed", limit: listed }),
      waiting("flow:onboarding"),
      parts.flow.list({ tenant, limit: listed }),
      hubspoke.schedules.list(tenant),
    ]);
    const [customers, totals, minutes, happenings] = await Promise.all([
      rows(`select ban, name, status, tier, credit_limit, payment_status, hubspot_id is not null as linked,
              (select count(*) from users where customer_id = c.id)::int as users,
              (select count(*) from trunks where customer_id = c.id)::int as trunks,
              (select count(*) from numbers where customer_id = c.id)::int as numbers
            from customers c order by since desc, ban desc limit ${listed}`),
      rows(`select (select count(*) from customers)::int as customers, (select count(*) from users)::int as users,
              (select count(*) from trunks)::int as trunks, (select count(*) from numbers)::int as numbers`),
      rows(
        `select extract(epoch from minute)::float8 * 1000 as minute, sync, records, failed, lag_ms::float8 as lag_ms
         from sync_minutes where minute > to_timestamp($1::float8 / 1000) - interval '1 hour' order by minute`,
        [parts.figures.now()],
      ),
      rows(`select e.type, c.ban, e.at, e.told from events e join customers c on c.id = e.customer_id
            order by e.at desc limit ${listed}`),
    ]);
    return {
      now: parts.figures.now(),
      hubspot: { ...parts.figures.hubspot(), setup: parts.setup.state },
      alerts: [...alerts, ...shared].map(({ name, at, message, severity }) => ({ name, at, message, severity })),
      syncs: await Promise.all(hubspoke.syncs().map(fared)),
      jobs: { failed: failedJobs.items, depth: await hubspoke.outbox.depth() },
      onboarding: { starting: starting.total, runs: runs.items },
      schedules: schedules.map(({ name, every, nextAt, lastRunAt, lastOutcome }) => ({
        ...{ name, every, nextAt, lastRunAt, lastOutcome },
      })),
      customers,
      totals: totals[0],
      minutes,
      events: happenings,
    };
  };
}

async function fared({ name, for: of }: SyncHandle): Promise<object> {
  const one = of(tenant);
  const asked = async () => {
    const [status, quarantine, conflicts, errors] = await Promise.all([
      one.status(),
      one.quarantine.list({ limit: listed }),
      one.conflicts.list({ status: "open", limit: listed }),
      one.log({ status: "error", limit: listed }),
    ]);
    const { on, paused, linked, waiting, quarantined, running, lastRuns } = status;
    const run = running ?? lastRuns[0] ?? null;
    return {
      ...{ name, on, paused, linked, quarantined, waiting: waiting.records, oldest: waiting.oldestMarkedAt },
      run: run && { kind: run.kind, state: run.state, startedAt: run.startedAt, progress: progressOf(run.checkpoint) },
      queue: quarantine.items.map(({ side, key, reason, fields, tries, lastAt }) => ({
        ...{ side, key, reason, fields, tries, lastAt },
      })),
      conflicts: conflicts.items.length,
      // The rest of these records travelled; the value goes out again when one side changes it.
      refused: errors.items.map(({ at, localId, hubspotId, fields, errorCode }) => ({
        ...{ at, localId, hubspotId, fields, errorCode },
      })),
    };
  };
  try {
    return (await within(patienceMs, asked())) ?? { name, code: "TIMEOUT" };
  } catch (error) {
    // That HubSpot cannot be asked is a state of the page, not a failure of it.
    if (isHubspokeError(error)) return { name, code: error.code };
    throw error;
  }
}

function progressOf(checkpoint: string): object {
  const { phase, done } = JSON.parse(checkpoint) as { phase?: string; done?: number };
  return { phase, done };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
