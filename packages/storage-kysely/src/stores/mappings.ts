import type { MappingRow, MappingStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

/** A sync's mappings are one value in one row, so that replacing them is one guarded statement. */
interface MappingSet {
  readonly tenant: Tenant;
  readonly sync: string;
  readonly fields: readonly MappingRow[];
  readonly revision: number;
}
const sets = table<MappingSet>("hubspoke_mappings", {
  tenant: "text",
  sync: "text",
  fields: "json",
  revision: "integer",
});
type Rows = ReturnType<Session["encode"]>;

const get = statement<{ tenant: Tenant; sync: string }>(
  ({ value }) => sql`
    select ${sql.raw(sets.list)} from hubspoke_mappings
    where tenant = ${value("tenant")} and sync = ${value("sync")}`,
);

const insert = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(sets.columns)}
    insert into hubspoke_mappings (tenant, sync, fields, revision) select tenant, sync, fields, 1 from input where true
    on conflict (tenant, sync) do nothing`,
);

const update = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(sets.columns)}
    update hubspoke_mappings set fields = input.fields, revision = hubspoke_mappings.revision + 1 from input
    where hubspoke_mappings.tenant = input.tenant and hubspoke_mappings.sync = input.sync
      and hubspoke_mappings.revision = input.revision`,
);

const byLocalField = (a: MappingRow, b: MappingRow): number =>
  a.localField < b.localField ? -1 : a.localField > b.localField ? 1 : 0;

export function mappingStore(session: Session): MappingStore {
  return {
    async list(tenant, sync) {
      const set = await session.one(get, { tenant, sync }, sets.decode);
      return { rows: set?.fields ?? [], revision: set?.revision ?? 0 };
    },
    async replace(tenant, sync, input, revision) {
      const fields = [...input].sort(byLocalField);
      const rows = session.encode(sets, [{ tenant, sync, fields, revision }]);
      const { affected } = await session.run(revision === 0 ? insert : update, { rows });
      return affected > 0 ? "written" : "stale";
    },
  };
}
