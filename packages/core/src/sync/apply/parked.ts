import type { RowId } from "../../ports/ids.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { ConflictRow } from "../../ports/sync-stores.ts";
import type { MaybeAsync } from "../../util/maybe-async.ts";
import type { SyncScope } from "../scope.ts";

/** What both sides held, as a conflict's row keeps it. */
export interface BothValues {
  readonly local: LocalValue;
  readonly hubspot: LocalValue;
}

/** Fields of one record whose conflicts wait no longer, and who won. */
export interface Unparked {
  readonly localId: string;
  readonly winners: ReadonlyMap<string, ConflictRow["winner"]>;
  /** What was decided between, where that was decided: a side may have been edited again while it waited. */
  readonly values?: ReadonlyMap<string, BothValues>;
}

/** One alert for all conflicts of a sync that wait for a person, closed with the last of them. */
export const reviewAlert = (sync: string): string => `sync.conflict_review:${sync}`;

export function sealValues(
  { deps, tenant }: SyncScope,
  id: RowId,
  { local, hubspot }: BothValues,
): MaybeAsync<Uint8Array> {
  return deps.sealer.sealJson({ tenant, table: "conflicts", column: "sealed", rowId: id }, { local, hubspot });
}

/**
 * Closes what waited for review of these fields: also a twin that a worker logged late, which had stood still. Answers
 * the fields of which a row was closed: their conflict is told by that row.
 */
export async function closeConflicts(
  scope: SyncScope,
  { localId, winners, values }: Unparked,
): Promise<ReadonlySet<string>> {
  const closed = new Set<string>();
  if (winners.size === 0) return closed;
  const { tenant, name, deps } = scope;
  const { conflicts } = deps.storage;
  for (const { id, field, status, sealed } of await conflicts.byRecord(tenant, name, localId)) {
    const winner = winners.get(field);
    if (winner === undefined || status !== "open") continue;
    // The values first: what a write is about to cover has to be told somewhere.
    const decided = values?.get(field);
    if (decided !== undefined && sealed !== null)
      await conflicts.reseal(tenant, id, await sealValues(scope, id, decided), sealed);
    if (await conflicts.resolve(tenant, id, winner)) closed.add(field);
  }
  if (closed.size === 0) return closed;
  const waiting = await conflicts.list({ tenant, sync: name, status: "open", limit: 1 });
  if (waiting.items.length === 0) await deps.alerts?.clear?.(tenant, reviewAlert(name));
  return closed;
}

/** A pair that never lives again has nothing to decide: what waited is closed, and nobody won. */
export async function closeAll(scope: SyncScope, { localId, base }: LinkRow): Promise<void> {
  const waiting = Object.keys(base).filter((name) => base[name]?.parked !== undefined);
  await closeConflicts(scope, { localId, winners: new Map(waiting.map((name) => [name, "parked" as const])) });
}
