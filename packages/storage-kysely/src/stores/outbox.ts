import type {
  ClaimedOutboxRow,
  EpochMs,
  OutboxEntry,
  OutboxRow,
  OutboxStore,
  RowId,
  SealedOutboxEntry,
  Tenant,
} from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { filtered } from "../sql/filtered.ts";
import { pageOf, placeOf } from "../sql/page.ts";
import { call, type Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";
import { underAnotherKey } from "../sql/under-another-key.ts";

const job = {
  id: "text",
  tenant: "text",
  kind: "text",
  idempotencyKey: "text",
  orderKey: "text",
  sealed: "blob",
  keyId: "text",
  availableAt: "integer",
  createdAt: "integer",
} as const;
const jobs = table<OutboxRow>("hubspoke_outbox", job);
const claimed = table<ClaimedOutboxRow>("hubspoke_outbox", { ...job, lease: "text", tries: "integer" });
const placed = table<OutboxRow & { readonly place: number }>("hubspoke_outbox", { ...job, place: "integer" });
const resealed = table<Pick<OutboxRow, "tenant" | "id" | "sealed" | "keyId"> & { readonly fromKeyId: string }>(
  "hubspoke_outbox",
  { tenant: "text", id: "text", sealed: "blob", keyId: "text", fromKeyId: "text" },
);
const entry = {
  id: "text",
  tenant: "text",
  kind: "text",
  idempotencyKey: "text",
  state: "text",
  tries: "integer",
  errorCode: "text",
  result: "text",
  createdAt: "integer",
  at: "integer",
} as const;
const entries = table<OutboxEntry>("hubspoke_outbox", entry);
const sealedEntries = table<SealedOutboxEntry>("hubspoke_outbox", { ...entry, sealed: "blob", keyId: "text" });
const list = sql.raw(jobs.list);
const entryList = sql.raw(entries.list);

type Rows = ReturnType<Session["encode"]>;
interface Held {
  readonly tenant: Tenant;
  readonly id: RowId;
  readonly lease: string;
}

/** `seq` orders the jobs that wait under one key; elsewhere it keeps the order of one call. */
const enqueue = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(placed.columns)}
    insert into hubspoke_outbox (${list}, seq, state, due_at, tries, at)
      select ${list}, place + coalesce((
          select max(other.seq) from hubspoke_outbox as other
          where other.tenant = input.tenant and other.order_key = input.order_key and other.due_at > -1), 0),
        'waiting', available_at, 0, created_at
      from input where true
    on conflict do nothing returning tenant, id`,
);

interface Claim {
  readonly now: EpochMs;
  readonly until: EpochMs;
  readonly lease: string;
  readonly limit: number;
  readonly kinds: readonly string[];
}
const due = statement<Claim>(({ value }) => sql`select 1 from hubspoke_outbox where due_at <= ${value("now")} limit 1`);

/**
 * `due_at` is when a job may be claimed next: the end of the lease while one runs, and null once the job is over. Taking
 * over a lapsed lease counts a try: a job that kills its worker must not be tried for ever.
 */
const claim = statement<Claim>(
  ({ atMost, value, among, picked }) => sql`
    update hubspoke_outbox set due_at = ${value("until")}, lease = ${value("lease")},
      tries = tries + case when lease is null then 0 else 1 end
    where ${picked(
      (row) => sql`
        select ${row} from hubspoke_outbox as mine
        where due_at <= ${value("now")} and ${among("kind", "kinds")} and (order_key is null or not exists (
          select 1 from hubspoke_outbox as other
          where other.tenant = mine.tenant and other.order_key = mine.order_key and other.due_at > -1
            and other.seq <= mine.seq and (other.seq < mine.seq or other.id < mine.id)))
        order by due_at, created_at, seq ${atMost("limit")}`,
    )}
    returning ${sql.raw(claimed.list)}, seq`,
  { look: due },
);

const held = sql`update hubspoke_outbox set`;
const renew = statement<Held & { until: EpochMs }>(
  ({ value }) => sql`
    ${held} due_at = case when due_at > ${value("until")} then due_at else ${value("until")} end
    where tenant = ${value("tenant")} and id = ${value("id")} and lease = ${value("lease")}`,
);

const complete = statement<Held & { state: string; result: string | null; now: EpochMs; keepUntil: EpochMs }>(
  ({ value }) => sql`
    ${held} state = ${value("state")}, due_at = null, lease = null, sealed = null, key_id = null, result = ${value("result")},
      at = ${value("now")}, keep_until = ${value("keepUntil")}
    where tenant = ${value("tenant")} and id = ${value("id")} and lease = ${value("lease")}`,
);

const retry = statement<Held & { now: EpochMs; dueAt: EpochMs; errorCode: string }>(
  ({ value }) => sql`
    ${held} available_at = ${value("dueAt")}, due_at = ${value("dueAt")}, lease = null, tries = tries + 1,
      at = ${value("now")}, error_code = ${value("errorCode")}
    where tenant = ${value("tenant")} and id = ${value("id")} and lease = ${value("lease")}`,
);

const fail = statement<Held & { now: EpochMs; errorCode: string }>(
  ({ value }) => sql`
    ${held} state = 'failed', due_at = null, lease = null, tries = tries + 1,
      at = ${value("now")}, failed_at = ${value("now")}, error_code = ${value("errorCode")}
    where tenant = ${value("tenant")} and id = ${value("id")} and lease = ${value("lease")}`,
);

const get = statement<{ tenant: Tenant; kind: string; idempotencyKey: string }>(
  ({ value }) => sql`
    select ${entryList} from hubspoke_outbox
    where tenant = ${value("tenant")} and kind = ${value("kind")} and idempotency_key = ${value("idempotencyKey")}`,
);

const replay = statement<{ tenant: Tenant; ids: readonly RowId[]; now: EpochMs }>(
  ({ value, keyed }) => sql`
    ${held} state = 'waiting', available_at = ${value("now")}, due_at = ${value("now")}, at = ${value("now")}, tries = 0,
      failed_at = null, seq = 1 + coalesce((
        select max(other.seq) from hubspoke_outbox as other
        where other.tenant = hubspoke_outbox.tenant and other.order_key = hubspoke_outbox.order_key
          and other.due_at > -1), 0)
    where state = 'failed' and ${keyed("hubspoke_outbox", "id", "ids", sql`tenant = ${value("tenant")}`)}`,
);

const wake = statement<{ tenant: Tenant; codes: readonly string[]; now: EpochMs }>(
  ({ value, among }) => sql`
    ${held} available_at = ${value("now")}, due_at = ${value("now")}
    where tenant = ${value("tenant")} and state = 'waiting' and lease is null and due_at > ${value("now")}
      and ${among("error_code", "codes")}`,
);

const remove = statement<{ tenant: Tenant; ids: readonly RowId[] }>(
  ({ value, keyed }) => sql`
    delete from hubspoke_outbox where ${keyed("hubspoke_outbox", "id", "ids", sql`tenant = ${value("tenant")}`)}`,
);

const scan = statement<{ tenant: Tenant; after: RowId; limit: number }>(
  ({ atMost, value }) => sql`
    select ${sql.raw(sealedEntries.list)} from hubspoke_outbox
    where tenant = ${value("tenant")} and id > ${value("after")}
    order by id ${atMost("limit")}`,
);

const waitingDepth = statement(
  () => sql`select count(*) as waiting, min(due_at) as oldest from hubspoke_outbox where due_at > -1`,
);
const failedDepth = statement(() => sql`select count(*) as failed from hubspoke_outbox where failed_at > -1`);

const reseal = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(resealed.columns)}
    update hubspoke_outbox set sealed = input.sealed, key_id = input.key_id from input
    where hubspoke_outbox.tenant = input.tenant and hubspoke_outbox.id = input.id
      and hubspoke_outbox.key_id = input.from_key_id`,
);

const deleteExpired = statement<{ now: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_outbox where ${picked(
      (row) => sql`
        select ${row} from hubspoke_outbox where keep_until <= ${value("now")} order by keep_until
        ${atMost("limit")}`,
    )}`,
);

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_outbox where ${picked(
      (row) => sql`
        select ${row} from hubspoke_outbox where tenant = ${value("tenant")} and failed_at < ${value("before")}
        order by failed_at ${atMost("limit")}`,
    )}`,
);

interface Filters {
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
}
const resealable = underAnotherKey(jobs);

export function outboxStore(session: Session): OutboxStore {
  const page = filtered<{ tenant: Tenant; limit: number }, Filters & { at?: EpochMs; id?: RowId }>(
    {
      kind: ({ value }) => sql`kind = ${value("kind")}`,
      state: ({ value }) => sql`state = ${value("state")}`,
      at: ({ value }) => sql`created_at <= ${value("at")} and (created_at < ${value("at")} or id < ${value("id")})`,
    },
    ({ atMost, value }, conditions) => sql`
      select ${entryList} from hubspoke_outbox where tenant = ${value("tenant")} ${conditions}
      order by created_at desc, id desc ${atMost("limit")}`,
  );
  const total = filtered<{ tenant: Tenant }, Filters>(
    {
      kind: ({ value }) => sql`kind = ${value("kind")}`,
      state: ({ value }) => sql`state = ${value("state")}`,
    },
    ({ value }, conditions) =>
      sql`select count(*) as rows from hubspoke_outbox where tenant = ${value("tenant")} ${conditions}`,
  );
  return {
    async enqueue(input) {
      const rows = input.map((row, i) => ({ ...row, place: i + 1 }));
      const { rows: written } = await session.run(enqueue, { rows: session.encode(placed, rows) });
      const fresh = new Set(written.map((row) => JSON.stringify([row.tenant, row.id])));
      // `delete` answers true once: of two inputs with one id only the first is new.
      return input.map(({ tenant, id }) => (fresh.delete(JSON.stringify([tenant, id])) ? "new" : "seen"));
    },
    async claim(now, leaseMs, limit, kinds) {
      const args = { now, until: now + leaseMs, lease: crypto.randomUUID(), limit, kinds };
      const { rows } = await session.run(claim, args);
      const taken = rows.map((row) => ({ row: claimed.decode(row), seq: Number(row.seq) }));
      taken.sort((a, b) => a.row.availableAt - b.row.availableAt || a.row.createdAt - b.row.createdAt || a.seq - b.seq);
      return taken.map(({ row }) => row);
    },
    renew: async (tenant, id, lease, until) => (await session.run(renew, { tenant, id, lease, until })).affected > 0,
    complete: async (tenant, id, lease, { state, result }, now, keepUntil) =>
      (await session.run(complete, { tenant, id, lease, state, result, now, keepUntil })).affected > 0,
    retry: async (tenant, id, lease, now, dueAt, errorCode) =>
      (await session.run(retry, { tenant, id, lease, now, dueAt, errorCode })).affected > 0,
    fail: async (tenant, id, lease, now, errorCode) =>
      (await session.run(fail, { tenant, id, lease, now, errorCode })).affected > 0,
    get: (tenant, kind, idempotencyKey) => session.one(get, { tenant, kind, idempotencyKey }, entries.decode),
    async list({ tenant, after, limit, ...filters }) {
      const place = after === undefined ? {} : placeOf(after);
      const [found, counted] = await session.batch([
        call(...page({ tenant, limit: limit + 1 }, { ...filters, ...place })),
        call(...total({ tenant }, filters)),
      ]);
      const items = (found?.rows ?? []).map(entries.decode);
      const cut = pageOf(items, limit, (last) => `${last.createdAt}.${last.id}`);
      return { ...cut, total: Number(counted?.rows[0]?.rows ?? 0) };
    },
    replay: async (tenant, ids, now) => (await session.run(replay, { tenant, ids, now })).affected,
    wake: async (tenant, codes, now) => (await session.run(wake, { tenant, codes, now })).affected,
    delete: async (tenant, ids) => (await session.run(remove, { tenant, ids })).affected,
    scan: (tenant, afterId, limit) => session.all(scan, { tenant, after: afterId ?? "", limit }, sealedEntries.decode),
    async depth() {
      const [waiting, failed] = await session.batch([call(waitingDepth, {}), call(failedDepth, {})]);
      const oldest = waiting?.rows[0]?.oldest ?? null;
      return {
        waiting: Number(waiting?.rows[0]?.waiting ?? 0),
        failed: Number(failed?.rows[0]?.failed ?? 0),
        oldestDueAt: oldest === null ? null : Number(oldest),
      };
    },
    listForReseal: (keyId, limit) => resealable(session, keyId, limit),
    async reseal(tenant, id, sealed, keyId, fromKeyId) {
      const rows = session.encode(resealed, [{ tenant, id, sealed, keyId, fromKeyId }]);
      return (await session.run(reseal, { rows })).affected > 0;
    },
    deleteExpired: async (now, limit) => (await session.run(deleteExpired, { now, limit })).affected,
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
  };
}
