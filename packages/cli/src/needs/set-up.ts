import type { Session } from "../base/session.ts";
import type { SetUp } from "./needed-scopes.ts";

/** What the session's set-up declares. */
export function setUpOf({ hubspoke, schema, uses }: Pick<Session, "hubspoke" | "schema" | "uses">): SetUp {
  return {
    syncs: hubspoke.syncs().map(({ definition }) => definition),
    declared: hubspoke.declared(),
    schema,
    uses,
  };
}
