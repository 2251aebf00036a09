import type { LinkRow } from "../../ports/link-store.ts";
import type { ConflictRow } from "../../ports/sync-stores.ts";
import type { SyncScope } from "../scope.ts";

/** Fields of one record whose conflicts wait no longer, and who won. */
export interface Unparked {
  readonly localId: string;
  readonly winners: ReadonlyMap<string, ConflictRow["winner"]>;
}

/** One alert for all conflicts of a sync that wait for a person, closed with the last of them. */
export const reviewAlert = (sync: string): string => `sync.conflict_review:${sync}`;

/**
 * Closes what waited for review of these fields: also a twin that a worker logged late, which had stood still.
 */
export async function closeConflicts(scope: SyncScope, { localId, winners }: Unparked): Promise<void> {
  if (winners.size === 0) return;
  const { tenant, name, deps } = scope;
  const { conflicts } = deps.storage;
  let closed = false;
  for (const { id, field, status } of await conflicts.byRecord(tenant, name, localId)) {
    const winner = winners.get(field);
    if (winner !== undefined && status === "open") closed = (await conflicts.resolve(tenant, id, winner)) || closed;
  }
  if (!closed) return;
  const waiting = await conflicts.list({ tenant, sync: name, status: "open", limit: 1 });
  if (waiting.items.length === 0) await deps.alerts?.clear?.(tenant, reviewAlert(name));
}

/** A pair that never lives again has nothing to decide: what waited is closed, and nobody won. */
export async function closeAll(scope: SyncScope, { localId, base }: LinkRow): Promise<void> {
  const waiting = Object.keys(base).filter((name) => base[name]?.parked !== undefined);
  await closeConflicts(scope, { localId, winners: new Map(waiting.map((name) => [name, "parked" as const])) });
}
