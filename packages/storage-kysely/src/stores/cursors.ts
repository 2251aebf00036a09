import type { CursorStore, EpochMs, PortalId, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

interface Named {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly name: string;
}

const read = statement<Named>(
  ({ value }) => sql`
    select value, version from hubspoke_cursors
    where tenant = ${value("tenant")} and name = ${value("name")} and portal_id = ${value("portalId")}
      and value is not null`,
);

/** A deleted cursor keeps its row and version: a worker that read the old one must not move the new one. */
const create = statement<Named & { value: string; now: EpochMs }>(
  ({ value }) => sql`
    insert into hubspoke_cursors (tenant, portal_id, name, value, version, updated_at)
    values (${value("tenant")}, ${value("portalId")}, ${value("name")}, ${value("value")}, 1, ${value("now")})
    on conflict (tenant, name, portal_id) do update set
      value = excluded.value, version = hubspoke_cursors.version + 1, updated_at = excluded.updated_at
    where hubspoke_cursors.value is null`,
);

const advance = statement<Named & { value: string; expected: number; now: EpochMs }>(
  ({ value }) => sql`
    update hubspoke_cursors set value = ${value("value")}, version = version + 1, updated_at = ${value("now")}
    where tenant = ${value("tenant")} and name = ${value("name")} and portal_id = ${value("portalId")}
      and version = ${value("expected")} and value is not null`,
);

const remove = statement<Named>(
  ({ value }) => sql`
    update hubspoke_cursors set value = null, version = version + 1
    where tenant = ${value("tenant")} and name = ${value("name")} and portal_id = ${value("portalId")}
      and value is not null`,
);

const list = statement<{ tenant: Tenant; from: string; to: string }>(
  ({ value }) => sql`
    select name, value, updated_at from hubspoke_cursors
    where tenant = ${value("tenant")} and name >= ${value("from")} and name <= ${value("to")} and value is not null
    order by name, portal_id`,
);

export function cursorStore(session: Session): CursorStore {
  return {
    read: (tenant, portalId, name) =>
      session.one(read, { tenant, portalId, name }, (row) => ({
        value: row.value as string,
        version: Number(row.version),
      })),
    async advance(tenant, portalId, name, value, expected, now) {
      const at = { tenant, portalId, name, value, now };
      const { affected } =
        expected === 0 ? await session.run(create, at) : await session.run(advance, { ...at, expected });
      return affected > 0 ? "written" : "stale";
    },
    async delete(tenant, portalId, name) {
      await session.run(remove, { tenant, portalId, name });
    },
    list: (tenant, prefix) =>
      session.all(list, { tenant, from: prefix, to: `${prefix}\u{10ffff}` }, (row) => ({
        name: row.name as string,
        value: row.value as string,
        updatedAt: Number(row.updated_at),
      })),
  };
}
