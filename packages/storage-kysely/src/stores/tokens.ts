import type { Tenant, TokenRow, TokenStore } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";

const tokens = table<TokenRow>("hubspoke_tokens", {
  tenant: "text",
  portalId: "text",
  id: "text",
  sealed: "blob",
  keyId: "text",
  expiresAt: "integer",
  scopes: "json",
  status: "text",
  version: "integer",
  updatedAt: "integer",
});
const list = sql.raw(tokens.list);
type Rows = ReturnType<Session["encode"]>;
type ByKey = Statement<{ keyId: string; limit: number }>;

const get = statement<{ tenant: Tenant }>(
  ({ value }) => sql`select ${list} from hubspoke_tokens where tenant = ${value("tenant")} and sealed is not null`,
);

/** Over nothing, or over what a removed grant left: its version goes on. */
const insert = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(tokens.columns)}
    insert into hubspoke_tokens (${list})
      select tenant, portal_id, id, sealed, key_id, expires_at, scopes, status, 1, updated_at from input where true
    on conflict (tenant) do update set
      portal_id = excluded.portal_id, id = excluded.id, sealed = excluded.sealed, key_id = excluded.key_id,
      expires_at = excluded.expires_at, scopes = excluded.scopes, status = excluded.status,
      version = hubspoke_tokens.version + 1, updated_at = excluded.updated_at
    where hubspoke_tokens.sealed is null`,
);

const update = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(tokens.columns)}
    update hubspoke_tokens set
      portal_id = input.portal_id, id = input.id, sealed = input.sealed, key_id = input.key_id,
      expires_at = input.expires_at, scopes = input.scopes, status = input.status,
      version = hubspoke_tokens.version + 1, updated_at = input.updated_at
    from input
    where hubspoke_tokens.tenant = input.tenant and hubspoke_tokens.version = input.version
      and hubspoke_tokens.sealed is not null`,
);

/** The tokens go; the version stays behind, for a refresh that had read the grant. */
const remove = statement<{ tenant: Tenant }>(
  ({ value }) => sql`
    update hubspoke_tokens set sealed = null, key_id = null, scopes = '[]', version = version + 1
    where tenant = ${value("tenant")} and sealed is not null`,
);

/** Ranges around the wanted key, each by itself, because no index serves "other than". */
const [sealedBefore, sealedAfter] = ["<", ">"].map((than) =>
  statement<{ keyId: string; limit: number }>(
    ({ atMost, value }) => sql`
      select ${list} from hubspoke_tokens where key_id ${sql.raw(than)} ${value("keyId")}
      order by key_id ${atMost("limit")}`,
  ),
) as [ByKey, ByKey];

export function tokenStore(session: Session): TokenStore {
  return {
    get: (tenant) => session.one(get, { tenant }, tokens.decode),
    async put(row) {
      const rows = session.encode(tokens, [row]);
      const { affected } = await session.run(row.version === 0 ? insert : update, { rows });
      return affected > 0 ? "written" : "stale";
    },
    delete: async (tenant) => (await session.run(remove, { tenant })).affected > 0,
    async listForReseal(keyId, limit) {
      const found = await session.all(sealedBefore, { keyId, limit }, tokens.decode);
      const left = limit - found.length;
      return left === 0
        ? found
        : [...found, ...(await session.all(sealedAfter, { keyId, limit: left }, tokens.decode))];
    },
  };
}
