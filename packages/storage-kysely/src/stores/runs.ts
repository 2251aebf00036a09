import type { EpochMs, SyncRunRow, SyncRunStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { isUniqueViolation, type Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const runs = table<SyncRunRow>("hubspoke_sync_runs", {
  id: "text",
  tenant: "text",
  sync: "text",
  portalId: "text",
  kind: "text",
  state: "text",
  startedAt: "integer",
  updatedAt: "integer",
  finishedAt: "integer",
  checkpoint: "text",
  counts: "json",
  errorCode: "text",
  version: "integer",
});
const list = sql.raw(runs.list);
type Rows = ReturnType<Session["encode"]>;

/** The partial unique index on running runs decides who of many starters runs. */
const insert = statement<{ rows: Rows }>(
  ({ rows }) => sql`
    insert into hubspoke_sync_runs (${list})
      ${rows(runs.columns, (of) => sql.join(runs.columns.map(({ name }) => (name === "version" ? sql`1` : of(name)))))}
    on conflict do nothing`,
  { eachRow: true },
);

const update = statement<{ rows: Rows }>(
  ({ given }) => {
    const { head, from, of } = given(runs.columns);
    return sql`
      ${head} update hubspoke_sync_runs set
        state = ${of("state")}, updated_at = ${of("updated_at")}, finished_at = ${of("finished_at")},
        checkpoint = ${of("checkpoint")}, counts = ${of("counts")}, error_code = ${of("error_code")},
        version = hubspoke_sync_runs.version + 1
      ${from} where hubspoke_sync_runs.tenant = ${of("tenant")} and hubspoke_sync_runs.id = ${of("id")}
        and hubspoke_sync_runs.version = ${of("version")}`;
  },
  { eachRow: true },
);

const current = statement<{ tenant: Tenant; sync: string; kind: string }>(
  ({ value }) => sql`
    select ${list} from hubspoke_sync_runs
    where tenant = ${value("tenant")} and sync = ${value("sync")} and kind = ${value("kind")}
      and state = 'running'`,
);

const ofTenant = statement<{ tenant: Tenant; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_sync_runs where tenant = ${value("tenant")}
    order by started_at desc, id desc ${atMost("limit")}`,
);

const ofSync = statement<{ tenant: Tenant; sync: string; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_sync_runs where tenant = ${value("tenant")} and sync = ${value("sync")}
    order by started_at desc, id desc ${atMost("limit")}`,
);

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_sync_runs where ${picked(
      (row) => sql`
        select ${row} from hubspoke_sync_runs
        where tenant = ${value("tenant")} and started_at < ${value("before")} and state <> 'running'
        order by started_at ${atMost("limit")}`,
    )}`,
);

export function runStore(session: Session): SyncRunStore {
  return {
    async save(row) {
      try {
        const rows = session.encode(runs, [row]);
        const { affected } = await session.run(row.version === 0 ? insert : update, { rows });
        return affected > 0 ? "written" : "stale";
      } catch (error) {
        // Another run of this kind runs.
        if (isUniqueViolation(session.dialect, error)) return "stale";
        throw error;
      }
    },
    current: (tenant, sync, kind) => session.one(current, { tenant, sync, kind }, runs.decode),
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
    list: (tenant, sync, limit) =>
      sync === null
        ? session.all(ofTenant, { tenant, limit }, runs.decode)
        : session.all(ofSync, { tenant, sync, limit }, runs.decode),
  };
}
