import type { EpochMs } from "../../ports/ids.ts";
import type { IntentField } from "../../ports/intent-store.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord, LocalValue } from "../../ports/local-source.ts";
import { agreedBase, hashOf, refusedBase, sharedElements } from "../observe/fields.ts";
import { readLocal } from "../observe/gather.ts";
import { withSwing } from "../oscillation/swing.ts";
import type { FieldPlan } from "../plan/types.ts";
import type { Session, SyncScope } from "../scope.ts";
import { admit, markSent, refuseLate, release } from "./admit.ts";
import { sourceFailed } from "./at-fault.ts";
import { commitLinks, type LinkChange } from "./commit.ts";
import { intentRow, pullHashes } from "./intent.ts";
import { closeWritten, stillWaiting } from "./parked.ts";
import { again, busy, done, type RecordResult } from "./result.ts";
import type { Tally } from "./tally.ts";
import { type AdmittedFields, conflictsOf, type FieldsItem, fieldNames, valueToPull } from "./work-item.ts";
import { type WrittenLocally, writeLocally } from "./write-locally.ts";

/** A pull's result; when it is done, the rows as they are now, for the push that may follow. */
export interface Pulled {
  readonly result: RecordResult;
  readonly link: LinkRow;
  readonly local: LocalRecord;
  /** What the local side refused: its other half is not to be written either. */
  readonly refused: readonly FieldPlan[];
}

/**
 * Writes HubSpot's values to the local side, guarded by the version that was read. A write that finds the record
 * moved changes nothing and is planned again; a refused field is remembered as refused and the others still land.
 */
export async function pullFields(
  scope: SyncScope,
  session: Session,
  items: readonly FieldsItem[],
  tally: Tally,
): Promise<readonly Pulled[]> {
  if (items.length === 0) return [];
  const wanted = await Promise.all(items.map((item) => withIntent(scope, session, item)));
  const { admitted, until } = await admit(scope, session, wanted);
  await tally.conflicts(admitted.flatMap(conflictsOf));
  await markSent(scope, admitted);
  if (admitted.length > 0) refuseLate(scope, until);
  const written = await writeWithoutRefused(scope, admitted, () => refuseLate(scope, until));
  const changes = await Promise.all(admitted.map((item, i) => landed(scope, item, written[i] as Written)));
  const kept = changes.filter((change) => change !== null);
  for (const [i, item] of admitted.entries()) await closeWritten(scope, item, changes[i]?.fields ?? {});
  const rows = await commitLinks(scope, kept);
  const committed = new Map(kept.map((change, i) => [change.link.localId, rows[i] ?? null]));
  const unknown = admitted.filter((_, i) => written[i]?.result === null);
  const seen = await readLocal(
    scope,
    unknown.map(({ local }) => local.id),
  );
  // A row that could not be stored keeps its intent, and so does a record that moved at a write of unknown outcome:
  // recovery finds what landed.
  await release(
    scope,
    admitted.filter((item) =>
      unknown.includes(item)
        ? seen.get(item.local.id)?.version === item.local.version
        : committed.get(item.link.localId) !== null,
    ),
  );
  const byId = new Map(admitted.map((item, i) => [item.link.localId, { item, outcome: written[i] as Written }]));
  return items.map((item) => {
    const own = byId.get(item.link.localId);
    if (own === undefined) return { result: busy(scope), link: item.link, local: item.local, refused: [] };
    const row = committed.get(item.link.localId) ?? null;
    return report(scope, item, own.outcome, row, tally);
  });
}

async function withIntent(scope: SyncScope, session: Session, item: FieldsItem): Promise<AdmittedFields> {
  const fields = await Promise.all(
    item.fields.map(async (plan) => {
      const { field } = plan.view;
      const was = item.local.values[field.name] ?? null;
      const hashes = await pullHashes(scope, item.local.id, field, valueToPull(item, plan), was, item.remote.values);
      if (plan.action !== "merge") return [field.name, hashes] as const;
      // The first half of a merge agrees on nothing yet: the base moves when both sides have it.
      const { elements: _, ...half } = hashes;
      return [field.name, { ...half, baseLocal: "", ...(await leftOf(scope, item, plan)) }] as const;
    }),
  );
  const intent = intentRow(scope, {
    direction: "to-local",
    kind: "update",
    localId: item.link.localId,
    hubspotId: item.link.hubspotId,
    readAt: item.pair.readAt,
    fence: session.fence.token,
    fields: Object.fromEntries(fields),
  });
  return { ...item, intent };
}

interface Written {
  readonly result: WrittenLocally;
  readonly refused: readonly FieldPlan[];
}

/** Writes, and writes once more without the fields the source refused. */
async function writeWithoutRefused(
  scope: SyncScope,
  items: readonly AdmittedFields[],
  check: () => void,
): Promise<readonly Written[]> {
  const first = await writeLocal(
    scope,
    items,
    items.map((item) => item.fields),
    check,
  );
  const retried = items.flatMap((item, i) => {
    const result = first[i];
    if (result?.outcome !== "rejected" || result.fields.length === 0) return [];
    const rest = item.fields.filter(({ view }) => !result.fields.includes(view.field.name));
    return rest.length === item.fields.length
      ? []
      : [{ i, item, rest, refused: item.fields.filter((f) => !rest.includes(f)) }];
  });
  const again = retried.filter(({ rest }) => rest.length > 0);
  const second = await writeLocal(
    scope,
    again.map(({ item }) => item),
    again.map(({ rest }) => rest),
    check,
  );
  const later = new Map(again.map(({ i }, at) => [i, second[at] as WrittenLocally]));
  const refused = new Map(retried.map((retry) => [retry.i, retry.refused]));
  return items.map((_, i) => ({
    result: (later.has(i) ? later.get(i) : first[i]) ?? null,
    refused: refused.get(i) ?? [],
  }));
}

async function writeLocal(
  scope: SyncScope,
  items: readonly FieldsItem[],
  fields: readonly (readonly FieldPlan[])[],
  check: () => void,
): Promise<readonly WrittenLocally[]> {
  const writes = items.map((item, i) => {
    const values: Record<string, LocalValue> = {};
    for (const plan of fields[i] ?? []) values[plan.view.field.name] = valueToPull(item, plan);
    return { kind: "update" as const, id: item.local.id, expectedVersion: item.local.version, values };
  });
  return writeLocally(scope, writes, check);
}

/**
 * What of a list both sides knew is left once it was merged here. An element that one side had removed is on neither: put
 * in again in HubSpot before the other half arrives, it is new, and not one that was removed here.
 */
async function leftOf(scope: SyncScope, item: FieldsItem, plan: FieldPlan): Promise<Pick<IntentField, "elements">> {
  const { field, base } = plan.view;
  // What a row inherits is hashed under its predecessor's id until both sides agree.
  if (field.rule !== "union" || item.pair.heirOf !== undefined) return {};
  const lists = [valueToPull(item, plan), field.decode(item.remote.values)] as const;
  const of = hashOf(scope, item.local.id, field.name);
  return { elements: await sharedElements(scope, of, lists, base?.elements) };
}

/** What a pair remembers after the first half of a merged list: here it changed, in HubSpot it is as it was read. */
export function halfBase(
  name: string,
  base: FieldBase | null,
  { elements, baseRemote: remote = "" }: Partial<IntentField> = {},
  at?: EpochMs,
): Readonly<Record<string, FieldBase>> {
  if (base === null || elements === undefined) return {};
  const { since: _, ...before } = base;
  return { [name]: { ...before, remote, elements, ...(at !== undefined && { since: at }) } };
}

/** What the pair now remembers; null when nothing landed. */
async function landed(
  scope: SyncScope,
  item: AdmittedFields,
  { result, refused }: Written,
): Promise<LinkChange | null> {
  const { intent } = item;
  if (result === null) return null;
  const allRefused = result.outcome === "rejected" && refused.length === item.fields.length;
  if (result.outcome !== "written" && !allRefused) return null;
  const record = result.outcome === "written" ? result.record : item.local;
  const fields: Record<string, FieldBase> = {};
  for (const plan of item.fields) {
    const { field } = plan.view;
    const isRefused = refused.includes(plan);
    if (plan.action === "merge" && !isRefused) {
      Object.assign(fields, halfBase(field.name, plan.view.base, intent.fields[field.name], item.remote.updatedAt));
      continue;
    }
    const value = record.values[field.name] ?? null;
    const sides = [item.local.id, field, value, item.remote.values] as const;
    fields[field.name] = isRefused
      ? {
          ...(await refusedBase(scope, "LOCAL_REJECTED", item.link.base[field.name], ...sides)),
          ...stillWaiting(plan.view),
        }
      : withSwing(
          await agreedBase(scope, ...sides, item.remote.updatedAt),
          plan.view.base,
          "local",
          scope.deps.clock.now(),
        );
  }
  return { link: item.link, fields, state: "linked", seenAt: item.pair.readAt };
}

function report(
  scope: SyncScope,
  item: FieldsItem,
  { result, refused }: Written,
  row: LinkRow | null,
  tally: Tally,
): Pulled {
  const now = scope.deps.clock.now();
  const ids = { localId: item.link.localId, hubspotId: item.link.hubspotId };
  const kept = { link: item.link, local: item.local, refused };
  if (refused.length > 0) {
    tally.count("refused", refused.length);
    tally.log({ status: "error", action: "pull", ...ids, fields: fieldNames(refused), errorCode: "LOCAL_REJECTED" });
  }
  if (row !== null) {
    const wrote = item.fields.filter((plan) => !refused.includes(plan));
    if (wrote.length > 0) tally.log({ status: "success", action: "pull", ...ids, fields: fieldNames(wrote) });
    if (wrote.length > 0) tally.count("pulled");
    return { result: done, refused, link: row, local: result?.outcome === "written" ? result.record : item.local };
  }
  if (result === null) return { result: sourceFailed(scope), ...kept };
  switch (result.outcome) {
    case "rejected":
      return { result: { status: "failed", code: "LOCAL_REJECTED", fields: result.fields }, ...kept };
    case "written":
      return { result: again(now + scope.settings.leaseMs, "LINK_MOVED"), ...kept };
    default:
      return { result: again(now, result.outcome === "stale" ? "LOCAL_MOVED" : "LOCAL_GONE"), ...kept };
  }
}
