import { decideField } from "../../conflict/decide.ts";
import type { EditTimes } from "../../conflict/types.ts";
import type { BoundSync } from "../declare/bind.ts";
import type { FieldView } from "../observe/fields.ts";
import type { Pair } from "../observe/pair.ts";
import type { FieldPlan, RecordPlan } from "./types.ts";

/**
 * What is to be done to one record, from the pair as it was read, its fields compared with their base, and (only for
 * fields whose rule asked) both sides' edit times. Pure: no clock, no store, no call.
 */
export function planRecord(
  sync: BoundSync,
  pair: Pair,
  views: readonly FieldView[],
  times: ReadonlyMap<string, EditTimes> = new Map(),
): RecordPlan {
  const { link, local, remote } = pair;
  // Before anything else: what takes no part is not deleted, either.
  if (!accepted(sync, pair)) return { kind: "skip", pair, reason: "filtered" };
  if (link !== null && !isLive(pair)) return planAbsent(sync, pair);
  if (local === null && remote === null) return { kind: "skip", pair, reason: pair.unmatched ?? "gone" };
  if (link !== null && remote !== null && remote.id !== link.hubspotId)
    return { kind: "relink", pair, hubspotId: remote.id };
  if (local !== null && remote !== null) return planFields(pair, views, times);
  if (pair.unmatched !== undefined) return { kind: "skip", pair, reason: pair.unmatched };
  return planCreate(sync, pair);
}

function isLive({ link, local, remote }: Pair): boolean {
  if (local === null || remote === null || remote.archived) return false;
  // Restored in HubSpot, or there again locally: the pair lives again, with the base it had.
  return link?.state === "linked" || link?.state === "remote-archived" || link?.state === "local-deleted";
}

function planAbsent({ declared }: BoundSync, pair: Pair): RecordPlan {
  const { link, local, remote } = pair;
  const remoteGone = remote === null || remote.archived;
  // Archived by us, and HubSpot's API restores nothing.
  const archivedByUs = link?.state === "local-deleted" && declared.deletes.fromLocal === "archive";
  if (archivedByUs && remoteGone && local !== null) return { kind: "returned", pair };
  if (link?.state !== "linked") return { kind: "skip", pair, reason: "unlinked" };
  if (remoteGone && local === null) return { kind: "gone", pair, side: "both", policy: "unlink" };
  return remoteGone
    ? { kind: "gone", pair, side: "hubspot", policy: declared.deletes.fromHubspot }
    : { kind: "gone", pair, side: "local", policy: declared.deletes.fromLocal };
}

function accepted({ declared: { filters } }: BoundSync, { local, remote }: Pair): boolean {
  if (remote !== null && filters.hubspot?.accept(remote.values) === false) return false;
  return local === null || filters.local === undefined || filters.local(local.values);
}

function planCreate({ declared, fields }: BoundSync, pair: Pair): RecordPlan {
  if (pair.remote !== null) {
    if (pair.remote.archived) return { kind: "skip", pair, reason: "gone" };
    const writes = declared.create.inLocal && fields.some((field) => field.direction !== "to-hubspot");
    return writes ? { kind: "create-local", pair } : { kind: "skip", pair, reason: "create-off" };
  }
  if (declared.readOnly) return { kind: "skip", pair, reason: "read-only" };
  const writes = declared.create.inHubspot !== false && fields.some((field) => field.direction !== "from-hubspot");
  return writes ? { kind: "create-hubspot", pair } : { kind: "skip", pair, reason: "create-off" };
}

function planFields(pair: Pair, views: readonly FieldView[], times: ReadonlyMap<string, EditTimes>): RecordPlan {
  const fields: FieldPlan[] = [];
  const wanted: string[] = [];
  const oscillating: string[] = [];
  for (const view of views) {
    const plan = planField(view, times.get(view.field.name), pair.heirOf !== undefined);
    if (plan === "needs-times") wanted.push(view.field.name);
    else if (plan !== null && swings(plan)) oscillating.push(view.field.name);
    else if (plan !== null) fields.push(plan);
  }
  if (wanted.length > 0) return { kind: "needs-times", pair, fields: wanted };
  const refused = views.filter(isRefused).map(({ field }) => field.name);
  const known = refused.length === 0 ? {} : { refused };
  const link = pair.link === null;
  const restored = pair.link !== null && pair.link.state !== "linked";
  if (oscillating.length > 0) return { kind: "fields", pair, link, fields, oscillating, ...known };
  return fields.length === 0 && !link && !restored
    ? { kind: "none", pair, ...known }
    : { kind: "fields", pair, link, fields, ...known };
}

function isRefused({ base, equal, local, remote }: FieldView): boolean {
  return base?.refused !== undefined && !equal && !local.changed && !remote.changed;
}

function swings({ action, view: { swinging } }: FieldPlan): boolean {
  return (action === "push" && swinging?.hubspot === true) || (action === "pull" && swinging?.local === true);
}

function planField(view: FieldView, times: EditTimes | undefined, isHeir: boolean): FieldPlan | "needs-times" | null {
  const { field, base } = view;
  const decision = decideField(view, field, times);
  const known = times === undefined ? {} : { times };
  switch (decision.kind) {
    case "needs-times":
      return "needs-times";
    case "keep":
      return view.aged === true ? { view, action: "rehash" } : null;
    case "absent":
      return null;
    case "hold":
      // Nothing is agreed on by it: remembered, the difference would stand when the source, or another direction, covers it.
      return base?.parked === undefined ? null : { view, action: "hold" };
    case "park":
      // It already waits for somebody: one row per conflict, not one per look. What a predecessor waited for is closed.
      return base?.parked === undefined || isHeir
        ? { view, action: "park", conflict: decision.conflict, ...known }
        : null;
    case "merge": {
      const canonical = field.canonicalLocal(decision.value);
      const { conflict } = decision;
      if (canonical === view.local.canonical) return { view, action: "push", conflict, ...known };
      if (canonical === view.remote.canonical) return { view, action: "pull", conflict, ...known };
      return { view, action: "merge", merged: decision.value, conflict, ...known };
    }
    case "push":
    case "pull":
      return { view, action: decision.kind, ...(decision.conflict && { conflict: decision.conflict }), ...known };
    default:
      return { view, action: decision.kind };
  }
}
