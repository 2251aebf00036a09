import type { RowId, SecretRow, SecretStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";

const secrets = table<SecretRow>("hubspoke_secrets", {
  tenant: "text",
  name: "text",
  id: "text",
  sealed: "blob",
  keyId: "text",
});
const list = sql.raw(secrets.list);
type Rows = ReturnType<Session["encode"]>;
type ByKey = Statement<{ keyId: string; limit: number }>;

const get = statement<{ tenant: Tenant; name: string }>(
  ({ value }) =>
    sql`select ${list} from hubspoke_secrets where tenant = ${value("tenant")} and name = ${value("name")}`,
);

const add = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(secrets.columns)}
    insert into hubspoke_secrets (${list}) select ${list} from input where true
    on conflict (tenant, name) do nothing returning tenant`,
);

const reseal = statement<{ rows: Rows; fromId: RowId }>(
  ({ input, value }) => sql`
    with ${input(secrets.columns)}
    update hubspoke_secrets set id = input.id, sealed = input.sealed, key_id = input.key_id
    from input
    where hubspoke_secrets.tenant = input.tenant and hubspoke_secrets.name = input.name
      and hubspoke_secrets.id = ${value("fromId")}`,
);

/** Ranges around the wanted key, each by itself, because no index serves "other than". */
const [sealedBefore, sealedAfter] = ["<", ">"].map((than) =>
  statement<{ keyId: string; limit: number }>(
    ({ atMost, value }) => sql`
      select ${list} from hubspoke_secrets where key_id ${sql.raw(than)} ${value("keyId")}
      order by key_id ${atMost("limit")}`,
  ),
) as [ByKey, ByKey];

export function secretStore(session: Session): SecretStore {
  return {
    get: (tenant, name) => session.one(get, { tenant, name }, secrets.decode),
    async add(row) {
      const { rows } = await session.run(add, { rows: session.encode(secrets, [row]) });
      return rows.length > 0 ? "added" : "taken";
    },
    reseal: async (row, fromId) =>
      (await session.run(reseal, { rows: session.encode(secrets, [row]), fromId })).affected > 0,
    async listForReseal(keyId, limit) {
      const found = await session.all(sealedBefore, { keyId, limit }, secrets.decode);
      const left = limit - found.length;
      return left === 0
        ? found
        : [...found, ...(await session.all(sealedAfter, { keyId, limit: left }, secrets.decode))];
    },
  };
}
