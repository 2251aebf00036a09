import type { EngagementEventRow, EngagementScoreRow, EngagementStore, EpochMs, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import { call, type Session } from "../sql/session.ts";
import { type Statement, statement } from "../sql/statement.ts";

const events = table<EngagementEventRow>("hubspoke_engagement_events", {
  id: "text",
  tenant: "text",
  portalId: "text",
  contactId: "text",
  type: "text",
  eventId: "text",
  at: "integer",
});
/** Scores are JSON because fractions come back exactly everywhere then; what is asked of them has columns of its own. */
const score = {
  tenant: "text",
  portalId: "text",
  contactId: "text",
  score: "json",
  counts: "json",
  pushedScore: "json",
  updatedAt: "integer",
  version: "integer",
} as const;
const scores = table<EngagementScoreRow>("hubspoke_engagement_scores", score);
const asked = table<EngagementScoreRow & { readonly unpushed: number; readonly scored: number }>(
  "hubspoke_engagement_scores",
  { ...score, unpushed: "integer", scored: "integer" },
);
const eventList = sql.raw(events.list);
const scoreList = sql.raw(scores.list);

type Rows = ReturnType<Session["encode"]>;
interface Contact {
  readonly tenant: Tenant;
  readonly portalId: string;
  readonly contactId: string;
}

const record = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(events.columns)}
    insert into hubspoke_engagement_events (${eventList}) select ${eventList} from input where true
    on conflict (tenant, event_id, type) do nothing returning tenant, id`,
);

const ofContact = statement<Contact & { since: EpochMs; limit: number }>(
  ({ atMost, value }) => sql`
    select ${eventList} from hubspoke_engagement_events
    where tenant = ${value("tenant")} and portal_id = ${value("portalId")} and contact_id = ${value("contactId")}
      and at >= ${value("since")}
    order by at desc, id desc ${atMost("limit")}`,
);

const get = statement<Contact>(
  ({ value }) => sql`
    select ${scoreList} from hubspoke_engagement_scores
    where tenant = ${value("tenant")} and portal_id = ${value("portalId")} and contact_id = ${value("contactId")}`,
);

const insert = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(asked.columns)}
    insert into hubspoke_engagement_scores (${sql.raw(asked.list)})
      select tenant, portal_id, contact_id, score, counts, pushed_score, updated_at, 1, unpushed, scored
      from input where true
    on conflict (tenant, portal_id, contact_id) do nothing`,
);

const update = statement<{ rows: Rows }>(
  ({ input }) => sql`
    with ${input(asked.columns)}
    update hubspoke_engagement_scores set
      score = input.score, counts = input.counts, pushed_score = input.pushed_score, updated_at = input.updated_at,
      version = hubspoke_engagement_scores.version + 1, unpushed = input.unpushed, scored = input.scored
    from input
    where hubspoke_engagement_scores.tenant = input.tenant
      and hubspoke_engagement_scores.portal_id = input.portal_id
      and hubspoke_engagement_scores.contact_id = input.contact_id
      and hubspoke_engagement_scores.version = input.version`,
);

const unpushed = statement<{ tenant: Tenant; limit: number }>(
  ({ atMost, value }) => sql`
    select ${scoreList} from hubspoke_engagement_scores where tenant = ${value("tenant")} and unpushed = 1
    order by updated_at, contact_id ${atMost("limit")}`,
);

const outdated = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value }) => sql`
    select ${scoreList} from hubspoke_engagement_scores
    where tenant = ${value("tenant")} and scored = 1 and updated_at < ${value("before")}
    order by updated_at, contact_id ${atMost("limit")}`,
);

const [deleteEvents, deleteScore] = [events.name, scores.name].map((name) =>
  statement<Contact>(
    ({ value }) => sql`
      delete from ${sql.raw(name)}
      where tenant = ${value("tenant")} and portal_id = ${value("portalId")} and contact_id = ${value("contactId")}`,
  ),
) as [Statement<Contact>, Statement<Contact>];

const deleteBefore = statement<{ tenant: Tenant; before: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_engagement_events where ${picked(
      (row) => sql`
        select ${row} from hubspoke_engagement_events where tenant = ${value("tenant")} and at < ${value("before")}
        order by at ${atMost("limit")}`,
    )}`,
);

export function engagementStore(session: Session): EngagementStore {
  return {
    async record(input) {
      const { rows } = await session.run(record, { rows: session.encode(events, input) });
      const fresh = new Set(rows.map((row) => JSON.stringify([row.tenant, row.id])));
      return input.map(({ tenant, id }) => (fresh.delete(JSON.stringify([tenant, id])) ? "new" : "seen"));
    },
    events: (tenant, portalId, contactId, since, limit) =>
      session.all(ofContact, { tenant, portalId, contactId, since, limit }, events.decode),
    score: (tenant, portalId, contactId) => session.one(get, { tenant, portalId, contactId }, scores.decode),
    async putScore(row) {
      const full = { ...row, unpushed: Number(row.pushedScore !== row.score), scored: Number(row.score > 0) };
      const rows = session.encode(asked, [full]);
      const { affected } = await session.run(row.version === 0 ? insert : update, { rows });
      return affected > 0 ? "written" : "stale";
    },
    unpushed: (tenant, limit) => session.all(unpushed, { tenant, limit }, scores.decode),
    outdated: (tenant, before, limit) => session.all(outdated, { tenant, before, limit }, scores.decode),
    async deleteByContact(tenant, portalId, contactId) {
      const contact = { tenant, portalId, contactId };
      const results = await session.batch([call(deleteEvents, contact), call(deleteScore, contact)]);
      return results.reduce((sum, { affected }) => sum + affected, 0);
    },
    deleteBefore: async (tenant, before, limit) =>
      (await session.run(deleteBefore, { tenant, before, limit })).affected,
  };
}
