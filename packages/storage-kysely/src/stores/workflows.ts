import type { EpochMs, ExecutionRow, RowId, Tenant, TriggerRow, WorkflowStore } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { filtered } from "../sql/filtered.ts";
import { cursorOf, pageOf, placeOf } from "../sql/page.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const triggers = table<TriggerRow>("hubspoke_triggers", {
  id: "text",
  tenant: "text",
  name: "text",
  description: "text",
  enabled: "json",
  eventType: "text",
  conditions: "text",
  actions: "text",
  createdAt: "integer",
  updatedAt: "integer",
  version: "integer",
});
const executions = table<ExecutionRow>("hubspoke_executions", {
  id: "text",
  tenant: "text",
  portalId: "text",
  triggerId: "text",
  eventType: "text",
  eventId: "text",
  contactId: "text",
  localId: "text",
  status: "text",
  errorCode: "text",
  actionsDone: "integer",
  at: "integer",
});
const triggerList = sql.raw(triggers.list);
const executionList = sql.raw(executions.list);

type Rows = ReturnType<Session["encode"]>;
interface OfTenant {
  readonly tenant: Tenant;
}

const get = statement<OfTenant & { id: RowId }>(
  ({ value }) =>
    sql`select ${triggerList} from hubspoke_triggers where tenant = ${value("tenant")} and id = ${value("id")}`,
);

const insert = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(triggers.columns)}
    insert into hubspoke_triggers (${triggerList})
      select id, tenant, name, description, enabled, event_type, conditions, actions, created_at, updated_at, 1
      from input where true
    on conflict (tenant, id) do nothing`,
);

const update = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(triggers.columns)}
    update hubspoke_triggers set
      name = input.name, description = input.description, enabled = input.enabled, event_type = input.event_type,
      conditions = input.conditions, actions = input.actions, created_at = input.created_at,
      updated_at = input.updated_at, version = hubspoke_triggers.version + 1
    from input
    where hubspoke_triggers.tenant = input.tenant and hubspoke_triggers.id = input.id
      and hubspoke_triggers.version = input.version`,
);

const remove = statement<OfTenant & { id: RowId }>(
  ({ value }) => sql`delete from hubspoke_triggers where tenant = ${value("tenant")} and id = ${value("id")}`,
);

/** The key (tenant, trigger, event) decides who of many racers begins. */
const begin = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(executions.columns)}
    insert into hubspoke_executions (${executionList}) select ${executionList} from input where true
    on conflict do nothing`,
);

const execution = statement<OfTenant & { triggerId: RowId; eventId: string }>(
  ({ value }) => sql`
    select ${executionList} from hubspoke_executions
    where tenant = ${value("tenant")} and trigger_id = ${value("triggerId")} and event_id = ${value("eventId")}`,
);

const finish = statement<OfTenant & { id: RowId; status: string; errorCode: string | null; actionsDone: number }>(
  ({ value }) => sql`
    update hubspoke_executions set status = ${value("status")}, error_code = ${value("errorCode")},
      actions_done = ${value("actionsDone")}
    where tenant = ${value("tenant")} and id = ${value("id")}`,
);

const forget = statement<OfTenant & { portalId: string; contactId: string }>(
  ({ value }) => sql`
    update hubspoke_executions set contact_id = null, local_id = null
    where tenant = ${value("tenant")} and contact_id = ${value("contactId")} and portal_id = ${value("portalId")}`,
);

const deleteBefore = statement<OfTenant & { before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_executions where ${picked(
      (row) => sql`
        select ${row} from hubspoke_executions where tenant = ${value("tenant")} and at < ${value("before")}
        order by at ${atMost("limit")}`,
    )}`,
);

interface Filters {
  readonly triggerId?: RowId | undefined;
  readonly at?: EpochMs | undefined;
  readonly id?: RowId | undefined;
}

export function workflowStore(session: Session): WorkflowStore {
  const ofType = filtered<OfTenant, { eventType?: string | undefined }>(
    { eventType: ({ value }) => sql`event_type = ${value("eventType")}` },
    ({ value }, conditions) => sql`
      select ${triggerList} from hubspoke_triggers where tenant = ${value("tenant")} ${conditions}
      order by created_at, id`,
  );
  const page = filtered<OfTenant & { limit: number }, Filters>(
    {
      triggerId: ({ value }) => sql`trigger_id = ${value("triggerId")}`,
      at: ({ value }) => sql`at <= ${value("at")} and (at < ${value("at")} or id < ${value("id")})`,
    },
    ({ atMost, value }, conditions) => sql`
      select ${executionList} from hubspoke_executions where tenant = ${value("tenant")} ${conditions}
      order by at desc, id desc ${atMost("limit")}`,
  );
  return {
    listTriggers: (tenant, eventType) => session.all(...ofType({ tenant }, { eventType }), triggers.decode),
    getTrigger: (tenant, id) => session.one(get, { tenant, id }, triggers.decode),
    async putTrigger(row) {
      const rows = session.encode(triggers, [row]);
      const { affected } = await session.run(row.version === 0 ? insert : update, { rows });
      return affected > 0 ? "written" : "stale";
    },
    deleteTrigger: async (tenant, id) => (await session.run(remove, { tenant, id })).affected > 0,
    async begin(row) {
      const { affected } = await session.run(begin, { rows: session.encode(executions, [row]) });
      return affected > 0 ? "new" : "seen";
    },
    execution: (tenant, triggerId, eventId) =>
      session.one(execution, { tenant, triggerId, eventId }, executions.decode),
    async finish(tenant, id, outcome) {
      const { status, errorCode, actionsDone } = outcome;
      await session.run(finish, { tenant, id, status, errorCode, actionsDone });
    },
    async executions(tenant, triggerId, after, limit) {
      const filters = { triggerId: triggerId ?? undefined, ...(after === null ? {} : placeOf(after)) };
      const found = await session.all(...page({ tenant, limit: limit + 1 }, filters), executions.decode);
      return pageOf(found, limit, cursorOf);
    },
    forgetContact: async (tenant, portalId, contactId) =>
      (await session.run(forget, { tenant, portalId, contactId })).affected,
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
  };
}
