import type { IntentRow } from "../../ports/intent-store.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { BoundField } from "../declare/bind.ts";
import { fieldAt } from "../mappings/field-at.ts";
import { hashOf } from "../observe/fields.ts";
import {
  blank,
  type FieldMoment,
  mayBeOurWrite,
  timelineOf,
  traceWrite,
  type WriteTrace,
} from "../observe/timeline.ts";
import { readHistories } from "../observe/times.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { baseOf, baseUnder, knownOf } from "./recover-base.ts";
import { type CoveredRepair, stands, takeHere } from "./recover-covered.ts";
import type { Recovered, SentIntent } from "./recovered.ts";
import { type Repair, repair } from "./repair.ts";
import { isOursIn, settling } from "./settle-list.ts";
import type { Tally } from "./tally.ts";

/**
 * Writes to HubSpot that may have landed: the history check, from hashes alone. What landed becomes the base; an edit
 * it covered is put back unless the rule prefers ours; what did not land is left to be planned again.
 */
export async function recoverPushes(
  scope: SyncScope,
  session: Session,
  items: readonly SentIntent[],
  tally: Tally,
): Promise<readonly Recovered[]> {
  if (items.length === 0) return [];
  const properties = items.flatMap(({ intent }) =>
    Object.entries(intent.fields).flatMap(([name, hashes]) => fieldAt(scope.sync, name, hashes)?.properties ?? []),
  );
  const ids = items.map(({ intent, link }) => link?.hubspotId ?? intent.hubspotId ?? "");
  const records = await readHistories(scope, session, ids, [...new Set(properties)]);
  const mine = await stillOpen(scope, items);
  await scope.self.refresh();
  const repairs: CoveredRepair[] = [];
  const found = await Promise.all(
    items.map(async (item, i) => {
      const record = records.get(ids[i] ?? "");
      const { link } = item;
      if (link === null || record === undefined || !mine.has(item.intent.id))
        return { intent: item.intent, change: null };
      const fields = await recoverFields(scope, item, link, record, repairs, tally);
      return { intent: item.intent, change: Object.keys(fields).length === 0 ? null : { link, fields } };
    }),
  );
  if (scope.sync.declared.readOnly) {
    await takeHere(scope, repairs, tally);
    return found;
  }
  const open = await repair(scope, session, repairs);
  return found.map((one, i) => ({ ...one, open: open.has(items[i] as SentIntent) }));
}

/**
 * Asked after the histories were read: as long as the intent is open, no write of another worker is in them. One that
 * stood still meanwhile, while others recovered the intent and went on, would take their newest write for a repair.
 */
async function stillOpen(
  { deps, tenant, name }: SyncScope,
  items: readonly SentIntent[],
): Promise<ReadonlySet<string>> {
  const localIds = items.flatMap(({ intent }) => intent.localId ?? []);
  if (localIds.length === 0) return new Set();
  const rows = await deps.storage.intents.byRecord(tenant, name, localIds, []);
  return new Set(rows.map(({ id }) => id));
}

async function recoverFields(
  scope: SyncScope,
  item: SentIntent,
  link: LinkRow,
  record: RemoteRecord,
  repairs: CoveredRepair[],
  tally: Tally,
): Promise<Record<string, FieldBase>> {
  const bases: Record<string, FieldBase> = {};
  // What is in the intent is hashed under the row's own id, which the pair may have left since.
  const isHeirs = item.intent.localId !== link.localId;
  for (const [name, hashes] of Object.entries(item.intent.fields)) {
    const field = fieldAt(scope.sync, name, hashes);
    if (field === undefined || record.history === undefined) continue;
    const timeline = timelineOf(field, record.history);
    const base = baseUnder(link, field);
    const trace = await traceOf(scope, item.intent, field, timeline);
    const { landed, covered, standing } = trace;
    const given = base?.givenUp?.sent === hashes.sent;
    if (base !== undefined && (given || landed === null)) {
      const { givenUp: _, ...rest } = base;
      const now = field.looseRemote(timeline.at(-1)?.values ?? blank(field));
      const isThere = () => scope.deps.hasher.matches(hashes.sent, hashOf(scope, link.localId, name), now);
      // Its request may be under way for ever so long: whoever finds its value there is to look what it covered. But where it
      // is there already, made by somebody else, ours would leave no version. A row made anew has other hashes than these.
      const waits = landed === null && !isHeirs && !(await isThere());
      const givenUp = { ...hashes, readAt: item.intent.readAt };
      if (given || waits) bases[name] = waits ? { ...rest, givenUp } : rest;
    }
    if (landed === null) continue;
    await learnFrom(scope, landed, item.intent.readAt);
    const where = { item, hubspotId: record.id, field };
    if (field.rule === "union") {
      const local = scope.sync.fields.includes(field) ? item.local : null;
      const settle = settling(scope, {
        link,
        field,
        base,
        readAt: hashes.repairedAt ?? item.intent.readAt,
        agrees: !isHeirs && hashes.repairedAt === undefined,
        local,
        sent: hashes.elements,
        sentBy: item.intent.localId ?? "",
        knewAll: false,
        trace,
      });
      const { back, base: settled, again } = await settle(timeline);
      if (back !== null) repairs.push({ ...where, from: back.ours, ...back, again });
      if (settled !== null && base?.parked === undefined) bases[name] = settled;
      continue;
    }
    const known = base === undefined ? [] : await knownOf(scope, link, field, base, timeline, landed, hashes.read);
    const wentOn = known.length > 0;
    const over = coveredByRepair(scope, field, timeline, landed, known);
    if (over !== null && (!wentOn || cameLate(field, timeline, landed, covered, over)))
      repairs.push({ ...where, from: landed, ...over });
    if (wentOn || (over === null && undone(field, timeline, trace))) continue;
    if (covered !== null && standing && !(await stands(scope, item, link, field, covered, hashes.baseLocal, tally))) {
      repairs.push({ ...where, from: trace.read, ours: landed, theirs: covered });
      // In its place stands what was sent, which both sides are then said to have agreed on: else it would look like an edit.
      if (!scope.sync.declared.readOnly) continue;
    }
    // Under other properties by now, both sides may have agreed on something there: what was sent to these says nothing of it.
    if (base === undefined && !scope.sync.fields.includes(field)) continue;
    // A conflict that waits already knows both sides, and this write came after it was parked: its base stays.
    if (link.base[name]?.parked !== undefined) continue;
    if (!isHeirs) bases[name] = await baseOf(scope, link, field, hashes, landed);
    // No edit of HubSpot's side, and what was agreed on here is not known: the row was made anew after it, and stands.
    else if (base !== undefined && landed === timeline.at(-1)) {
      const remote = await scope.deps.hasher.hash(
        hashOf(scope, link.localId, name),
        field.canonicalRemote(landed.values),
      );
      bases[name] = { ...base, local: "", remote };
    }
  }
  return bases;
}

/**
 * Whether the newest value is the one that was sent, or one that a repair of it puts back, and covers what came later:
 * it went out before that. Somebody who typed the same again meanwhile looks alike, and is much the rarer.
 */
function cameLate(
  field: BoundField,
  timeline: readonly FieldMoment[],
  landed: FieldMoment,
  covered: FieldMoment | null,
  { ours, theirs }: Pick<Repair, "ours" | "theirs">,
): boolean {
  const canonical = field.canonicalRemote(ours.values);
  const before = timeline.slice(timeline.indexOf(landed), timeline.indexOf(theirs));
  return [...before, covered ?? landed].some(({ values }) => field.canonicalRemote(values) === canonical);
}

/** The answer to this write was lost, but its version in the history tells how ours are signed. */
async function learnFrom(scope: SyncScope, landed: FieldMoment, readAt: number): Promise<void> {
  const ours = landed.versions.at(-1);
  if (ours !== undefined && landed.at > readAt) await scope.self.learn(ours, scope.deps.clock.now());
}

async function traceOf(
  scope: SyncScope,
  { localId, fields, readAt }: IntentRow,
  field: BoundField,
  timeline: readonly FieldMoment[],
): Promise<WriteTrace> {
  const of = hashOf(scope, localId ?? "", field.name);
  const { read = "", sent = "", repairedAt } = fields[field.name] ?? {};
  const { hasher } = scope.deps;
  const byUs = mayBeOurWrite(field, scope.self);
  return traceWrite({
    field,
    timeline,
    readAt: repairedAt ?? readAt,
    wasRead: async (values) => hasher.matches(read, of, field.canonicalRemote(values)),
    // Loosely, for HubSpot may have normalised it. An app's signature proves nothing: another worker of ours may have written.
    isWritten: async (moment) => byUs(moment) && hasher.matches(sent, of, field.looseRemote(moment.values)),
  });
}

/** Whether a repair put the covered value back before the crash: both sides are as they were, and so is the base. */
function undone(field: BoundField, timeline: readonly FieldMoment[], { covered, standing }: WriteTrace): boolean {
  const now = timeline.at(-1);
  if (covered === null || standing || now === undefined) return false;
  return field.canonicalRemote(now.values) === field.canonicalRemote(covered.values);
}

/** What a repair covered that came on top of ours: an edit, or what the pair knows and went on to. HubSpot's newest, put back. */
function coveredByRepair(
  scope: SyncScope,
  field: BoundField,
  timeline: readonly FieldMoment[],
  landed: FieldMoment,
  known: readonly FieldMoment[],
): Pick<Repair, "ours" | "theirs"> | null {
  const byUs = isOursIn(scope);
  const after = timeline.slice(timeline.indexOf(landed) + 1);
  const ours = after.at(-1);
  if (ours === undefined || !byUs(ours)) return null;
  const isOther = ({ values }: FieldMoment) => field.canonicalRemote(values) !== field.canonicalRemote(ours.values);
  const theirs = after.findLast((moment) => !byUs(moment) || (known.includes(moment) && isOther(moment)));
  return theirs !== undefined && isOther(theirs) ? { ours, theirs } : null;
}
