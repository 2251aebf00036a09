import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { CrmPort } from "../ports/crm.ts";
import type { EngagementScoreRow, EngagementStore } from "../ports/engagement-store.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { EngagementService } from "./engagement.ts";

export interface PushDeps {
  readonly store: EngagementStore;
  readonly crm: Pick<CrmPort, "portalOf" | "updateMany">;
  readonly refresh: EngagementService["refresh"];
  readonly tenants: () => Promise<readonly Tenant[]>;
  readonly logger: Logger;
  /** The contact property scores are written to; absent: they stay here. */
  readonly property: string | undefined;
}

/** Scores that one call to HubSpot takes. */
const batchSize = 100;
/** Scores fade: those older than this are computed anew. */
const freshMs = 86_400_000;
const everyMs = 300_000;

/** The worker's job that lets scores fade and tells HubSpot of those that changed. */
export function engagementJob({ store, crm, refresh, tenants, logger, property }: PushDeps): Job {
  async function fade(tenant: Tenant, now: EpochMs): Promise<number> {
    const rows = await store.outdated(tenant, now - freshMs, batchSize);
    for (const { portalId, contactId } of rows) await refresh(tenant, portalId, contactId);
    return rows.length;
  }

  /** True where another batch waits. */
  async function push(tenant: Tenant, into: string, signal: AbortSignal): Promise<number> {
    const rows = await store.unpushed(tenant, batchSize);
    if (rows.length === 0) return 0;
    const portalId = await crm.portalOf(tenant);
    // HubSpot shows whole points; a score that only faded by a fraction needs no call. Another portal's rows are history.
    const [changed, same] = split(
      rows,
      (row) =>
        row.portalId === portalId &&
        (row.pushedScore === null || Math.round(row.pushedScore) !== Math.round(row.score)),
    );
    const inputs = changed.map(({ contactId, score }) => ({
      id: contactId,
      properties: { [into]: String(Math.round(score)) },
    }));
    const scope = { tenant, lane: "backfill", signal } as const;
    const outcomes = inputs.length === 0 ? [] : await crm.updateMany(scope, "contacts", inputs);
    const settled: EngagementScoreRow[] = [...same];
    let failed: HubspokeError | null = null;
    for (const outcome of outcomes) {
      const row = changed[outcome.index];
      if (row === undefined) continue;
      // Gone or merged away: nobody is left to tell.
      if (outcome.ok || outcome.code === "NOT_FOUND" || outcome.code === "OMITTED") settled.push(row);
      else failed ??= outcome.error ?? refused(outcome.code, into);
    }
    for (const row of settled) await store.putScore({ ...row, pushedScore: row.score });
    if (failed !== null) throw failed;
    logger.debug("engagement.pushed", { tenant, contacts: changed.length });
    return rows.length;
  }

  return {
    name: "engagement",
    async run({ now, signal }) {
      let [did, more] = [0, false];
      let failed: { readonly error: unknown } | null = null;
      for (const tenant of await tenants()) {
        if (signal.aborted) break;
        try {
          const faded = await fade(tenant, now);
          const pushed = property === undefined ? 0 : await push(tenant, property, signal);
          did += faded + pushed;
          more ||= faded === batchSize || pushed === batchSize;
        } catch (error) {
          // The job fails, and is told; but not before every other tenant had its turn.
          failed ??= { error };
        }
      }
      if (failed !== null) throw failed.error;
      return { did, nextAt: more ? now : now + everyMs };
    },
  };
}

function refused(code: string, property: string): HubspokeError {
  return new HubspokeError(
    "VALIDATION_FAILED",
    `VALIDATION_FAILED: HubSpot does not take scores in the contact property "${property}" (${code}); make it a number property with hubspoke.schema(…)`,
    { details: { property } },
  );
}

function split<T>(items: readonly T[], yes: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(yes), items.filter((item) => !yes(item))];
}
