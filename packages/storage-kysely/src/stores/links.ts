import type { LinkOutcome, LinkRow, LinkStore, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { type SqlRow, table } from "../sql/columns.ts";
import { call, isUniqueViolation, type Result, type Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";
import { writtenOf } from "../sql/written.ts";

const links = table<LinkRow>("hubspoke_links", {
  tenant: "text",
  sync: "text",
  portalId: "text",
  localId: "text",
  hubspotId: "text",
  state: "text",
  base: "json",
  remoteSeenAt: "integer",
  localSeenAt: "integer",
  updatedAt: "integer",
  version: "integer",
});
const list = sql.raw(links.list);
const key = ["tenant", "sync", "local_id"] as const;

interface Of {
  readonly tenant: Tenant;
  readonly sync: string;
}
type Rows = ReturnType<Session["encode"]>;
type ById = Statement<Of & { ids: readonly string[] }>;

const [byLocalIds, byHubspotIds] = ["local_id", "hubspot_id"].map((column) =>
  statement<Of & { ids: readonly string[] }>(({ value, keyed }) => {
    const ofSync = sql`tenant = ${value("tenant")} and sync = ${value("sync")}`;
    return sql`select ${list} from hubspoke_links where ${keyed("hubspoke_links", column, "ids", ofSync)}`;
  }),
) as [ById, ById];

const insert = statement<{ rows: Rows }>(
  ({ rows, told }) => sql`
    insert into hubspoke_links (${list})
      ${rows(links.columns, (of) => sql.join(links.columns.map(({ name }) => (name === "version" ? sql`1` : of(name)))))}
    on conflict do nothing ${told(...key)}`,
  { eachRow: true },
);

/** The version guards the row; a pair of ids that another row holds is left out, so it cannot fail the others. */
const update = statement<{ rows: Rows }>(
  ({ given, told }) => {
    const { head, from, of } = given(links.columns);
    return sql`
      ${head} update hubspoke_links set
        portal_id = ${of("portal_id")}, hubspot_id = ${of("hubspot_id")}, state = ${of("state")}, base = ${of("base")},
        remote_seen_at = ${of("remote_seen_at")}, local_seen_at = ${of("local_seen_at")}, updated_at = ${of("updated_at")},
        version = hubspoke_links.version + 1
      ${from}
      where hubspoke_links.tenant = ${of("tenant")} and hubspoke_links.sync = ${of("sync")}
        and hubspoke_links.local_id = ${of("local_id")} and hubspoke_links.version = ${of("version")}
        and not exists (select 1 from hubspoke_links as holder
          where holder.tenant = ${of("tenant")} and holder.sync = ${of("sync")}
            and holder.hubspot_id = ${of("hubspot_id")} and holder.local_id <> ${of("local_id")})
      ${told(...key.map((name) => `hubspoke_links.${name}`))}`;
  },
  { eachRow: "alone" },
);

/** Rows that hold one of the input's ids: why an input was not written. */
const holders = statement<{ rows: Rows }>(({ input }) => {
  const columns = sql.raw(["tenant", "sync", "local_id", "hubspot_id", "version"].map((name) => `l.${name}`).join());
  const sameSync = sql`l.tenant = input.tenant and l.sync = input.sync`;
  return sql`
    with ${input(links.columns)}
    select ${columns} from input join hubspoke_links as l on ${sameSync} and l.local_id = input.local_id
    union
    select ${columns} from input join hubspoke_links as l on ${sameSync} and l.hubspot_id = input.hubspot_id`;
});

const remove = statement<Of & { localId: string; version: number }>(
  ({ value }) => sql`
    delete from hubspoke_links where tenant = ${value("tenant")} and sync = ${value("sync")}
      and local_id = ${value("localId")} and version = ${value("version")}`,
);

/** One statement: in between, nobody knows what both sides had agreed on. */
const handOver = statement<{ rows: Rows; from: string }>(({ given, value }) => {
  const { head, from, of } = given(links.columns);
  const set = links.columns.map(({ name }) =>
    name === "version" ? sql`version = hubspoke_links.version + 1` : sql`${sql.raw(name)} = ${of(name)}`,
  );
  return sql`
    ${head} update hubspoke_links set ${sql.join(set)} ${from}
    where hubspoke_links.tenant = ${of("tenant")} and hubspoke_links.sync = ${of("sync")}
      and hubspoke_links.local_id = ${value("from")} and hubspoke_links.version = ${of("version")}
      and not exists (select 1 from hubspoke_links as holder
        where holder.tenant = ${of("tenant")} and holder.sync = ${of("sync")} and holder.local_id <> ${value("from")}
          and (holder.hubspot_id = ${of("hubspot_id")} or holder.local_id = ${of("local_id")}))`;
});

const scan = statement<Of & { after: string; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_links
    where tenant = ${value("tenant")} and sync = ${value("sync")} and local_id > ${value("after")}
    order by local_id ${atMost("limit")}`,
);

const count = statement<Of>(
  ({ value }) => sql`
    select count(*) as links from hubspoke_links where tenant = ${value("tenant")} and sync = ${value("sync")}`,
);

const keyOf = (row: LinkRow): string => JSON.stringify([row.tenant, row.sync, row.localId]);

function whyNotWritten(row: LinkRow, held: readonly SqlRow[]): LinkOutcome {
  const mine = held.filter((other) => other.tenant === row.tenant && other.sync === row.sync);
  const stored = mine.find((other) => other.local_id === row.localId);
  const holder = mine.find((other) => other.hubspot_id === row.hubspotId);
  const heldByAnother = holder !== undefined && holder.local_id !== row.localId;
  if (row.version > 0) {
    return stored !== undefined && Number(stored.version) === row.version && heldByAnother ? "taken" : "stale";
  }
  return heldByAnother || (stored !== undefined && stored.hubspot_id !== row.hubspotId) ? "taken" : "stale";
}

export function linkStore(session: Session): LinkStore {
  async function write(rows: readonly LinkRow[]): Promise<Set<string>> {
    const parts = [
      { statement: insert, some: rows.filter((row) => row.version === 0) },
      { statement: update, some: rows.filter((row) => row.version > 0) },
    ].map((part) => ({ ...part, encoded: session.encode(links, part.some) }));
    const results = await session.batch(parts.map(({ statement, encoded }) => call(statement, { rows: encoded })));
    const written = parts.flatMap(({ statement, some, encoded }, i) => {
      const isWritten = writtenOf(session, statement, links, encoded, results[i] as Result, key);
      return some.filter((_, row) => isWritten[row]);
    });
    return new Set(written.map(keyOf));
  }

  /** Two rows of one call that want the same id break the whole statement; alone each gets its own answer. */
  async function writeApart(rows: readonly LinkRow[]): Promise<Set<string>> {
    const written = new Set<string>();
    for (const row of rows) {
      try {
        for (const key of await write([row])) written.add(key);
      } catch (error) {
        if (!isUniqueViolation(session.dialect, error)) throw error;
      }
    }
    return written;
  }

  return {
    byLocalIds: (tenant, sync, ids) => session.all(byLocalIds, { tenant, sync, ids }, links.decode),
    byHubspotIds: (tenant, sync, ids) => session.all(byHubspotIds, { tenant, sync, ids }, links.decode),
    async put(input) {
      // Of two inputs for one record the first may win; the second was read before that, so it is stale.
      const first = new Map<string, LinkRow>();
      for (const row of input) if (!first.has(keyOf(row))) first.set(keyOf(row), row);
      const rows = [...first.values()];
      let written: Set<string>;
      try {
        written = await write(rows);
      } catch (error) {
        if (!isUniqueViolation(session.dialect, error)) throw error;
        written = await writeApart(rows);
      }
      const refused = rows.filter((row) => !written.has(keyOf(row)));
      const held =
        refused.length === 0 ? [] : (await session.run(holders, { rows: session.encode(links, refused) })).rows;
      return input.map((row) => {
        if (first.get(keyOf(row)) !== row) return "stale";
        return written.has(keyOf(row)) ? "written" : whyNotWritten(row, held);
      });
    },
    delete: async (tenant, sync, localId, version) =>
      (await session.run(remove, { tenant, sync, localId, version })).affected > 0,
    async handOver(row, from) {
      const rows = session.encode(links, [row]);
      try {
        if ((await session.run(handOver, { rows, from })).affected > 0) return "written";
      } catch (error) {
        if (!isUniqueViolation(session.dialect, error)) throw error;
        return "taken";
      }
      const { tenant, sync } = row;
      const [stored] = await session.all(byLocalIds, { tenant, sync, ids: [from] }, links.decode);
      return stored?.version === row.version ? "taken" : "stale";
    },
    scan: (tenant, sync, afterLocalId, limit) =>
      session.all(scan, { tenant, sync, after: afterLocalId ?? "", limit }, links.decode),
    async count(tenant, sync) {
      const { rows } = await session.run(count, { tenant, sync });
      return Number(rows[0]?.links ?? 0);
    },
  };
}
