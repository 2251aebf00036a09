import type { EpochMs, FlowRow, FlowStore, RowId, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { filtered } from "../sql/filtered.ts";
import { pageOf, placeOf } from "../sql/page.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";
import { underAnotherKey } from "../sql/under-another-key.ts";

const flows = table<FlowRow>("hubspoke_flows", {
  tenant: "text",
  flow: "text",
  key: "text",
  id: "text",
  step: "integer",
  state: "text",
  sealed: "blob",
  keyId: "text",
  errorCode: "text",
  version: "integer",
  createdAt: "integer",
  updatedAt: "integer",
});
const list = sql.raw(flows.list);
type Rows = ReturnType<Session["encode"]>;

const get = statement<{ tenant: Tenant; flow: string; key: string }>(
  ({ value }) => sql`
    select ${list} from hubspoke_flows
    where tenant = ${value("tenant")} and flow = ${value("flow")} and "key" = ${value("key")}`,
);

const insert = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(flows.columns)}
    insert into hubspoke_flows (${list})
      select tenant, flow, "key", id, step, state, sealed, key_id, error_code, 1, created_at, updated_at
      from input where true
    on conflict do nothing`,
);

/** The id stays that of the insert: the sealed value is bound to it. */
const update = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(flows.columns)}
    update hubspoke_flows set
      step = input.step, state = input.state, sealed = input.sealed, key_id = input.key_id,
      error_code = input.error_code, updated_at = input.updated_at, version = hubspoke_flows.version + 1
    from input
    where hubspoke_flows.tenant = input.tenant and hubspoke_flows.flow = input.flow
      and hubspoke_flows."key" = input."key" and hubspoke_flows.version = input.version`,
);

const remove = statement<{ tenant: Tenant; ids: readonly RowId[] }>(
  ({ value, keyed }) => sql`
    delete from hubspoke_flows where ${keyed("hubspoke_flows", "id", "ids", sql`tenant = ${value("tenant")}`)}`,
);

const scan = statement<{ tenant: Tenant; after: RowId; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_flows where tenant = ${value("tenant")} and id > ${value("after")}
    order by id ${atMost("limit")}`,
);

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_flows where ${picked(
      (row) => sql`
        select ${row} from hubspoke_flows
        where tenant = ${value("tenant")} and state = 'done' and updated_at < ${value("before")}
        order by updated_at ${atMost("limit")}`,
    )}`,
);

interface Filters {
  readonly flow?: string | undefined;
  readonly state?: string | undefined;
  readonly at?: EpochMs | undefined;
  readonly id?: RowId | undefined;
}
const resealable = underAnotherKey(flows);

export function flowStore(session: Session): FlowStore {
  const page = filtered<{ tenant: Tenant; limit: number }, Filters>(
    {
      flow: ({ value }) => sql`flow = ${value("flow")}`,
      state: ({ value }) => sql`state = ${value("state")}`,
      at: ({ value }) => sql`updated_at <= ${value("at")} and (updated_at < ${value("at")} or id < ${value("id")})`,
    },
    ({ atMost, value }, conditions) => sql`
      select ${list} from hubspoke_flows where tenant = ${value("tenant")} ${conditions}
      order by updated_at desc, id desc ${atMost("limit")}`,
  );
  return {
    get: (tenant, flow, key) => session.one(get, { tenant, flow, key }, flows.decode),
    async save(row) {
      const rows = session.encode(flows, [row]);
      const { affected } = await session.run(row.version === 0 ? insert : update, { rows });
      return affected > 0 ? "written" : "stale";
    },
    async list({ tenant, after, limit, ...filters }) {
      const place = after === undefined ? {} : placeOf(after);
      const found = await session.all(...page({ tenant, limit: limit + 1 }, { ...filters, ...place }), flows.decode);
      return pageOf(found, limit, (last) => `${last.updatedAt}.${last.id}`);
    },
    delete: async (tenant, ids) => (await session.run(remove, { tenant, ids })).affected,
    scan: (tenant, afterId, limit) => session.all(scan, { tenant, after: afterId ?? "", limit }, flows.decode),
    listForReseal: (keyId, limit) => resealable(session, keyId, limit),
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
  };
}
