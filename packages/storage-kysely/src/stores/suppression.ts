import type { SuppressionRow, SuppressionStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const suppression = table<SuppressionRow>("hubspoke_suppression", {
  tenant: "text",
  index: "text",
  kind: "text",
  at: "integer",
});
const list = sql.raw(suppression.list);

interface Indexes {
  readonly tenant: Tenant;
  readonly indexes: readonly string[];
}

/** The first time stays: when somebody was erased does not change by being erased again. */
const add = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(suppression.columns)}
    insert into hubspoke_suppression (${list}) select ${list} from input where true
    on conflict (tenant, "index") do nothing`,
);

const match = statement<Indexes>(({ value, keyed }) => {
  const ofTenant = sql`tenant = ${value("tenant")}`;
  return sql`
    select "index" from hubspoke_suppression where ${keyed("hubspoke_suppression", '"index"', "indexes", ofTenant)}`;
});

const remove = statement<Indexes>(({ value, keyed }) => {
  const ofTenant = sql`tenant = ${value("tenant")}`;
  return sql`
    delete from hubspoke_suppression where ${keyed("hubspoke_suppression", '"index"', "indexes", ofTenant)}`;
});

export function suppressionStore(session: Session): SuppressionStore {
  return {
    async add(rows) {
      await session.run(add, { rows: session.encode(suppression, rows) });
    },
    async match(tenant, indexes) {
      if (indexes.length === 0) return [];
      const found = await session.all(match, { tenant, indexes }, (row) => row.index as string);
      return [...new Set(found)];
    },
    remove: async (tenant, indexes) => (await session.run(remove, { tenant, indexes })).affected,
  };
}
