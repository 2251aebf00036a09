import type { EpochMs, ScheduleRow, ScheduleStore, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { type Places, statement } from "../sql/statement.ts";

const schedule = {
  tenant: "text",
  name: "text",
  every: "json",
  timeZone: "text",
  at: "text",
  day: "integer",
  nextAt: "integer",
  enabled: "json",
  lastRunAt: "integer",
  lastOutcome: "text",
} as const;
const schedules = table<ScheduleRow>("hubspoke_schedules", schedule);
const claimed = table<ScheduleRow & { readonly lease: string }>("hubspoke_schedules", { ...schedule, lease: "text" });
const due = table<ScheduleRow & { readonly dueAt: EpochMs | null }>("hubspoke_schedules", {
  ...schedule,
  dueAt: "integer",
});
const list = sql.raw(schedules.list);
const dueList = sql.raw(due.list);

interface Held {
  readonly tenant: Tenant;
  readonly name: string;
  readonly lease: string;
}
type Rows = ReturnType<Session["encode"]>;

const add = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(due.columns)}
    insert into hubspoke_schedules (${dueList}) select ${dueList} from input where true
    on conflict (tenant, name) do nothing`,
);

const put = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(due.columns)}
    insert into hubspoke_schedules (${dueList}) select ${dueList} from input where true
    on conflict (tenant, name) do update set
      every = excluded.every, time_zone = excluded.time_zone, at = excluded.at, day = excluded.day,
      next_at = excluded.next_at, enabled = excluded.enabled, last_run_at = excluded.last_run_at,
      last_outcome = excluded.last_outcome,
      due_at = case when hubspoke_schedules.lease is null then excluded.due_at else hubspoke_schedules.due_at end`,
);

interface Claim {
  readonly now: EpochMs;
  readonly until: EpochMs;
  readonly lease: string;
  readonly limit: number;
  readonly names: readonly string[];
}
const isDue = ({ value, keyed }: Places<Claim>): RawBuilder<unknown> =>
  keyed("hubspoke_schedules", "name", "names", sql`due_at <= ${value("now")} and enabled = 'true'`);
const anyDue = statement<Claim>((places) => sql`select 1 from hubspoke_schedules where ${isDue(places)} limit 1`);

/** `due_at` is when a schedule may be claimed next: the end of the lease while one runs; null while it is off. */
const claim = statement<Claim>(
  (places) => sql`
    update hubspoke_schedules set due_at = ${places.value("until")}, lease = ${places.value("lease")}
    where ${places.picked(
      (row) => sql`
        select ${row} from hubspoke_schedules where ${isDue(places)}
        order by due_at, tenant, name ${places.atMost("limit")}`,
    )}
    returning ${sql.raw(claimed.list)}`,
  { look: anyDue },
);

const renew = statement<Held & { until: EpochMs }>(
  ({ value }) => sql`
    update hubspoke_schedules set due_at = case when due_at > ${value("until")} then due_at else ${value("until")} end
    where tenant = ${value("tenant")} and name = ${value("name")} and lease = ${value("lease")}`,
);

const finish = statement<Held & { nextAt: EpochMs; outcome: string; now: EpochMs }>(
  ({ value }) => sql`
    update hubspoke_schedules set next_at = ${value("nextAt")}, lease = null,
      due_at = case when enabled = 'true' then cast(${value("nextAt")} as bigint) end, last_run_at = ${value("now")}, last_outcome = ${value("outcome")}
    where tenant = ${value("tenant")} and name = ${value("name")} and lease = ${value("lease")}`,
);

const ofTenant = statement<{ tenant: Tenant }>(
  ({ value }) => sql`select ${list} from hubspoke_schedules where tenant = ${value("tenant")} order by name`,
);

const remove = statement<{ tenant: Tenant; name: string }>(
  ({ value }) => sql`delete from hubspoke_schedules where tenant = ${value("tenant")} and name = ${value("name")}`,
);

export function scheduleStore(session: Session): ScheduleStore {
  const encode = (row: ScheduleRow): Rows => session.encode(due, [{ ...row, dueAt: row.enabled ? row.nextAt : null }]);
  return {
    add: async (row) => (await session.run(add, { rows: encode(row) })).affected > 0,
    async put(row) {
      await session.run(put, { rows: encode(row) });
    },
    async claimDue(now, leaseMs, limit, names) {
      const args = { now, until: now + leaseMs, lease: crypto.randomUUID(), limit, names };
      const taken = await session.all(claim, args, claimed.decode);
      return taken.sort((a, b) => a.nextAt - b.nextAt);
    },
    renew: async (tenant, name, lease, until) =>
      (await session.run(renew, { tenant, name, lease, until })).affected > 0,
    finish: async (tenant, name, lease, nextAt, outcome, now) =>
      (await session.run(finish, { tenant, name, lease, nextAt, outcome, now })).affected > 0,
    list: (tenant) => session.all(ofTenant, { tenant }, schedules.decode),
    delete: async (tenant, name) => (await session.run(remove, { tenant, name })).affected > 0,
  };
}
