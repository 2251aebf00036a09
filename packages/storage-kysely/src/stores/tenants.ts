import type { PinOutcome, PortalId, Tenant, TenantRow, TenantStore } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { tenantTables } from "../migrations/migrations.ts";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";

const tenants = table<TenantRow>("hubspoke_tenants", {
  tenant: "text",
  portalId: "text",
  pinnedAt: "integer",
  status: "text",
});
const list = sql.raw(tenants.list);

const get = statement<{ tenant: Tenant }>(
  ({ value }) => sql`select ${list} from hubspoke_tenants where tenant = ${value("tenant")}`,
);

interface Pin {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly now: number;
}
const unpinned = statement<Pin>(
  ({ value }) => sql`select 1 where not exists (select 1 from hubspoke_tenants where tenant = ${value("tenant")})`,
);
const pin = statement<Pin>(
  ({ value }) => sql`
    insert into hubspoke_tenants (tenant, portal_id, pinned_at, status)
    values (${value("tenant")}, ${value("portalId")}, ${value("now")}, 'active')
    on conflict (tenant) do nothing returning tenant`,
  { look: unpinned },
);

const rebind = statement<{ tenant: Tenant; from: PortalId; to: PortalId; now: number }>(
  ({ value }) => sql`
    update hubspoke_tenants set portal_id = ${value("to")}, pinned_at = ${value("now")}
    where tenant = ${value("tenant")} and portal_id = ${value("from")}`,
);

const setStatus = statement<{ tenant: Tenant; status: string }>(
  ({ value }) => sql`update hubspoke_tenants set status = ${value("status")} where tenant = ${value("tenant")}`,
);

const byPortal = statement<{ portalId: PortalId }>(
  ({ value }) => sql`select ${list} from hubspoke_tenants where portal_id = ${value("portalId")} order by tenant`,
);

const page = statement<{ after: Tenant; limit: number }>(
  ({ atMost, value }) =>
    sql`select ${list} from hubspoke_tenants where tenant > ${value("after")} order by tenant ${atMost("limit")}`,
);

/** Rows removed by one statement: a lock that is held briefly, however big the tenant was. */
const portion = 500;

const deletePortion = (name: string, unlessPinned: boolean): Statement<{ tenant: Tenant }> =>
  statement(({ value, picked }) => {
    const from = sql.raw(name);
    // In the statement itself: who is pinned while the tables are gone through keeps what is written then.
    const gone = sql`and not exists (select 1 from hubspoke_tenants as pinned where pinned.tenant = ${value("tenant")})`;
    return sql`
      delete from ${from} where ${picked(
        (row) => sql`
          select ${row} from ${from} where tenant = ${value("tenant")} ${unlessPinned ? gone : sql``}
          limit ${sql.raw(String(portion))}`,
        // A row that another is writing right now has to go as well.
        "await",
      )}`;
  });

/** What a host may fill before it connects a tenant, and the pin. */
const setUp: readonly string[] = ["flags", "oauth_states", "triggers", "schedules", "mappings", "tenants"].map(
  (name) => `hubspoke_${name}`,
);

const deleteAll = tenantTables.map((name) => deletePortion(name, false));
const deleteLeftovers = tenantTables.filter((name) => !setUp.includes(name)).map((name) => deletePortion(name, true));

export function tenantStore(session: Session): TenantStore {
  async function pinTo(tenant: Tenant, portalId: PortalId, now: number): Promise<PinOutcome> {
    const { rows } = await session.run(pin, { tenant, portalId, now });
    if (rows.length > 0) return { outcome: "pinned" };
    const pinned = await session.one(get, { tenant }, tenants.decode);
    // Removed between the two statements: the pin is free again.
    if (pinned === null) return pinTo(tenant, portalId, now);
    return pinned.portalId === portalId ? { outcome: "same" } : { outcome: "other", portalId: pinned.portalId };
  }
  async function removeBy(statements: readonly Statement<{ tenant: Tenant }>[], tenant: Tenant): Promise<void> {
    for (const remove of statements) {
      while ((await session.run(remove, { tenant })).affected === portion);
    }
  }
  return {
    get: (tenant) => session.one(get, { tenant }, tenants.decode),
    pin: pinTo,
    rebind: async (tenant, from, to, now) => (await session.run(rebind, { tenant, from, to, now })).affected > 0,
    async setStatus(tenant, status) {
      await session.run(setStatus, { tenant, status });
    },
    byPortal: (portalId) => session.all(byPortal, { portalId }, tenants.decode),
    list: (after, limit) => session.all(page, { after: after ?? "", limit }, tenants.decode),
    deleteAll: (tenant) => removeBy(deleteAll, tenant),
    deleteLeftovers: (tenant) => removeBy(deleteLeftovers, tenant),
  };
}
