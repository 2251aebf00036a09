import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { groupBy } from "../../util/group-by.ts";
import type { BoundField } from "../declare/bind.ts";
import { hashOf } from "../observe/fields.ts";
import type { FieldMoment } from "../observe/timeline.ts";
import type { SyncScope } from "../scope.ts";
import { conflictWith, decisionOn, oursStands } from "./covered.ts";
import { withEdit } from "./covered-list.ts";
import type { Repair } from "./repair.ts";
import type { Tally } from "./tally.ts";
import { writeLocally } from "./write-locally.ts";

/** A write to HubSpot that may have landed, and its record as it is now. */
export interface SentIntent {
  readonly intent: IntentRow;
  readonly link: LinkRow | null;
  readonly local: LocalRecord | null;
}

/** An edit to put back, and the state it was made to. */
export interface CoveredRepair extends Repair<SentIntent> {
  readonly from: FieldMoment | null;
}

/**
 * Whether the rule took ours, or would have: that is logged, once. It can be asked only while the local side still holds
 * what was sent; after another edit the conflict is planned anew.
 */
export async function stands(
  scope: SyncScope,
  link: LinkRow,
  local: LocalRecord | null,
  field: BoundField,
  covered: FieldMoment,
  baseLocal: string,
  tally: Tally,
): Promise<boolean> {
  const { localId, hubspotId } = link;
  const logged = await scope.deps.storage.conflicts.byRecord(scope.tenant, scope.name, localId);
  // The worker that died may have come as far as that, and its row may have been replaced since.
  if (logged.some((row) => row.field === field.name && row.winner === "local" && row.remoteAt?.[0] === covered.at))
    return true;
  if (local === null) return false;
  const value = local.values[field.name] ?? null;
  const of = hashOf(scope, local.id, field.name);
  if (!(await scope.deps.hasher.matches(baseLocal, of, field.canonicalLocal(value)))) return false;
  const seen = { link, local, readAt: scope.deps.clock.now() };
  const conflict = oursStands({ localId, hubspotId, field, value, covered, seen });
  if (conflict !== null) await tally.conflicts([conflict]);
  return conflict !== null;
}

/**
 * `readOnly` writes nothing to HubSpot, not even a covered edit back. Where the rule takes that edit it is kept here, and
 * travels when something may again; where it cannot be, both values are in the conflict. Kept for later it would lock the
 * record meanwhile, and `readOnly` may be for good.
 */
export async function takeHere(scope: SyncScope, repairs: readonly CoveredRepair[], tally: Tally): Promise<void> {
  const readAt = scope.deps.clock.now();
  const met = repairs.map(({ item, hubspotId, field, from, theirs }) => {
    const { link, local, intent } = item;
    const seen = { link, local, readAt };
    const value = local?.values[field.name] ?? null;
    const edit = { localId: intent.localId ?? "", hubspotId, field, value, covered: theirs, seen };
    const here = { ...theirs, values: field.encode(value) };
    return { item, edit, decision: decisionOn(edit), wanted: withEdit(field, here, from, theirs) };
  });
  const taken = met.flatMap(({ item: { local }, edit: { field }, decision, wanted }) => {
    // The column of a field that has other properties by now travels to those: what these held is not its value.
    if (local === null || !scope.sync.fields.includes(field)) return [];
    if (decision.kind !== "pull" && decision.kind !== "merge") return [];
    const value = decision.kind === "merge" && field.rule !== "union" ? decision.value : field.decode(wanted.values);
    return [{ local, values: { [field.name]: value } }];
  });
  const records = [...groupBy(taken, ({ local }) => local)];
  const written = await writeLocally(
    scope,
    records.map(([{ id, version }, fields]) => {
      const values = Object.assign({}, ...fields.map((one) => one.values));
      return { kind: "update", id, expectedVersion: version, values };
    }),
  );
  const kept = new Set(records.flatMap(([{ id }], i) => (written[i]?.outcome === "written" ? [id] : [])));
  await tally.conflicts(
    met.map(({ item: { local }, edit, decision }) => {
      const isTaken = taken.some((one) => one.local === local && edit.field.name in one.values);
      const isKept = isTaken && kept.has(local?.id ?? "");
      const own = "conflict" in decision ? decision.conflict : undefined;
      const settlement = isKept || decision.kind === "push" ? own : undefined;
      const winner = isKept ? "hubspot" : "local";
      return { ...conflictWith(edit), settlement: settlement ?? { rule: "read-only", winner } };
    }),
  );
}
