import type { CacheRow, CacheStore, EpochMs, PortalId, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { type SqlRow, table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { type Places, statement } from "../sql/statement.ts";

const cache = table<CacheRow>("hubspoke_contact_cache", {
  tenant: "text",
  portalId: "text",
  id: "text",
  index: "text",
  contactId: "text",
  sealed: "blob",
  keyId: "text",
  fetchedAt: "integer",
  freshUntil: "integer",
  expiresAt: "integer",
  activeUntil: "integer",
});
const list = sql.raw(cache.list);

interface Place {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
}
type Indexes = Place & { readonly indexes: readonly string[] };

const byIndexes = ({ value, keyed }: Places<Indexes>): RawBuilder<unknown> =>
  keyed(
    "hubspoke_contact_cache",
    '"index"',
    "indexes",
    sql`tenant = ${value("tenant")} and portal_id = ${value("portalId")}`,
  );

/** The hot path: one number is looked up without going through JSON. */
const getOne = statement<Place & { index: string }>(
  ({ value }) => sql`
    select ${list} from hubspoke_contact_cache
    where tenant = ${value("tenant")} and "index" = ${value("index")} and portal_id = ${value("portalId")}`,
);

const getMany = statement<Indexes>(
  (places) => sql`select ${list} from hubspoke_contact_cache where ${byIndexes(places)}`,
);

/** The row's contact changed, and what is put was asked for before HubSpot's search could tell. */
const doubted = sql`excluded.fetched_at < hubspoke_contact_cache.settles_at`;

/** The guard stands in the write itself; a mark of activity set while the refresh was on its way survives it. */
const put = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(cache.columns)}
    insert into hubspoke_contact_cache (${list}) select ${list} from input where true
    on conflict (tenant, "index", portal_id) do update set
      id = excluded.id, contact_id = excluded.contact_id, sealed = excluded.sealed, key_id = excluded.key_id,
      fetched_at = excluded.fetched_at,
      fresh_until = case when ${doubted} and excluded.fresh_until > hubspoke_contact_cache.settles_at
        then hubspoke_contact_cache.settles_at else excluded.fresh_until end,
      expires_at = case when ${doubted} and excluded.sealed is null and excluded.expires_at > hubspoke_contact_cache.settles_at
        then hubspoke_contact_cache.settles_at else excluded.expires_at end,
      active_until = case when excluded.active_until > hubspoke_contact_cache.active_until
        then excluded.active_until else hubspoke_contact_cache.active_until end
    where excluded.fetched_at >= hubspoke_contact_cache.fetched_at
    returning tenant, portal_id, "index"`,
);

const markActive = statement<Indexes & { until: EpochMs }>(
  (places) => sql`
    update hubspoke_contact_cache set active_until = ${places.value("until")}
    where ${byIndexes(places)} and active_until < ${places.value("until")}`,
);

const outdate = statement<Place & { contactIds: readonly string[]; now: EpochMs; settlesAt: EpochMs }>(
  ({ value, keyed }) => sql`
    update hubspoke_contact_cache set
      fresh_until = case when fresh_until > ${value("now")} then ${value("now")} else fresh_until end,
      settles_at = case when settles_at > ${value("settlesAt")} then settles_at else ${value("settlesAt")} end
    where ${keyed(
      "hubspoke_contact_cache",
      "contact_id",
      "contactIds",
      sql`tenant = ${value("tenant")} and portal_id = ${value("portalId")}`,
      // An answer that is being put right now is the very one to be doubted.
      "await",
    )}`,
);

const listStale = statement<Place & { now: EpochMs; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_contact_cache
    where tenant = ${value("tenant")} and portal_id = ${value("portalId")}
      and active_until > 0 and active_until > ${value("now")} and fresh_until <= ${value("now")}
    order by fresh_until ${atMost("limit")}`,
);

/** Ranges around the wanted key and prefix, because no index serves "other than". */
const listForReseal = statement<{ tenant: Tenant; keyId: string; from: string; to: string; limit: number }>(
  ({ atMost, value }) => sql`
    select ${list} from hubspoke_contact_cache
    where (tenant = ${value("tenant")} and key_id < ${value("keyId")})
      or (tenant = ${value("tenant")} and key_id > ${value("keyId")})
      or (tenant = ${value("tenant")} and "index" < ${value("from")})
      or (tenant = ${value("tenant")} and "index" > ${value("to")})
    order by "index" ${atMost("limit")}`,
);

const byContact = statement<Place & { contactId: string }>(
  ({ value }) => sql`
    select ${list} from hubspoke_contact_cache
    where tenant = ${value("tenant")} and portal_id = ${value("portalId")} and contact_id = ${value("contactId")}`,
);

const deleteByContact = statement<Place & { contactId: string }>(
  ({ value }) => sql`
    delete from hubspoke_contact_cache
    where tenant = ${value("tenant")} and portal_id = ${value("portalId")} and contact_id = ${value("contactId")}`,
);

const deleteByIndex = statement<Indexes>(
  (places) => sql`delete from hubspoke_contact_cache where ${byIndexes(places)}`,
);

const deleteExpired = statement<{ tenant: Tenant; now: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_contact_cache where ${picked(
      (row) => sql`
        select ${row} from hubspoke_contact_cache
        where tenant = ${value("tenant")} and expires_at <= ${value("now")}
        order by expires_at ${atMost("limit")}`,
    )}`,
);

const clear = statement<{ tenant: Tenant }>(
  ({ value }) => sql`delete from hubspoke_contact_cache where tenant = ${value("tenant")}`,
);

const stats = statement<Place & { now: EpochMs }>(
  ({ value }) => sql`
    select count(sealed) as positive, count(*) as total, min(fetched_at) as oldest,
      count(case when fresh_until <= ${value("now")} then 1 end) as stale
    from hubspoke_contact_cache
    where tenant = ${value("tenant")} and portal_id = ${value("portalId")} and expires_at > ${value("now")}`,
);

/** An entry's name. Lengths keep names apart whatever they hold, and cost less than JSON: thousands are made at once. */
const nameOf = (tenant: string, portalId: string, index: string): string =>
  `${tenant.length} ${portalId.length} ${tenant}${portalId}${index}`;
const keyOf = (row: Pick<CacheRow, "tenant" | "portalId" | "index">): string =>
  nameOf(row.tenant, row.portalId, row.index);
const keyOfSql = (row: SqlRow): string => nameOf(row.tenant as string, row.portal_id as string, row.index as string);

/** One row per entry, the newest and among equals the last: one statement may not write a row twice. */
function newestPerEntry(rows: readonly CacheRow[]): ReadonlyMap<string, CacheRow> {
  const newest = new Map<string, CacheRow>();
  for (const row of rows) {
    const key = keyOf(row);
    const other = newest.get(key);
    if (other === undefined || other.fetchedAt <= row.fetchedAt) newest.set(key, row);
  }
  return newest;
}

export function cacheStore(session: Session): CacheStore {
  return {
    async get(tenant, portalId, indexes) {
      const [index] = indexes;
      if (index === undefined) return [];
      return indexes.length === 1
        ? session.all(getOne, { tenant, portalId, index }, cache.decode)
        : session.all(getMany, { tenant, portalId, indexes }, cache.decode);
    },
    byContact: (tenant, portalId, contactId) => session.all(byContact, { tenant, portalId, contactId }, cache.decode),
    async put(rows) {
      const newest = newestPerEntry(rows);
      const result = await session.run(put, { rows: session.encode(cache, [...newest.values()]) });
      // As it nearly always is: nothing was said twice, and nothing newer was there.
      if (result.rows.length === rows.length) return rows.map(() => "written");
      const written = new Set(result.rows.map(keyOfSql));
      return rows.map((row) => (newest.get(keyOf(row)) === row && written.has(keyOf(row)) ? "written" : "stale"));
    },
    async markActive(tenant, portalId, indexes, until) {
      await session.run(markActive, { tenant, portalId, indexes, until });
    },
    outdate: async (tenant, portalId, contactIds, now, settlesAt) =>
      (await session.run(outdate, { tenant, portalId, contactIds: [...contactIds].sort(), now, settlesAt })).affected,
    listStale: (tenant, portalId, now, limit) => session.all(listStale, { tenant, portalId, now, limit }, cache.decode),
    listForReseal: (tenant, keyId, indexPrefix, limit) =>
      session.all(
        listForReseal,
        { tenant, keyId, from: indexPrefix, to: `${indexPrefix}\u{10ffff}`, limit },
        cache.decode,
      ),
    deleteByContact: async (tenant, portalId, contactId) =>
      (await session.run(deleteByContact, { tenant, portalId, contactId })).affected,
    deleteByIndex: async (tenant, portalId, indexes) =>
      (await session.run(deleteByIndex, { tenant, portalId, indexes })).affected,
    deleteExpired: async (tenant, now, limit) => (await session.run(deleteExpired, { tenant, now, limit })).affected,
    clear: async (tenant) => (await session.run(clear, { tenant })).affected,
    async stats(tenant, portalId, now) {
      const { rows } = await session.run(stats, { tenant, portalId, now });
      const row = rows[0] ?? {};
      const positive = Number(row.positive ?? 0);
      return {
        positive,
        negative: Number(row.total ?? 0) - positive,
        stale: Number(row.stale ?? 0),
        oldestFetchedAt: row.oldest === null || row.oldest === undefined ? null : Number(row.oldest),
      };
    },
  };
}
