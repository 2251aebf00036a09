import type { Decision } from "../../conflict/types.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord, LocalValue } from "../../ports/local-source.ts";
import { attempt } from "../../util/attempt.ts";
import { groupBy } from "../../util/group-by.ts";
import type { BoundField } from "../declare/bind.ts";
import { hashOf } from "../observe/fields.ts";
import type { FieldMoment } from "../observe/timeline.ts";
import type { SyncScope } from "../scope.ts";
import { type CoveredEdit, conflictWith, decisionOn, oursStands } from "./covered.ts";
import { withEdit } from "./list-words.ts";
import type { SentIntent } from "./recovered.ts";
import type { Repair } from "./repair.ts";
import type { Tally } from "./tally.ts";
import { writeLocally } from "./write-locally.ts";

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
  { intent, local }: SentIntent,
  link: LinkRow,
  field: BoundField,
  covered: FieldMoment,
  baseLocal: string,
  tally: Tally,
): Promise<boolean> {
  const { localId, hubspotId } = link;
  const sentBy = intent.localId ?? localId;
  const { conflicts } = scope.deps.storage;
  const ids = [...new Set([sentBy, localId])];
  const logged = await Promise.all(ids.map((id) => conflicts.byRecord(scope.tenant, scope.name, id)));
  // The worker that died may have come as far as that, and its row may have been replaced since.
  if (
    logged.flat().some((row) => row.field === field.name && row.winner === "local" && row.remoteAt?.[0] === covered.at)
  )
    return true;
  if (local === null) return false;
  const value = local.values[field.name] ?? null;
  const of = hashOf(scope, sentBy, field.name);
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
  const met = repairs.flatMap((one) => attempt(() => meet(scope, one)) ?? untold(one, tally));
  const taken = met.filter(({ value }) => value !== undefined);
  const records = [...groupBy(taken, ({ local }) => local)].flatMap(([local, some]) =>
    local ? [{ local, some }] : [],
  );
  const written = await writeLocally(
    scope,
    records.map(({ local: { id, version }, some }) => {
      const values = Object.fromEntries(some.map(({ edit, value = null }) => [edit.field.name, value]));
      return { kind: "update", id, expectedVersion: version, values };
    }),
  );
  const kept = new Set(records.flatMap(({ some }, i) => (written[i]?.outcome === "written" ? some : [])));
  await tally.conflicts(
    met.map((one) => {
      const own = "conflict" in one.decision ? one.decision.conflict : undefined;
      const settlement = kept.has(one) || one.decision.kind === "push" ? own : undefined;
      const winner = kept.has(one) ? "hubspot" : "local";
      return { ...conflictWith(one.edit), settlement: settlement ?? { rule: "read-only", winner } };
    }),
  );
}

interface Met {
  readonly local: LocalRecord | null;
  readonly edit: CoveredEdit;
  readonly decision: Decision;
  /** What is kept here, if anything is. */
  readonly value?: LocalValue;
}

/** What the rule says of a covered edit. */
function meet(scope: SyncScope, { item, hubspotId, field, from, theirs }: CoveredRepair): Met {
  const { link, local } = item;
  const seen = { link, local, readAt: scope.deps.clock.now() };
  const ours = local?.values[field.name] ?? null;
  const edit = { localId: link?.localId ?? "", hubspotId, field, value: ours, covered: theirs, seen };
  const decision = decisionOn(edit);
  const met = { local, edit, decision };
  // The column of a field that has other properties by now travels to those: what these held is not its value.
  if (local === null || !scope.sync.fields.includes(field)) return met;
  if (decision.kind === "merge" && field.rule !== "union") return { ...met, value: decision.value };
  if (decision.kind !== "pull" && decision.kind !== "merge") return met;
  const wanted = withEdit(field, { ...theirs, values: field.encode(ours) }, from, theirs);
  return { ...met, value: field.decode(wanted.values) };
}

/** A rule or codec of the host's that throws over one fails that edit alone: HubSpot's history of the property holds it still. */
function untold({ item: { link }, hubspotId, field }: CoveredRepair, tally: Tally): readonly never[] {
  const localId = link?.localId ?? null;
  const [action, errorCode] = ["covered-edit", "SYNC_RECORD_FAILED"];
  tally.log({ status: "error", action, localId, hubspotId, fields: [field.name], errorCode });
  return [];
}
