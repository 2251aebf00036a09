import type {
  ClaimedInboxEvent,
  EpochMs,
  InboxEvent,
  InboxStore,
  PortalId,
  SealedInboxValue,
} from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";
import { writtenOf } from "../sql/written.ts";

const event = {
  id: "text",
  dedupeKey: "text",
  portalId: "text",
  subscriptionType: "text",
  objectType: "text",
  objectId: "text",
  propertyName: "text",
  occurredAt: "integer",
  receivedAt: "integer",
  attempt: "integer",
  changeSource: "text",
  sourceId: "text",
  relatedIds: "json",
  sealed: "blob",
} as const;
const events = table<InboxEvent>("hubspoke_inbox", event);
const claimed = table<ClaimedInboxEvent>("hubspoke_inbox", { ...event, lease: "text", tries: "integer" });
const held = table<Pick<ClaimedInboxEvent, "id" | "lease">>("hubspoke_inbox", { id: "text", lease: "text" });
const ids = table<Pick<InboxEvent, "id">>("hubspoke_inbox", { id: "text" });
const value = table<SealedInboxValue>("hubspoke_inbox", { id: "text", portalId: "text", sealed: "blob" });
const resealed = table<Omit<SealedInboxValue, "portalId"> & { readonly was: Uint8Array }>("hubspoke_inbox", {
  id: "text",
  sealed: "blob",
  was: "blob",
});
const current = table<{ readonly prefix: Uint8Array }>("hubspoke_inbox", { prefix: "blob" });
const list = sql.raw(events.list);

type Rows = ReturnType<Session["encode"]>;

/** `due_at` is when an event may be claimed next; it is null once the event is done and only its dedupe key is kept. */
const record = statement<{ rows: Rows }>(
  ({ rows, told }) => sql`
    insert into hubspoke_inbox (${list}, due_at, tries)
      ${rows(events.columns, (of) => sql`${sql.join(events.columns.map(({ name }) => of(name)))}, ${of("received_at")}, 0`)}
    on conflict (portal_id, dedupe_key) do nothing ${told("id")}`,
  { eachRow: true },
);

const due = statement<{ now: EpochMs; until: EpochMs; lease: string; limit: number }>(
  ({ value }) => sql`select 1 from hubspoke_inbox where due_at <= ${value("now")} limit 1`,
);

/** Taking over a lapsed lease counts a try: an event that kills its worker must not be tried for ever. */
const claim = statement<{ now: EpochMs; until: EpochMs; lease: string; limit: number }>(
  ({ atMost, value, picked }) => sql`
    update hubspoke_inbox set due_at = ${value("until")}, lease = ${value("lease")},
      tries = tries + case when lease is null then 0 else 1 end
    where ${picked(
      (row) => sql`
        select ${row} from hubspoke_inbox where due_at <= ${value("now")}
        order by due_at, received_at ${atMost("limit")}`,
    )}
    returning ${sql.raw(claimed.list)}`,
  { look: due },
);

const complete = statement<{ rows: Rows; keepUntil: EpochMs }>(
  ({ given, value }) => {
    const { head, from, of } = given(held.columns);
    return sql`
      ${head} update hubspoke_inbox set keep_until = ${value("keepUntil")}, due_at = null, lease = null,
        object_type = null, object_id = null, property_name = null, change_source = null, source_id = null,
        related_ids = '[]', sealed = null, error_code = null
      ${from} where hubspoke_inbox.id = ${of("id")} and hubspoke_inbox.lease = ${of("lease")}`;
  },
  { eachRow: true },
);

const retry = statement<{ rows: Rows; at: EpochMs; errorCode: string }>(
  ({ input, value }) => sql`
    with ${input(held.columns)}
    update hubspoke_inbox set due_at = ${value("at")}, lease = null, tries = tries + 1,
      error_code = ${value("errorCode")}
    from input where hubspoke_inbox.id = input.id and hubspoke_inbox.lease = input.lease`,
);

const wake = statement<{ rows: Rows; now: EpochMs }>(
  ({ input, value }) => sql`
    with ${input(ids.columns)}
    update hubspoke_inbox set due_at = ${value("now")}, tries = 0
    from input where hubspoke_inbox.id = input.id and hubspoke_inbox.due_at > -1 and hubspoke_inbox.lease is null`,
);

const deleteExpired = statement<{ now: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_inbox where ${picked(
      (row) => sql`
        select ${row} from hubspoke_inbox where keep_until <= ${value("now")} order by keep_until ${atMost("limit")}`,
    )}`,
);

const depth = statement(
  () => sql`select count(*) as waiting, min(received_at) as oldest from hubspoke_inbox where due_at > -1`,
);

/** `due_at > -1` is answered by the index of waiting events: what is done has no value. */
const listForReseal = statement<{ rows: Rows; limit: number }>(
  ({ input, atMost }) => sql`
    with ${input(current.columns)}
    select ${sql.raw(value.list)} from hubspoke_inbox cross join input
    where due_at > -1 and sealed is not null and substr(sealed, 1, length(input.prefix)) <> input.prefix
    order by due_at ${atMost("limit")}`,
);

const reseal = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(resealed.columns)}
    update hubspoke_inbox set sealed = input.sealed from input
    where hubspoke_inbox.id = input.id and hubspoke_inbox.sealed = input.was`,
);

/**
 * HubSpot's own orders to erase stay: they are what brings an erasure that was cut off to its end.
 * Only waiting events still hold ids; `due_at > -1` lets the index of waiting events serve both halves. `replace` finds
 * the id in quotes as it stands in the JSON; LIKE would too, and D1 refuses patterns of more than 50 bytes.
 */
const deleteByObject = statement<{ portalId: PortalId; objectId: string; related: string }>(
  ({ value }) => sql`
    delete from hubspoke_inbox
    where portal_id = ${value("portalId")} and due_at > -1 and subscription_type <> 'contact.privacyDeletion'
      and (object_id = ${value("objectId")} or replace(related_ids, ${value("related")}, '') <> related_ids)`,
);

export function inboxStore(session: Session): InboxStore {
  return {
    async record(input) {
      const rows = session.encode(events, input);
      const result = await session.run(record, { rows });
      return writtenOf(session, record, events, rows, result, ["id"]).map((isNew) => (isNew ? "new" : "seen"));
    },
    async claim(now, leaseMs, limit) {
      const args = { now, until: now + leaseMs, lease: crypto.randomUUID(), limit };
      const taken = await session.all(claim, args, claimed.decode);
      return taken.sort((a, b) => a.receivedAt - b.receivedAt);
    },
    async complete(input, keepUntil) {
      await session.run(complete, { rows: session.encode(held, input), keepUntil });
    },
    async retry(input, at, errorCode) {
      await session.run(retry, { rows: session.encode(held, input), at, errorCode });
    },
    async wake(wanted, now) {
      const rows = session.encode(
        ids,
        [...new Set(wanted)].map((id) => ({ id })),
      );
      return rows.length === 0 ? 0 : (await session.run(wake, { rows, now })).affected;
    },
    deleteExpired: async (now, limit) => (await session.run(deleteExpired, { now, limit })).affected,
    async depth() {
      const { rows } = await session.run(depth, {});
      const oldest = rows[0]?.oldest ?? null;
      return { waiting: Number(rows[0]?.waiting ?? 0), oldestReceivedAt: oldest === null ? null : Number(oldest) };
    },
    listForReseal(prefix, limit) {
      return session.all(listForReseal, { rows: session.encode(current, [{ prefix }]), limit }, value.decode);
    },
    async reseal(id, sealed, was) {
      return (await session.run(reseal, { rows: session.encode(resealed, [{ id, sealed, was }]) })).affected > 0;
    },
    async deleteByObject(portalId, objectId) {
      const related = JSON.stringify(objectId);
      return (await session.run(deleteByObject, { portalId, objectId, related })).affected;
    },
  };
}
