import type { AuditRow, AuditStore, EpochMs, ResealedAuditRow, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { filtered } from "../sql/filtered.ts";
import { cursorOf, pageOf, placeOf } from "../sql/page.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const audit = table<AuditRow>("hubspoke_audit", {
  id: "text",
  tenant: "text",
  at: "integer",
  actorId: "text",
  actorRole: "text",
  action: "text",
  purpose: "text",
  subjectIndex: "text",
  contactId: "text",
  outcome: "text",
  errorCode: "text",
  requestId: "text",
  sealed: "blob",
});
const resealed = table<ResealedAuditRow>("hubspoke_audit", {
  tenant: "text",
  at: "integer",
  id: "text",
  sealed: "blob",
});
const list = sql.raw(audit.list);

/** A flush repeated after an unknown outcome must not count an access twice. */
const append = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ rows }) => sql`
    insert into hubspoke_audit (${list}) ${rows(audit.columns)}
    on conflict (tenant, at, id) do nothing`,
  { eachRow: true },
);

interface Filters {
  readonly subjectIndexes?: readonly string[] | undefined;
  readonly contactId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly from?: EpochMs | undefined;
  readonly to?: EpochMs | undefined;
  readonly at?: EpochMs | undefined;
  readonly id?: string | undefined;
}

const forget = statement<{ tenant: Tenant; subjectIndexes: readonly string[]; contactIds: readonly string[] }>(
  ({ value, keyed }) => {
    const ofTenant = sql`tenant = ${value("tenant")}`;
    return sql`
      update hubspoke_audit set subject_index = null, contact_id = null, sealed = null
      where (${keyed("hubspoke_audit", "subject_index", "subjectIndexes", ofTenant)})
        or (${keyed("hubspoke_audit", "contact_id", "contactIds", ofTenant)})`;
  },
);

const reseal = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(resealed.columns)}
    update hubspoke_audit set sealed = input.sealed from input
    where hubspoke_audit.tenant = input.tenant and hubspoke_audit.at = cast(input.at as bigint)
      and hubspoke_audit.id = input.id and hubspoke_audit.sealed is not null`,
);

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_audit where ${picked(
      (row) => sql`
        select ${row} from hubspoke_audit where tenant = ${value("tenant")} and at < ${value("before")}
        order by at ${atMost("limit")}`,
    )}`,
);

export function auditStore(session: Session): AuditStore {
  const query = filtered<{ tenant: Tenant; limit: number }, Filters>(
    {
      subjectIndexes: ({ value, keyed }) =>
        keyed("hubspoke_audit", "subject_index", "subjectIndexes", sql`tenant = ${value("tenant")}`),
      contactId: ({ value }) => sql`contact_id = ${value("contactId")}`,
      actorId: ({ value }) => sql`actor_id = ${value("actorId")}`,
      from: ({ value }) => sql`at >= ${value("from")}`,
      to: ({ value }) => sql`at < ${value("to")}`,
      at: ({ value }) => sql`at <= ${value("at")} and (at < ${value("at")} or id < ${value("id")})`,
    },
    ({ atMost, value }, conditions) => sql`
      select ${list} from hubspoke_audit where tenant = ${value("tenant")} ${conditions}
      order by at desc, id desc ${atMost("limit")}`,
  );
  return {
    async append(rows) {
      await session.run(append, { rows: session.encode(audit, rows) });
    },
    async query({ tenant, after, limit, ...filters }) {
      const place = after === undefined ? {} : placeOf(after);
      const found = await session.all(...query({ tenant, limit: limit + 1 }, { ...filters, ...place }), audit.decode);
      return pageOf(found, limit, cursorOf);
    },
    forget: async (tenant, subjectIndexes, contactIds) =>
      (await session.run(forget, { tenant, subjectIndexes, contactIds })).affected,
    reseal: async (rows) => (await session.run(reseal, { rows: session.encode(resealed, rows) })).affected,
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
  };
}
