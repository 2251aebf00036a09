import type { ClaimedWork, EpochMs, Tenant, WorkMark, WorkRef, WorkStore } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { table } from "../sql/columns.ts";
import { call, type Session } from "../sql/session.ts";
import { type Given, type Places, statement } from "../sql/statement.ts";

const record = { tenant: "text", queue: "text", side: "text", key: "text" } as const;
const mark = { ...record, portalId: "text", priority: "integer", availableAt: "integer" } as const;
const fenced = { seq: "integer", fence: "integer" } as const;
const marks = table<WorkMark>("hubspoke_work", mark);
const refs = table<WorkRef>("hubspoke_work", { ...record, ...fenced });
const queues = table<Pick<WorkMark, "tenant" | "queue">>("hubspoke_work_queues", { tenant: "text", queue: "text" });
const claimed = table<ClaimedWork>("hubspoke_work", {
  ...mark,
  ...fenced,
  tries: "integer",
  firstMarkedAt: "integer",
});

type Rows = ReturnType<Session["encode"]>;
interface Queue {
  readonly tenant: Tenant;
  readonly queue: string;
}

const earlier = sql`case when excluded.available_at < hubspoke_work.available_at
  then excluded.available_at else hubspoke_work.available_at end`;

/**
 * `due_at` is when a record may be claimed next: the end of the lease while one runs, else `available_at`.
 * A mark during a lease waits in `available_at` until the lease is given back. `tries >= 0` holds always: it is the part
 * of the table that the index of due work covers, and keeps it away from statements that go by a record's key (v9).
 */
const upsert = sql`
  insert into hubspoke_work (${sql.raw(marks.list)}, due_at, seq, fence, leased, tries, first_marked_at)`;
const merged = sql`
  on conflict (tenant, queue, side, "key") do update set
    portal_id = excluded.portal_id,
    priority = case when excluded.priority < hubspoke_work.priority
      then excluded.priority else hubspoke_work.priority end,
    seq = hubspoke_work.seq + 1,
    available_at = case when hubspoke_work.leased = 1 then excluded.available_at else ${earlier} end,
    due_at = case when hubspoke_work.leased = 1 then hubspoke_work.due_at else ${earlier} end`;
const markWork = statement<{ rows: Rows; now: EpochMs }>(
  ({ rows, value }) => sql`
    ${upsert}
      ${rows(
        marks.columns,
        (of) => sql`${sql.join(marks.columns.map(({ name }) => of(name)))}, ${of("available_at")}, 1, 0, 0, 0,
          cast(${value("now")} as bigint)`,
      )}
    ${merged}`,
  { eachRow: true },
);

const markQueues = statement<{ rows: Rows }>(
  ({ rows }) => sql`
    insert into hubspoke_work_queues (tenant, queue, fence, claimed_at)
      ${rows(queues.columns, (of) => sql`${of("tenant")}, ${of("queue")}, 0, 0`)}
    on conflict (tenant, queue) do nothing`,
  { eachRow: true },
);

/** Both at once. Postgres runs what nobody reads from last: the records are locked before the queue, as in a batch. */
const markBoth = statement<{ rows: Rows; now: EpochMs }>(
  ({ input, value }) => sql`
    with ${input(marks.columns)},
    named as (
      insert into hubspoke_work_queues (tenant, queue, fence, claimed_at) select distinct tenant, queue, 0, 0 from input
      on conflict (tenant, queue) do nothing)
    ${upsert}
      select ${sql.raw(marks.list)}, available_at, 1, 0, 0, 0, cast(${value("now")} as bigint) from input where true
    ${merged}`,
);

interface Claim extends Queue {
  readonly now: EpochMs;
  readonly until: EpochMs;
  readonly limit: number;
}
const isDue = ({ value }: Places<Claim>): RawBuilder<unknown> => sql`
  tenant = ${value("tenant")} and queue = ${value("queue")} and due_at <= ${value("now")} and tries >= 0`;
const anyDue = statement<Claim>((places) => sql`select 1 from hubspoke_work where ${isDue(places)} limit 1`);

/**
 * The queue's row gives out fences and outlives the work, so a fence is never used twice, not even for a record that
 * was completed and marked again. Nothing is written when nothing is due: an idle worker costs no disk flush.
 */
const nextFence = statement<Claim>(
  (places) => sql`
    update hubspoke_work_queues set fence = fence + 1, claimed_at = ${places.value("now")}
    where tenant = ${places.value("tenant")} and queue = ${places.value("queue")} and exists (
      select 1 from hubspoke_work where ${isDue(places)})`,
);

/** Taking over a lapsed lease counts a try: a record that kills its worker must reach quarantine. */
const claim = statement<Claim>(
  (places) => sql`
    update hubspoke_work set due_at = ${places.value("until")}, leased = 1, tries = tries + leased, fence = (
      select fence from hubspoke_work_queues
      where tenant = ${places.value("tenant")} and queue = ${places.value("queue")})
    where ${places.picked(
      (row) => sql`
        select ${row} from hubspoke_work where ${isDue(places)}
        order by priority, due_at ${places.atMost("limit")}`,
    )}
    returning ${sql.raw(claimed.list)}`,
);

/** Both at once: takes its rows first, passing over those of other claims, and then waits its turn for a fence. */
const claimBoth = statement<Claim>(
  ({ value, dialect }) => sql`
    with due as (
      select ${sql.raw(dialect.rowAddress)} as at from hubspoke_work
      where tenant = ${value("tenant")} and queue = ${value("queue")} and due_at <= ${value("now")} and tries >= 0
      order by priority, due_at limit ${value("limit")} ${sql.raw(dialect.skipLocked)}),
    fenced as (
      update hubspoke_work_queues set fence = fence + 1, claimed_at = ${value("now")}
      where tenant = ${value("tenant")} and queue = ${value("queue")} and exists (select 1 from due)
      returning fence)
    update hubspoke_work set due_at = ${value("until")}, leased = 1, tries = tries + leased, fence = fenced.fence
    from fenced where hubspoke_work.${sql.raw(dialect.rowAddress)} = any(array(select at from due))
    returning ${sql.raw(claimed.columns.map(({ name }) => `hubspoke_work."${name}"`).join(", "))}`,
);

const stillHeld = ({ of }: Given): RawBuilder<unknown> => sql`
  hubspoke_work.tenant = ${of("tenant")} and hubspoke_work.queue = ${of("queue")}
  and hubspoke_work.side = ${of("side")} and hubspoke_work."key" = ${of("key")}
  and hubspoke_work.fence = ${of("fence")} and hubspoke_work.leased = 1`;

const renew = statement<{ rows: Rows; until: EpochMs }>(({ given, value }) => {
  const row = given(refs.columns);
  return sql`
    ${row.head} update hubspoke_work set
      due_at = case when due_at > ${value("until")} then due_at else ${value("until")} end
    ${row.from} where ${stillHeld(row)}
    returning hubspoke_work.tenant, hubspoke_work.queue, hubspoke_work.side, hubspoke_work."key"`;
});

/** What nobody marked meanwhile is done … */
const removeDone = statement<{ rows: Rows }>(
  ({ given }) => {
    const { head, has } = given(refs.columns);
    return sql`${head} delete from hubspoke_work where leased = 1 and ${has("tenant", "queue", "side", "key", "seq", "fence")}`;
  },
  { eachRow: true },
);

/** … and what was marked again is given back. What is gone, or held by another worker by now, is not touched. */
const giveBack = statement<{ rows: Rows }>(
  ({ given }) => {
    const row = given(refs.columns);
    return sql`
      ${row.head} update hubspoke_work set leased = 0, due_at = available_at, tries = 0
      ${row.from} where ${stillHeld(row)}`;
  },
  { eachRow: true },
);

/** Marked again meanwhile: the newer mark says when, because it may be what cures the failure. */
const retry = statement<{ rows: Rows; at: EpochMs; errorCode: string }>(
  ({ given, value }) => {
    const row = given(refs.columns);
    const next = sql`case when hubspoke_work.seq <> ${row.of("seq")} and available_at < ${value("at")}
      then available_at else cast(${value("at")} as bigint) end`;
    return sql`
      ${row.head} update hubspoke_work set leased = 0, tries = tries + 1, error_code = ${value("errorCode")},
        available_at = ${next}, due_at = ${next}
      ${row.from} where ${stillHeld(row)}`;
  },
  { eachRow: true },
);

const depth = statement<Queue>(
  ({ value }) => sql`
    select count(*) as waiting, min(first_marked_at) as oldest from hubspoke_work
    where tenant = ${value("tenant")} and queue = ${value("queue")}`,
);

/**
 * Least recently served first. Reads one row per queue, however much work there is: one value per queue, where `exists`
 * lets Postgres read all work at once.
 */
const due = statement<{ now: EpochMs; limit: number }>(
  ({ atMost, value }) => sql`
    select tenant, queue from hubspoke_work_queues as q
    where (select 1 from hubspoke_work as w
      where w.tenant = q.tenant and w.queue = q.queue and w.due_at <= ${value("now")} and w.tries >= 0 limit 1) = 1
    order by claimed_at, tenant, queue ${atMost("limit")}`,
);

const deleteByKey = statement<{ tenant: Tenant; queue: string; side: string; key: string }>(
  ({ value }) => sql`
    delete from hubspoke_work where tenant = ${value("tenant")} and queue = ${value("queue")}
      and side = ${value("side")} and "key" = ${value("key")}`,
);

const keyOf = (row: { tenant?: unknown; queue?: unknown; side?: unknown; key?: unknown }): string =>
  JSON.stringify([row.tenant, row.queue, row.side, row.key]);

/** One call is one mark per record, with the most urgent of what it said. */
function oncePerRecord(input: readonly WorkMark[]): WorkMark[] {
  const merged = new Map<string, WorkMark>();
  for (const one of input) {
    const other = merged.get(keyOf(one)) ?? one;
    const priority = Math.min(one.priority, other.priority);
    merged.set(keyOf(one), { ...one, priority, availableAt: Math.min(one.availableAt, other.availableAt) });
  }
  return [...merged.values()];
}

export function workStore(session: Session): WorkStore {
  return {
    async mark(input, now) {
      const once = oncePerRecord(input);
      const rows = session.encode(marks, once);
      if (session.dialect.chained === true) return void (await session.run(markBoth, { rows, now }));
      const named = new Map(once.map((one) => [JSON.stringify([one.tenant, one.queue]), one]));
      await session.batch([
        call(markWork, { rows, now }),
        call(markQueues, { rows: session.encode(queues, [...named.values()]) }),
      ]);
    },
    async claim({ tenant, queue, now, leaseMs, limit }) {
      const args = { tenant, queue, now, until: now + leaseMs, limit };
      const calls =
        session.dialect.chained === true ? [call(claimBoth, args)] : [call(nextFence, args), call(claim, args)];
      const taken = (await session.batch(calls, call(anyDue, args))).at(-1);
      const work = (taken?.rows ?? []).map(claimed.decode);
      return work.sort((a, b) => a.priority - b.priority || a.firstMarkedAt - b.firstMarkedAt);
    },
    async renew(input, until) {
      const { rows } = await session.run(renew, { rows: session.encode(refs, input), until });
      const kept = new Set(rows.map(keyOf));
      return input.filter((ref) => !kept.has(keyOf(ref)));
    },
    async complete(input) {
      const rows = session.encode(refs, input);
      // Mostly nothing was marked meanwhile, and one statement is all. Whoever dies between the two has not completed.
      const { affected } = await session.run(removeDone, { rows });
      if (affected < input.length) await session.run(giveBack, { rows });
    },
    async retry(input, at, errorCode) {
      await session.run(retry, { rows: session.encode(refs, input), at, errorCode });
    },
    async depth(tenant, queue) {
      const { rows } = await session.run(depth, { tenant, queue });
      const oldest = rows[0]?.oldest ?? null;
      return { waiting: Number(rows[0]?.waiting ?? 0), oldestMarkedAt: oldest === null ? null : Number(oldest) };
    },
    due: (now, limit) =>
      session.all(due, { now, limit }, (row) => ({ tenant: row.tenant as string, queue: row.queue as string })),
    async deleteByKey(tenant, queue, side, key) {
      await session.run(deleteByKey, { tenant, queue, side, key });
    },
  };
}
