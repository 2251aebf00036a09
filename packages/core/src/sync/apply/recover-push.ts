import type { IntentRow } from "../../ports/intent-store.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { BoundField } from "../declare/bind.ts";
import { fieldAt } from "../mappings/field-at.ts";
import { hashOf, isUnder, markOf } from "../observe/fields.ts";
import { type FieldMoment, mayBeOurWrite, timelineOf, traceWrite, type WriteTrace } from "../observe/timeline.ts";
import { readHistories } from "../observe/times.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { agreedApart, isOursIn, missingOf, missingOfLate, missingOfRepairs, whoseIn } from "./covered-list.ts";
import { type CoveredRepair, type SentIntent, stands, takeHere } from "./recover-covered.ts";
import type { Recovered } from "./recovered.ts";
import { type Repair, repair } from "./repair.ts";
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
  for (const [name, hashes] of Object.entries(item.intent.fields)) {
    const field = fieldAt(scope.sync, name, hashes);
    if (field === undefined || record.history === undefined) continue;
    const timeline = timelineOf(field, record.history);
    const base = baseUnder(link, field);
    const trace = await traceOf(scope, item.intent, link, field, timeline);
    const { landed, covered, standing } = trace;
    if (landed === null) {
      // Its request may be under way for ever so long: whoever finds its value there is not to take it for an edit.
      if (base !== undefined) bases[name] = { ...base, sent: hashes.sent };
      continue;
    }
    await learnFrom(scope, landed, item.intent.readAt);
    const after = timeline.slice(timeline.indexOf(landed) + 1);
    const place = { from: trace.read, landed, read: hashes.read };
    const known = base === undefined ? [] : await knownOf(scope, link, field, base, timeline, place);
    const wentOn = known.length > 0;
    const isList = covered !== null && field.rule === "union";
    const over = coveredByRepair(scope, field, timeline, trace, known);
    const late =
      field.rule === "union" && wentOn ? missingOfLate(field, [landed, ...after], known, isOursIn(scope)) : null;
    const back = late ?? (over !== null && (!wentOn || cameLate(field, timeline, landed, covered, over)) ? over : null);
    const where = { item, hubspotId: record.id, field };
    if (back !== null) repairs.push({ ...where, from: field.rule === "union" ? back.ours : landed, ...back });
    // Who went on from what our write of a list had made had not seen what it covered.
    const isOlder = isList && !wentOn && !(await knewNoMore(scope, link, field, base, timeline, place));
    const missing =
      standing && isOlder ? null : missingOf(field, timeline, trace, whoseIn(scope, "ours"), back?.theirs);
    if (missing !== null) repairs.push({ ...where, from: missing.ours, ...missing });
    // Repairs put single elements back: a list that is what it was before ours was made so by people, who saw ours.
    if (wentOn || (over === null && field.rule !== "union" && undone(field, timeline, trace))) continue;
    // Ours stays in a list, and is what both agreed on, as when it is checked at once: unless they have agreed on more since.
    if (isOlder && !standing) continue;
    if (
      covered !== null &&
      standing &&
      (!isList || isOlder) &&
      !(await stands(scope, link, item.local, field, covered, hashes.baseLocal, tally))
    ) {
      repairs.push({ ...where, from: trace.read, ours: landed, theirs: covered });
      // In its place stands what was sent, which both sides are then said to have agreed on: else it would look like an edit.
      if (!scope.sync.declared.readOnly) continue;
    }
    // Under other properties by now, both sides may have agreed on something there: what was sent to these says nothing of it.
    if (base === undefined && !scope.sync.fields.includes(field)) continue;
    // A conflict that waits already knows both sides, and this write came after it was parked: its base stays.
    if (link.base[name]?.parked !== undefined) continue;
    const agreed = await baseOf(scope, link, field, hashes, landed);
    const local = async () => item.local;
    bases[name] = isOlder ? agreed : await agreedApart(scope, link.localId, field, agreed, timeline, trace, local);
  }
  return bases;
}

/** Where a write stands in a field's timeline; `read`: the hash of what it read. */
interface WritePlace {
  readonly from: FieldMoment | null;
  readonly landed: FieldMoment;
  readonly read: string;
}

/**
 * What HubSpot has held since this write landed and the pair knows, which is more than this write knew: others found it
 * and went on, and its intent was opened again by whoever had sent it. Its base would be older than theirs.
 */
async function knownOf(
  scope: SyncScope,
  link: LinkRow,
  field: BoundField,
  base: FieldBase,
  timeline: readonly FieldMoment[],
  { from, landed, read }: WritePlace,
): Promise<readonly FieldMoment[]> {
  if (base.remote === "" || base.remote === read) return [];
  const of = hashOf(scope, link.localId, field.name);
  const sent = field.canonicalRemote(landed.values);
  const since = from === null ? timeline : timeline.slice(timeline.indexOf(from) + 1);
  const at = since.indexOf(landed);
  const holds = await Promise.all(
    since.map(async ({ values }) => {
      const canonical = field.canonicalRemote(values);
      // What holds the value that was sent may be this very write, come after others of it.
      if (canonical === sent) return false;
      if (await scope.deps.hasher.matches(base.remote, of, canonical)) return true;
      // A write that was given up and came late is looked at by whoever sent it.
      return base.sent !== undefined && scope.deps.hasher.matches(base.sent, of, field.looseRemote(values));
    }),
  );
  const known = since.filter((_, i) => i > at && holds[i]);
  // People make a list what it was before: where the pair may know it from before this write, only ours tell that it went on.
  const knewBefore = field.rule === "union" && holds.slice(0, Math.max(0, at)).includes(true);
  return knewBefore ? known.filter(isOursIn(scope)) : known;
}

/** Whether the pair remembers nothing newer than what this write read, or made. */
async function knewNoMore(
  scope: SyncScope,
  link: LinkRow,
  field: BoundField,
  base: FieldBase | undefined,
  timeline: readonly FieldMoment[],
  { from, landed, read }: WritePlace,
): Promise<boolean> {
  if (base === undefined || base.remote === "" || base.remote === read) return true;
  const of = hashOf(scope, link.localId, field.name);
  // An edit may have been read since both sides agreed: what they agreed on came before it.
  const upTo = [...(from === null ? [] : timeline.slice(0, timeline.indexOf(from) + 1)), landed];
  const holds = upTo.map(({ values }) => scope.deps.hasher.matches(base.remote, of, field.canonicalRemote(values)));
  return (await Promise.all(holds)).includes(true);
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

/** What the pair remembers of a field, as far as that is of what the field is read as here. */
function baseUnder(link: LinkRow, field: BoundField): FieldBase | undefined {
  const base = link.base[field.name];
  return base !== undefined && isUnder(base, field) ? base : undefined;
}

/** The answer to this write was lost, but its version in the history tells how ours are signed. */
async function learnFrom(scope: SyncScope, landed: FieldMoment, readAt: number): Promise<void> {
  const ours = landed.versions.at(-1);
  if (ours !== undefined && landed.at > readAt) await scope.self.learn(ours, scope.deps.clock.now());
}

async function traceOf(
  scope: SyncScope,
  { fields, readAt }: IntentRow,
  link: LinkRow,
  field: BoundField,
  timeline: readonly FieldMoment[],
): Promise<WriteTrace> {
  const of = hashOf(scope, link.localId, field.name);
  const { read = "", sent = "" } = fields[field.name] ?? {};
  const { hasher } = scope.deps;
  const byUs = mayBeOurWrite(field, scope.self);
  return traceWrite({
    field,
    timeline,
    readAt,
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

/**
 * What a repair covered that came on top of ours: an edit, or what the pair knows and went on to. HubSpot's newest, put
 * back; of a list, which the repair put the first covered edit into, what it lacks.
 */
function coveredByRepair(
  scope: SyncScope,
  field: BoundField,
  timeline: readonly FieldMoment[],
  trace: WriteTrace,
  known: readonly FieldMoment[],
): Pick<Repair, "ours" | "theirs"> | null {
  const byUs = isOursIn(scope);
  // What others went on to has in it what a late repair was made of, and is put back whole.
  if (field.rule === "union" && known.length === 0)
    return missingOfRepairs(field, timeline, trace, whoseIn(scope, "ours"));
  const after = trace.landed === null ? [] : timeline.slice(timeline.indexOf(trace.landed) + 1);
  const ours = after.at(-1);
  if (ours === undefined || !byUs(ours)) return null;
  const isOther = ({ values }: FieldMoment) => field.canonicalRemote(values) !== field.canonicalRemote(ours.values);
  const theirs = after.findLast((moment) => !byUs(moment) || (known.includes(moment) && isOther(moment)));
  return theirs !== undefined && isOther(theirs) ? { ours, theirs } : null;
}

async function baseOf(
  scope: SyncScope,
  link: LinkRow,
  field: BoundField,
  { baseLocal, baseRemote, elements }: IntentRow["fields"][string],
  landed: FieldMoment,
): Promise<FieldBase> {
  const of = hashOf(scope, link.localId, field.name);
  const canonical = field.canonicalRemote(landed.values);
  const same = await scope.deps.hasher.matches(baseRemote, of, canonical);
  const remote = await scope.deps.hasher.hash(of, canonical);
  return {
    local: baseLocal,
    remote,
    ...(elements && { elements }),
    ...markOf(field),
    ...(!same && { normalised: true as const }),
  };
}
