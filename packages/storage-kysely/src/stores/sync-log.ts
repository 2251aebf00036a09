import type { EpochMs, RecordOfSync, SyncLogRow, SyncLogStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { filtered } from "../sql/filtered.ts";
import { cursorOf, pageOf, placeOf } from "../sql/page.ts";
import { call, type Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";

const log = table<SyncLogRow>("hubspoke_sync_log", {
  id: "text",
  tenant: "text",
  sync: "text",
  at: "integer",
  status: "text",
  action: "text",
  localId: "text",
  hubspotId: "text",
  fields: "json",
  errorCode: "text",
});
const columns = sql.raw(log.list);

const append = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ rows }) => sql`
    insert into hubspoke_sync_log (${columns}) ${rows(log.columns)} on conflict (tenant, id) do nothing`,
  { eachRow: true },
);

interface Filters {
  readonly sync?: string | undefined;
  readonly status?: string | undefined;
  readonly localId?: string | undefined;
}
interface Place {
  readonly at?: EpochMs | undefined;
  readonly id?: string | undefined;
}

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_sync_log where ${picked(
      (row) => sql`
        select ${row} from hubspoke_sync_log where tenant = ${value("tenant")} and at < ${value("before")}
        order by at ${atMost("limit")}`,
    )}`,
);

/** Apart, so that each has its index. */
const [deleteByHubspotId, deleteByLocalId] = [
  ["hubspot_id", "hubspotId"] as const,
  ["local_id", "localId"] as const,
].map(([column, name]) =>
  statement<RecordOfSync>(
    ({ value }) => sql`
      delete from hubspoke_sync_log
      where tenant = ${value("tenant")} and sync = ${value("sync")} and ${sql.raw(column)} = ${value(name)}`,
  ),
) as [Statement<RecordOfSync>, Statement<RecordOfSync>];

export function syncLogStore(session: Session): SyncLogStore {
  const page = filtered<{ tenant: Tenant; limit: number }, Filters & Place>(
    {
      sync: ({ value }) => sql`sync = ${value("sync")}`,
      status: ({ value }) => sql`status = ${value("status")}`,
      localId: ({ value }) => sql`local_id = ${value("localId")}`,
      at: ({ value }) => sql`at <= ${value("at")} and (at < ${value("at")} or id < ${value("id")})`,
    },
    ({ atMost, value }, conditions) => sql`
      select ${columns} from hubspoke_sync_log where tenant = ${value("tenant")} ${conditions}
      order by at desc, id desc ${atMost("limit")}`,
  );
  const total = filtered<{ tenant: Tenant }, Filters>(
    {
      sync: ({ value }) => sql`sync = ${value("sync")}`,
      status: ({ value }) => sql`status = ${value("status")}`,
      localId: ({ value }) => sql`local_id = ${value("localId")}`,
    },
    ({ value }, conditions) =>
      sql`select count(*) as rows from hubspoke_sync_log where tenant = ${value("tenant")} ${conditions}`,
  );
  return {
    async append(rows) {
      await session.run(append, { rows: session.encode(log, rows) });
    },
    async list({ tenant, after, limit, ...filters }) {
      const place = after === undefined ? {} : placeOf(after);
      const [found, counted] = await session.batch([
        call(...page({ tenant, limit: limit + 1 }, { ...filters, ...place })),
        call(...total({ tenant }, filters)),
      ]);
      const items = (found?.rows ?? []).map(log.decode);
      return { ...pageOf(items, limit, cursorOf), total: Number(counted?.rows[0]?.rows ?? 0) };
    },
    async deleteByRecord(record) {
      const calls = [
        call(deleteByHubspotId, record),
        ...(record.localId === null ? [] : [call(deleteByLocalId, record)]),
      ];
      return (await session.batch(calls)).reduce((sum, { affected }) => sum + affected, 0);
    },
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
  };
}
