import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Page, PageCursor, RowId } from "../../ports/ids.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { ConflictRow } from "../../ports/sync-stores.ts";
import { createTally } from "../apply/tally.ts";
import { createBreaker } from "../run/breaker.ts";
import { briefFence } from "../run/fence.ts";
import { createOutbound } from "../run/outbound.ts";
import { settleUnclaimed } from "../run/outcomes.ts";
import { processBatch } from "../run/process.ts";
import type { SyncScope } from "../scope.ts";

/** A conflict as people see it. Values only where they were asked for: they are opened from the sealed row. */
export type Conflict = Omit<ConflictRow, "sealed"> & {
  readonly values?: { readonly local: LocalValue; readonly hubspot: LocalValue };
};

export interface ConflictQuery {
  readonly status?: "open" | "resolved";
  readonly values?: boolean;
  readonly after?: PageCursor;
  readonly limit?: number;
}

export async function listConflicts(scope: SyncScope, query: ConflictQuery): Promise<Page<Conflict>> {
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

export async function shown(scope: SyncScope, { sealed, ...row }: ConflictRow, values: boolean): Promise<Conflict> {
  if (!values || sealed === null) return row;
  const binding = { tenant: row.tenant, table: "conflicts", column: "sealed", rowId: row.id };
  return { ...row, values: (await scope.deps.sealer.openJson(binding, sealed)) as NonNullable<Conflict["values"]> };
}

/**
 * Settles a conflict that waits for review: the side taken is written to the other one, as both are now. Answers false
 * when it does not wait any more, and when the record could not be written just now; it then still waits, or anew.
 */
export async function resolveConflict(scope: SyncScope, id: RowId, take: "local" | "hubspot"): Promise<boolean> {
  const { conflicts, links } = scope.deps.storage;
  const row = await conflicts.get(scope.tenant, id);
  if (row === null || row.sync !== scope.name)
    throw new HubspokeError("NOT_FOUND", `sync "${scope.name}" has no conflict ${id}`, { details: { conflict: id } });
  if (row.status !== "open") return false;
  const session = { lane: "interactive" as const, fence: briefFence(scope) };
  const tally = createTally(scope);
  const outbound = createOutbound(scope, session, tally);
  const breaker = createBreaker(scope, await links.count(scope.tenant, scope.name));
  const rules = new Map([[row.field, take]]);
  // From HubSpot's side: both sides are read, whether or not the local one changed since.
  const candidate = { side: "remote" as const, key: row.hubspotId };
  const settled = await processBatch({ scope, session, tally, breaker, outbound }, [candidate], rules);
  const outcomes = [...settled, ...(await outbound.flush(true))];
  await tally.flush();
  await settleUnclaimed(scope, outcomes);
  if (outcomes.some(({ result }) => result.status !== "done")) return false;
  // Closed already when the plan still found the conflict; else an edit settled it before anybody decided.
  await conflicts.resolve(scope.tenant, id, "merged");
  return true;
}
