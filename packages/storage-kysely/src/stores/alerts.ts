import type { Alert, AlertStore, EpochMs } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { type SqlRow, table } from "../sql/columns.ts";
import { call, type Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

/** What concerns no tenant stands under the empty name, which no tenant has. */
interface AlertRow extends Omit<Required<Alert>, "tenant"> {
  readonly tenant: string;
}

const alerts = table<AlertRow>("hubspoke_alerts", {
  tenant: "text",
  key: "text",
  name: "text",
  severity: "text",
  message: "text",
  details: "json",
  at: "integer",
});
const columns = sql.raw(alerts.list);

interface Of {
  readonly tenant: string;
  readonly key: string;
}

/** A row comes back when the alert is new: not there, cleared, or left open by a process that is no more. */
const open = statement<{ rows: ReturnType<Session["encode"]>; lapsed: EpochMs }>(
  ({ input, value }) => sql`
    with ${input(alerts.columns)}
    insert into hubspoke_alerts (${columns}, seen_at) select ${columns}, at from input where true
    on conflict (tenant, "key") do update set
      name = excluded.name, severity = excluded.severity, message = excluded.message, details = excluded.details,
      at = excluded.at, seen_at = excluded.seen_at, cleared_at = null
    where hubspoke_alerts.cleared_at is not null or hubspoke_alerts.seen_at <= ${value("lapsed")}
    returning tenant`,
);

const seen = statement<Of & { at: EpochMs }>(
  ({ value }) => sql`
    update hubspoke_alerts set seen_at = ${value("at")}
    where tenant = ${value("tenant")} and "key" = ${value("key")} and seen_at < ${value("at")}`,
);

const clear = statement<Of & { now: EpochMs }>(
  ({ value }) => sql`
    update hubspoke_alerts set cleared_at = ${value("now")}
    where tenant = ${value("tenant")} and "key" = ${value("key")} and cleared_at is null`,
);

const list = statement<{ tenant: string; limit: number }>(
  ({ atMost, value }) => sql`
    select ${columns} from hubspoke_alerts where tenant = ${value("tenant")} and cleared_at is null
    order by at desc ${atMost("limit")}`,
);

const deleteBefore = statement<{ before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_alerts where ${picked(
      (row) => sql`
        select ${row} from hubspoke_alerts where seen_at < ${value("before")} order by seen_at ${atMost("limit")}`,
    )}`,
);

function decode(row: SqlRow): Alert {
  const { tenant, ...alert } = alerts.decode(row);
  return tenant === "" ? alert : { ...alert, tenant };
}

export function alertStore(session: Session): AlertStore {
  return {
    async open(alert, lapseMs) {
      const tenant = alert.tenant ?? "";
      const [opened] = await session.batch([
        call(open, { rows: session.encode(alerts, [{ ...alert, tenant }]), lapsed: alert.at - lapseMs }),
        call(seen, { tenant, key: alert.key, at: alert.at }),
      ]);
      return opened?.rows.length === 1 ? "new" : "open";
    },
    clear: async (tenant, key, now) => (await session.run(clear, { tenant: tenant ?? "", key, now })).affected > 0,
    list: (tenant, limit) => session.all(list, { tenant: tenant ?? "", limit }, decode),
    deleteBefore: async (before, limit) => (await session.run(deleteBefore, { before, limit })).affected,
  };
}
