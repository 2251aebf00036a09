import type { FieldRule } from "../../conflict/types.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Page, PageCursor, RowId } from "../../ports/ids.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { ConflictRow } from "../../ports/sync-stores.ts";
import { closeConflicts } from "../apply/parked.ts";
import { createTally } from "../apply/tally.ts";
import { createBreaker } from "../run/breaker.ts";
import { briefFence } from "../run/fence.ts";
import { createAllowance, createOutbound } from "../run/outbound.ts";
import type { Outcome } from "../run/outcome.ts";
import { settleUnclaimed } from "../run/outcomes.ts";
import { processBatch } from "../run/process.ts";
import type { SyncPlace, SyncScope } from "../scope.ts";

/** A conflict as people see it. Values only where they were asked for: they are opened from the sealed row. */
export type Conflict = Omit<ConflictRow, "sealed"> & {
  readonly values?: { readonly local: LocalValue; readonly hubspot: LocalValue };
};

/** Which conflicts to list. `values` shows both sides' values, which are personal data. */
export interface ConflictQuery {
  /** Default: both. */
  readonly status?: "open" | "resolved";
  /** Opens both sides' values, which are personal data. Default false. */
  readonly values?: boolean;
  /** `next` of the page before. */
  readonly after?: PageCursor;
  /** Default 50. */
  readonly limit?: number;
}

export async function listConflicts(scope: SyncPlace, query: ConflictQuery): Promise<Page<Conflict>> {
  const { tenant, name: sync, deps } = scope;
  const { status, after, limit = 50, values = false } = query;
  const page = await deps.storage.conflicts.list({
    tenant,
    sync,
    limit,
    ...(status && { status }),
    ...(after && { after }),
  });
  const items = await Promise.all(page.items.map((row) => shown(scope, row, values)));
  return { items, ...(page.next !== undefined && { next: page.next }) };
}

export async function shown(scope: SyncPlace, { sealed, ...row }: ConflictRow, values: boolean): Promise<Conflict> {
  if (!values || sealed === null) return row;
  const binding = { tenant: row.tenant, table: "conflicts", column: "sealed", rowId: row.id };
  return { ...row, values: (await scope.deps.sealer.openJson(binding, sealed)) as NonNullable<Conflict["values"]> };
}

/** How often a record that moved while it was looked at, or had been merged, is looked at again at once. */
const looks = 3;

/**
 * Settles a conflict that waits for review: the side taken is written to the other one, as both are now. Answers false
 * when it does not wait any more, and when the value could not be written: because the record is archived in HubSpot, the
 * sync may not write there, or the other side refuses it, which the sync's log tells. Then it still waits, or anew.
 */
export async function resolveConflict(scope: SyncScope, id: RowId, take: "local" | "hubspot"): Promise<boolean> {
  const { conflicts } = scope.deps.storage;
  const [row] = await conflicts.get(scope.tenant, [id]);
  if (row?.sync !== scope.name)
    throw new HubspokeError("NOT_FOUND", `sync "${scope.name}" has no conflict ${id}`, { details: { conflict: id } });
  if (row.status !== "open") return false;
  for (let look = 0; look < looks; look++) {
    // By the local id, which a merge does not change.
    const link = await linkOf(scope, row);
    if (link === null || !mayLive(link)) {
      await closeConflicts(scope, { localId: row.localId, winners: new Map([[row.field, "parked" as const]]) });
      return false;
    }
    const results = (await decide(scope, link, new Map([[row.field, take]]))).map(({ result }) => result);
    if (results.every(({ status }) => status === "done")) break;
    const now = scope.deps.clock.now();
    if (!results.every((result) => result.status === "done" || (result.status === "again" && result.at <= now)))
      return false;
  }
  const link = await linkOf(scope, row);
  if (link === null || link.state !== "linked") return false;
  if (link.base[row.field]?.parked !== undefined) return false;
  // Closed already when it was written; else an edit settled it before anybody decided.
  await closeConflicts(scope, { localId: row.localId, winners: new Map([[row.field, "merged" as const]]) });
  return true;
}

/** One look at the record under a person's decision. From HubSpot's side: both are read, whether or not the local one changed. */
async function decide(
  scope: SyncScope,
  link: LinkRow,
  rules: ReadonlyMap<string, FieldRule>,
): Promise<readonly Outcome[]> {
  const session = { lane: "interactive" as const, fence: briefFence(scope) };
  const tally = createTally(scope);
  const outbound = createOutbound(scope, session, tally, createAllowance(scope));
  const breaker = createBreaker(scope, () => scope.deps.storage.links.count(scope.tenant, scope.name));
  const candidate = { side: "remote" as const, key: link.hubspotId };
  const settled = await processBatch({ scope, session, tally, breaker, outbound }, [candidate], rules);
  const outcomes = [...settled, ...(await outbound.flush(true))];
  await tally.flush();
  await settleUnclaimed(scope, outcomes);
  return outcomes;
}

async function linkOf({ deps, tenant, name }: SyncScope, { localId }: ConflictRow): Promise<LinkRow | null> {
  return (await deps.storage.links.byLocalIds(tenant, name, [localId]))[0] ?? null;
}

/** An archived record may be restored; the others never come back as this pair. */
function mayLive({ state }: LinkRow): boolean {
  return state === "linked" || state === "remote-archived";
}
