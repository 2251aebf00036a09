import type { RowId } from "../../ports/ids.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { ConflictRow } from "../../ports/sync-stores.ts";
import type { MaybeAsync } from "../../util/maybe-async.ts";
import type { FieldView } from "../observe/fields.ts";
import type { FieldPlan } from "../plan/types.ts";
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
 * Tells what is about to be decided between in the rows that wait: a side may have been edited again meanwhile, and what a
 * write covers has to be told somewhere. Answers the fields that have such a row: their conflict is told by it.
 */
export async function tellDecided(
  scope: SyncScope,
  localId: string,
  values: ReadonlyMap<string, BothValues>,
): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  if (values.size === 0) return told;
  const { tenant, name, deps } = scope;
  const { conflicts } = deps.storage;
  for (const { id, field, status, sealed } of await conflicts.byRecord(tenant, name, localId)) {
    const decided = values.get(field);
    if (decided === undefined || status !== "open") continue;
    if (sealed !== null) await conflicts.reseal(tenant, id, await sealValues(scope, id, decided), sealed);
    told.add(field);
  }
  return told;
}

/** Closes what waited for review of these fields: also a twin that a worker logged late, which had stood still. */
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

/**
 * Closes the conflicts of fields that `bases` says wait no longer, with the side that was written. Before the pair says so:
 * killed in between, it waits for a row that is closed, and the next look sees that.
 */
export async function closeWritten(
  scope: SyncScope,
  { link, fields }: { readonly link: LinkRow; readonly fields: readonly FieldPlan[] },
  bases: LinkRow["base"],
): Promise<void> {
  const winners = fields.flatMap(({ view, action }) => {
    const base = bases[view.field.name];
    if (view.base?.parked === undefined || base === undefined || base.parked !== undefined) return [];
    return [[view.field.name, action === "push" ? "local" : action === "pull" ? "hubspot" : "merged"] as const];
  });
  await closeConflicts(scope, { localId: link.localId, winners: new Map(winners) });
}

/**
 * What a person decided and the other side refused still waits for them. What a rule decided does not: it would be
 * sent, and refused, at every look.
 */
export function stillWaiting({ decided, base }: FieldView): Pick<FieldBase, "parked"> {
  return decided === true && base?.parked !== undefined ? { parked: base.parked } : {};
}

/** A pair that never lives again has nothing to decide: what waited is closed, and nobody won. */
export async function closeAll(scope: SyncScope, { localId, base }: LinkRow): Promise<void> {
  const waiting = Object.keys(base).filter((name) => base[name]?.parked !== undefined);
  await closeConflicts(scope, { localId, winners: new Map(waiting.map((name) => [name, "parked" as const])) });
}
