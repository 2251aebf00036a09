import { HubspokeError } from "@hubspoke/core/errors";
import type { QuarantineRow, QuarantineStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { pageOf } from "../sql/page.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const quarantine = table<QuarantineRow>("hubspoke_quarantine", {
  tenant: "text",
  sync: "text",
  portalId: "text",
  side: "text",
  key: "text",
  reason: "text",
  fields: "json",
  tries: "integer",
  firstAt: "integer",
  lastAt: "integer",
});
const list = sql.raw(quarantine.list);

interface Of {
  readonly tenant: Tenant;
  readonly sync: string;
}

const put = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(quarantine.columns)}
    insert into hubspoke_quarantine (${list}) select ${list} from input where true
    on conflict (tenant, sync, side, "key") do update set
      portal_id = excluded.portal_id, reason = excluded.reason, fields = excluded.fields, tries = excluded.tries,
      last_at = excluded.last_at`,
);

const page = statement<Of & { side: string; key: string; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_quarantine
    where tenant = ${value("tenant")} and sync = ${value("sync")}
      and side >= ${value("side")} and (side > ${value("side")} or "key" > ${value("key")})
    order by side, "key" ${atMost("limit")}`,
);

const has = statement<Of & { side: string; keys: readonly string[] }>(({ value, keyed }) => {
  const here = sql`tenant = ${value("tenant")} and sync = ${value("sync")} and side = ${value("side")}`;
  return sql`select "key" from hubspoke_quarantine where ${keyed("hubspoke_quarantine", '"key"', "keys", here)}`;
});

const remove = statement<Of & { side: string; keys: readonly string[] }>(({ value, keyed }) => {
  const here = sql`tenant = ${value("tenant")} and sync = ${value("sync")} and side = ${value("side")}`;
  return sql`delete from hubspoke_quarantine where ${keyed("hubspoke_quarantine", '"key"', "keys", here)}`;
});

const count = statement<Of>(
  ({ value }) => sql`
    select count(*) as held from hubspoke_quarantine
    where tenant = ${value("tenant")} and sync = ${value("sync")}`,
);

/** One statement may not write a row twice: the last of a record's inputs is what counts. */
function lastPerRecord(rows: readonly QuarantineRow[]): QuarantineRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify([row.tenant, row.sync, row.side, row.key]), row])).values()];
}

export function quarantineStore(session: Session): QuarantineStore {
  return {
    async put(rows) {
      await session.run(put, { rows: session.encode(quarantine, lastPerRecord(rows)) });
    },
    async list(tenant, sync, after, limit) {
      const [, side = "", key = ""] = after === null ? [] : (/^(local|remote)\.(.*)$/s.exec(after) ?? []);
      if (after !== null && side === "") {
        throw new HubspokeError("INPUT_INVALID", "the page cursor is not one this store gave out; start with null");
      }
      const found = await session.all(page, { tenant, sync, side, key, limit: limit + 1 }, quarantine.decode);
      return pageOf(found, limit, (last) => `${last.side}.${last.key}`);
    },
    has: (tenant, sync, side, keys) => session.all(has, { tenant, sync, side, keys }, (row) => row.key as string),
    remove: async (tenant, sync, side, keys) => (await session.run(remove, { tenant, sync, side, keys })).affected,
    async count(tenant, sync) {
      const { rows } = await session.run(count, { tenant, sync });
      return Number(rows[0]?.held ?? 0);
    },
  };
}
