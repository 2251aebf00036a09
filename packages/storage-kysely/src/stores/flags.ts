import type { FlagRow, FlagStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const flags = table<FlagRow>("hubspoke_flags", {
  tenant: "text",
  flag: "text",
  enabled: "json",
  roles: "json",
  percentage: "integer",
  updatedAt: "integer",
});
const list = sql.raw(flags.list);

const all = statement<{ tenant: Tenant }>(
  ({ value }) => sql`select ${list} from hubspoke_flags where tenant = ${value("tenant")} order by flag`,
);

const put = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(flags.columns)}
    insert into hubspoke_flags (${list}) select ${list} from input where true
    on conflict (tenant, flag) do update set
      enabled = excluded.enabled, roles = excluded.roles, percentage = excluded.percentage,
      updated_at = excluded.updated_at`,
);

const remove = statement<{ tenant: Tenant; flag: string }>(
  ({ value }) => sql`delete from hubspoke_flags where tenant = ${value("tenant")} and flag = ${value("flag")}`,
);

export function flagStore(session: Session): FlagStore {
  return {
    list: (tenant) => session.all(all, { tenant }, flags.decode),
    async put(row) {
      await session.run(put, { rows: session.encode(flags, [row]) });
    },
    remove: async (tenant, flag) => (await session.run(remove, { tenant, flag })).affected > 0,
  };
}
