import type { EpochMs, HistoryRow, HistoryStore, RowId, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const history = table<HistoryRow>("hubspoke_history", {
  id: "text",
  tenant: "text",
  actorId: "text",
  kind: "text",
  subject: "text",
  contactId: "text",
  sealed: "blob",
  keyId: "text",
  at: "integer",
});
const columns = sql.raw(history.list);

interface Actor {
  readonly tenant: Tenant;
  readonly actorId: string;
}

const put = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(history.columns)}
    insert into hubspoke_history (${columns}) select ${columns} from input where true
    on conflict (tenant, actor_id, kind, subject) do update set
      id = excluded.id, contact_id = excluded.contact_id, sealed = excluded.sealed, key_id = excluded.key_id,
      at = excluded.at
    where excluded.at >= hubspoke_history.at`,
);

const newest = statement<Actor & { kind: string; limit: number }>(
  ({ atMost, value }) => sql`
    select ${columns} from hubspoke_history
    where tenant = ${value("tenant")} and actor_id = ${value("actorId")} and kind = ${value("kind")}
    order by at desc, id desc ${atMost("limit")}`,
);

const scan = statement<{ tenant: Tenant; after: RowId; limit: number }>(
  ({ atMost, value }) => sql`
    select ${columns} from hubspoke_history where tenant = ${value("tenant")} and id > ${value("after")}
    order by id ${atMost("limit")}`,
);

const remove = statement<{ tenant: Tenant; id: RowId }>(
  ({ value }) => sql`delete from hubspoke_history where tenant = ${value("tenant")} and id = ${value("id")}`,
);

const deleteByContact = statement<{ tenant: Tenant; contactId: string }>(
  ({ value }) =>
    sql`delete from hubspoke_history where tenant = ${value("tenant")} and contact_id = ${value("contactId")}`,
);

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_history where ${picked(
      (row) => sql`
        select ${row} from hubspoke_history where tenant = ${value("tenant")} and at < ${value("before")}
        order by at ${atMost("limit")}`,
    )}`,
);

const deleteByActor = statement<Actor>(
  ({ value }) => sql`delete from hubspoke_history where tenant = ${value("tenant")} and actor_id = ${value("actorId")}`,
);

export function historyStore(session: Session): HistoryStore {
  return {
    async put(row) {
      await session.run(put, { rows: session.encode(history, [row]) });
    },
    list: (tenant, actorId, kind, limit) => session.all(newest, { tenant, actorId, kind, limit }, history.decode),
    scan: (tenant, afterId, limit) => session.all(scan, { tenant, after: afterId ?? "", limit }, history.decode),
    delete: async (tenant, id) => (await session.run(remove, { tenant, id })).affected > 0,
    deleteByContact: async (tenant, contactId) => (await session.run(deleteByContact, { tenant, contactId })).affected,
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
    deleteByActor: async (tenant, actorId) => (await session.run(deleteByActor, { tenant, actorId })).affected,
  };
}
