import type { EpochMs, IntentRow, IntentStore, RowId, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";
import { writtenOf } from "../sql/written.ts";

const intents = table<IntentRow>("hubspoke_intents", {
  id: "text",
  tenant: "text",
  sync: "text",
  portalId: "text",
  direction: "text",
  kind: "text",
  localId: "text",
  hubspotId: "text",
  fields: "json",
  createKey: "text",
  readAt: "integer",
  attempt: "integer",
  state: "text",
  createdAt: "integer",
  fence: "integer",
});
const list = sql.raw(intents.list);

/** Two unique keys, one per side of the record, leave one open intent of many racers. */
const store = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ rows, told }) => sql`
    insert into hubspoke_intents (${list}) ${rows(intents.columns)} on conflict do nothing ${told("tenant", "id")}`,
  { eachRow: true },
);

const markSent = statement<{ tenant: Tenant; ids: readonly RowId[] }>(
  ({ value, keyed }) => sql`
    update hubspoke_intents set state = 'sent'
    where ${keyed("hubspoke_intents", "id", "ids", sql`tenant = ${value("tenant")}`)}`,
);

const takeOver = statement<{ tenant: Tenant; ids: readonly RowId[] }>(
  ({ value, keyed }) => sql`
    update hubspoke_intents set attempt = attempt + 1
    where ${keyed("hubspoke_intents", "id", "ids", sql`tenant = ${value("tenant")}`, "await")}`,
);

const clear = statement<{ tenant: Tenant; ids: readonly RowId[] }>(
  ({ value, keyed }) => sql`
    delete from hubspoke_intents where ${keyed("hubspoke_intents", "id", "ids", sql`tenant = ${value("tenant")}`)}`,
);

/** The attempt is asked of the row itself, not of what the keys found: a recovery may have it since. */
const clearAttempt = statement<{ tenant: Tenant; ids: readonly RowId[]; attempt: number }>(
  ({ value, keyed }) => sql`
    delete from hubspoke_intents
    where ${keyed("hubspoke_intents", "id", "ids", sql`tenant = ${value("tenant")}`)} and attempt = ${value("attempt")}`,
);

const open = statement<{ tenant: Tenant; sync: string; before: EpochMs; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_intents
    where tenant = ${value("tenant")} and sync = ${value("sync")} and created_at < ${value("before")}
    order by created_at, id ${atMost("limit")}`,
);

const byRecord = statement<{
  tenant: Tenant;
  sync: string;
  localIds: readonly string[];
  hubspotIds: readonly string[];
}>(({ value, keyed }) => {
  const mine = sql`tenant = ${value("tenant")} and sync = ${value("sync")}`;
  return sql`
    select ${list} from hubspoke_intents
    where (${keyed("hubspoke_intents", "local_id", "localIds", mine)})
      or (${keyed("hubspoke_intents", "hubspot_id", "hubspotIds", mine)})`;
});

export function intentStore(session: Session): IntentStore {
  return {
    async store(input) {
      const rows = session.encode(intents, input);
      const result = await session.run(store, { rows });
      const stored = writtenOf(session, store, intents, rows, result, ["tenant", "id"]);
      return stored.map((isStored) => (isStored ? "stored" : "open"));
    },
    async markSent(tenant, ids) {
      await session.run(markSent, { tenant, ids });
    },
    async takeOver(tenant, ids) {
      await session.run(takeOver, { tenant, ids });
    },
    async clear(tenant, ids, attempt) {
      if (attempt === undefined) await session.run(clear, { tenant, ids });
      else await session.run(clearAttempt, { tenant, ids, attempt });
    },
    open: (tenant, sync, before, limit) => session.all(open, { tenant, sync, before, limit }, intents.decode),
    byRecord: (tenant, sync, localIds, hubspotIds) =>
      session.all(byRecord, { tenant, sync, localIds, hubspotIds }, intents.decode),
  };
}
