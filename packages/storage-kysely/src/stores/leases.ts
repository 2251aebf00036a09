import type { EpochMs, LeaseStore } from "@hubspoke/core/ports";
import { sql } from "kysely";
import type { Session } from "../sql/session.ts";
import { statement } from "../sql/statement.ts";

/** A released lease keeps its row: its fence must never be given out again. */
const acquire = statement<{ name: string; holder: string; now: EpochMs; until: EpochMs }>(
  ({ value }) => sql`
    insert into hubspoke_leases (name, holder, fence, until)
    values (${value("name")}, ${value("holder")}, 1, ${value("until")})
    on conflict (name) do update set
      holder = excluded.holder, fence = hubspoke_leases.fence + 1, until = excluded.until
    where hubspoke_leases.until <= ${value("now")}
    returning fence`,
);

const renew = statement<{ name: string; fence: number; now: EpochMs; until: EpochMs }>(
  ({ value }) => sql`
    update hubspoke_leases set until = case when until > ${value("until")} then until else ${value("until")} end
    where name = ${value("name")} and fence = ${value("fence")} and until > ${value("now")}`,
);

const release = statement<{ name: string; fence: number }>(
  ({ value }) => sql`
    update hubspoke_leases set until = 0 where name = ${value("name")} and fence = ${value("fence")}`,
);

const holds = statement<{ name: string; fence: number; now: EpochMs }>(
  ({ value }) => sql`
    select 1 as held from hubspoke_leases
    where name = ${value("name")} and fence = ${value("fence")} and until > ${value("now")}`,
);

export function leaseStore(session: Session): LeaseStore {
  return {
    acquire: (name, holder, now, ttlMs) =>
      session.one(acquire, { name, holder, now, until: now + ttlMs }, (row) => ({ fence: Number(row.fence) })),
    renew: async (name, fence, now, ttlMs) =>
      (await session.run(renew, { name, fence, now, until: now + ttlMs })).affected > 0,
    async release(name, fence) {
      await session.run(release, { name, fence });
    },
    holds: async (name, fence, now) => (await session.run(holds, { name, fence, now })).rows.length > 0,
  };
}
