import type { IntentField, IntentRow } from "../../ports/intent-store.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { BoundField } from "../declare/bind.ts";
import { isSentUnder } from "../mappings/field-at.ts";
import { elementHashes, hashOf, isAged, isUnder, markOf } from "../observe/fields.ts";
import type { SyncScope } from "../scope.ts";
import { halfBase } from "./pull.ts";
import type { Recovered, SentIntent } from "./recovered.ts";
import type { Tally } from "./tally.ts";

/**
 * A write to the local side that was sent and may have landed. It was guarded by a version, so it landed whole or not
 * at all: one field that holds what was sent proves those that were edited since. A field that still holds what was
 * read is left as it was. Without proof, an edit of what was to be written came after ours, or ours would have been
 * stale: it is taken as made on top of HubSpot's value, and logged. Rules that weigh or merge both values need no such
 * guess: for them it stays a change on both sides.
 */
export async function recoverPull(
  scope: SyncScope,
  { intent, link, local }: SentIntent,
  tally: Tally,
): Promise<Recovered> {
  if (link === null || local === null) return { intent, change: null };
  // Of other properties by now, the field is compared anew, whatever both sides agreed on under those.
  const own = Object.entries(intent.fields).filter(([name, hashes]) => {
    const field = fieldOf(scope, name);
    return field !== undefined && isSentUnder(hashes, field);
  });
  const holds = await Promise.all(own.map(([name, hashes]) => holding(scope, local, fieldOf(scope, name), hashes)));
  const proved = holds.includes("sent");
  const guessed = holds.includes("read")
    ? []
    : own.filter(([name, { baseLocal }]) => baseLocal !== "" && onTop(scope, local, name, intent));
  // What waits for review is over, or waits on, at the next look: its base stays, or nobody would close its conflict.
  const landed = (proved ? own.filter((_, i) => holds[i] !== "read") : guessed).filter(
    ([name]) => link.base[name]?.parked === undefined,
  );
  const others = own.filter((one, i) => holds[i] === "other" && !landed.includes(one));
  const lists = await metSince(scope, link, local, others);
  if (landed.length === 0 && Object.keys(lists).length === 0) return { intent, change: null };
  if (!proved && landed.length > 0) {
    const fields = landed.map(([name]) => name);
    tally.log({ status: "skipped", action: "edited-after-pull", localId: local.id, hubspotId: link.hubspotId, fields });
  }
  const fields = Object.fromEntries(
    landed.flatMap(([name, hashes]): [string, FieldBase][] => {
      const { baseLocal, baseRemote, elements } = hashes;
      const [field, base] = [fieldOf(scope, name), link.base[name]];
      // The first half of a merge, whose other half is planned again.
      if (baseLocal === "")
        return Object.entries(halfBase(name, field && base && isUnder(base, field) ? base : null, hashes));
      return [
        [name, { local: baseLocal, remote: baseRemote, ...(elements && { elements }), ...(field && markOf(field)) }],
      ];
    }),
  );
  return { intent, change: { link, fields: { ...lists, ...fields }, ...(landed.length > 0 && { state: "linked" }) } };
}

/**
 * What both sides are known to hold of lists that were edited here since, whether our write landed or not: elements that
 * HubSpot held and that are here now. Taken out there, they would come back as an edit of this side. What neither holds is
 * forgotten: put in again there, it would be taken out as removed here.
 */
async function metSince(
  scope: SyncScope,
  link: LinkRow,
  local: LocalRecord,
  own: readonly (readonly [string, IntentField])[],
): Promise<Record<string, FieldBase>> {
  const met: Record<string, FieldBase> = {};
  for (const [name, { elements: sent }] of own) {
    const [field, base] = [fieldOf(scope, name), link.base[name]];
    if (field?.rule !== "union" || sent === undefined || base === undefined || base.parked !== undefined) continue;
    if (!isUnder(base, field) || base.local === "" || (await isAged(scope, { ...base, elements: sent }))) continue;
    const known = base.elements ?? [];
    const here = await elementHashes(scope, hashOf(scope, local.id, name), local.values[name] ?? null);
    const came = here.filter((hash) => sent.includes(hash) && !known.includes(hash));
    const left = known.filter((hash) => here.includes(hash) || sent.includes(hash));
    // Its list is of another moment than these: should it be as it was before, that is an edit.
    if (came.length > 0 || left.length < known.length)
      met[name] = { ...base, remote: "", elements: [...left, ...came] };
  }
  return met;
}

function fieldOf(scope: SyncScope, name: string): BoundField | undefined {
  return scope.sync.fields.find((field) => field.name === name);
}

async function holding(
  scope: SyncScope,
  local: LocalRecord,
  field: BoundField | undefined,
  { read, sent }: IntentField,
): Promise<"sent" | "read" | "other"> {
  if (field === undefined) return "other";
  const of = hashOf(scope, local.id, field.name);
  const canonical = field.canonicalLocal(local.values[field.name] ?? null);
  const { hasher } = scope.deps;
  if (await hasher.matches(read, of, canonical)) return "read";
  return (await hasher.matches(sent, of, canonical)) ? "sent" : "other";
}

/** Whether an edit of unknown order has to be taken as one made on top of ours. */
function onTop(scope: SyncScope, local: LocalRecord, name: string, intent: IntentRow): boolean {
  const rule = fieldOf(scope, name)?.rule;
  if (rule !== "hubspot" && rule !== "review" && typeof rule !== "function") return false;
  const at = local.fieldTimes?.[name] ?? local.updatedAt;
  return at === null || at >= intent.createdAt;
}
