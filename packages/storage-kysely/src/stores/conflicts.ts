import type { ConflictRow, ConflictStore, EpochMs, RecordOfSync, RowId, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { filtered } from "../sql/filtered.ts";
import { cursorOf, pageOf, placeOf } from "../sql/page.ts";
import { call, type Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";

const conflicts = table<ConflictRow>("hubspoke_conflicts", {
  id: "text",
  tenant: "text",
  sync: "text",
  portalId: "text",
  localId: "text",
  hubspotId: "text",
  field: "text",
  rule: "text",
  winner: "text",
  localAt: "json",
  remoteAt: "json",
  localSource: "text",
  remoteSource: "text",
  sealed: "blob",
  status: "text",
  at: "integer",
});
const resealed = table<Pick<ConflictRow, "tenant" | "id" | "sealed"> & { readonly was: Uint8Array }>(
  "hubspoke_conflicts",
  {
    tenant: "text",
    id: "text",
    sealed: "blob",
    was: "blob",
  },
);
const list = sql.raw(conflicts.list);

const add = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ rows }) => sql`
    insert into hubspoke_conflicts (${list}) ${rows(conflicts.columns)} on conflict (tenant, id) do nothing`,
  { eachRow: true },
);

interface Filters {
  readonly sync?: string | undefined;
  readonly status?: string | undefined;
  readonly at?: number | undefined;
  readonly id?: string | undefined;
}

const byRecord = statement<{ tenant: Tenant; sync: string; localId: string }>(
  ({ value }) => sql`
    select ${list} from hubspoke_conflicts
    where tenant = ${value("tenant")} and sync = ${value("sync")} and local_id = ${value("localId")}
    order by at desc, id desc`,
);

const get = statement<{ tenant: Tenant; ids: readonly RowId[] }>(
  ({ value, keyed }) => sql`
    select ${list} from hubspoke_conflicts
    where ${keyed("hubspoke_conflicts", "id", "ids", sql`tenant = ${value("tenant")}`)}`,
);

const resolve = statement<{ tenant: Tenant; id: RowId; winner: string }>(
  ({ value }) => sql`
    update hubspoke_conflicts set status = 'resolved', winner = ${value("winner")}
    where tenant = ${value("tenant")} and id = ${value("id")} and status = 'open'`,
);

const reseal = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(resealed.columns)}
    update hubspoke_conflicts set sealed = input.sealed from input
    where hubspoke_conflicts.tenant = input.tenant and hubspoke_conflicts.id = input.id
      and hubspoke_conflicts.sealed = input.was`,
);

/** Apart, so that each has its index. */
const [deleteByHubspotId, deleteByLocalId] = [
  ["hubspot_id", "hubspotId"] as const,
  ["local_id", "localId"] as const,
].map(([column, name]) =>
  statement<RecordOfSync>(
    ({ value }) => sql`
      delete from hubspoke_conflicts
      where tenant = ${value("tenant")} and sync = ${value("sync")} and ${sql.raw(column)} = ${value(name)}`,
  ),
) as [Statement<RecordOfSync>, Statement<RecordOfSync>];

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_conflicts where ${picked(
      (row) => sql`
        select ${row} from hubspoke_conflicts
        where tenant = ${value("tenant")} and status = 'resolved' and at < ${value("before")}
        order by at ${atMost("limit")}`,
    )}`,
);

export function conflictStore(session: Session): ConflictStore {
  const query = filtered<{ tenant: Tenant; limit: number }, Filters>(
    {
      sync: ({ value }) => sql`sync = ${value("sync")}`,
      status: ({ value }) => sql`status = ${value("status")}`,
      at: ({ value }) => sql`at <= ${value("at")} and (at < ${value("at")} or id < ${value("id")})`,
    },
    ({ atMost, value }, conditions) => sql`
      select ${list} from hubspoke_conflicts where tenant = ${value("tenant")} ${conditions}
      order by at desc, id desc ${atMost("limit")}`,
  );
  return {
    async add(rows) {
      await session.run(add, { rows: session.encode(conflicts, rows) });
    },
    async list({ tenant, after, limit, ...filters }) {
      const place = after === undefined ? {} : placeOf(after);
      const found = await session.all(
        ...query({ tenant, limit: limit + 1 }, { ...filters, ...place }),
        conflicts.decode,
      );
      return pageOf(found, limit, cursorOf);
    },
    byRecord: (tenant, sync, localId) => session.all(byRecord, { tenant, sync, localId }, conflicts.decode),
    get: (tenant, ids) => session.all(get, { tenant, ids }, conflicts.decode),
    async deleteByRecord(record) {
      const calls = [
        call(deleteByHubspotId, record),
        ...(record.localId === null ? [] : [call(deleteByLocalId, record)]),
      ];
      return (await session.batch(calls)).reduce((sum, { affected }) => sum + affected, 0);
    },
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
    async reseal(tenant, id, sealed, was) {
      const rows = session.encode(resealed, [{ tenant, id, sealed, was }]);
      return (await session.run(reseal, { rows })).affected > 0;
    },
    resolve: async (tenant, id, winner) => (await session.run(resolve, { tenant, id, winner })).affected > 0,
  };
}
