import type { EpochMs, OAuthStateRow, OAuthStateStore } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { table } from "../sql/columns.ts";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

const states = table<OAuthStateRow>("hubspoke_oauth_states", {
  stateHash: "text",
  tenant: "text",
  sessionHash: "text",
  id: "text",
  sealed: "blob",
  expiresAt: "integer",
});
const list = sql.raw(states.list);

const put = statement<{ rows: ReturnType<Session["encode"]> }>(
  ({ input }) => sql`
    with ${input(states.columns)}
    insert into hubspoke_oauth_states (${list}) select ${list} from input where true`,
);

/** Reading and removing are one statement, so that of two callbacks with one state only one gets the row. */
const consume = statement<{ stateHash: string }>(
  ({ value }) => sql`
    delete from hubspoke_oauth_states where state_hash = ${value("stateHash")} returning ${list}`,
);

const deleteExpired = statement<{ now: EpochMs; limit: number }>(
  ({ atMost, value, picked }) => sql`
    delete from hubspoke_oauth_states where ${picked(
      (row) => sql`
        select ${row} from hubspoke_oauth_states where expires_at <= ${value("now")} order by expires_at ${atMost("limit")}`,
    )}`,
);

export function oauthStateStore(session: Session): OAuthStateStore {
  return {
    async put(row) {
      await session.run(put, { rows: session.encode(states, [row]) });
    },
    consume: (stateHash) => session.one(consume, { stateHash }, states.decode),
    deleteExpired: async (now, limit) => (await session.run(deleteExpired, { now, limit })).affected,
  };
}
