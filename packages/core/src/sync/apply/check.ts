import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { BoundField } from "../declare/bind.ts";
import type { HubspotValues } from "../declare/definition.ts";
import { agreedBase, hashOf, isUnder, refusedBase } from "../observe/fields.ts";
import { readLocal } from "../observe/gather.ts";
import { type FieldMoment, mayBeOurWrite, timelineOf, traceWrite, type WriteTrace } from "../observe/timeline.ts";
import { readHistories } from "../observe/times.ts";
import { withSwing } from "../oscillation/swing.ts";
import type { FieldPlan } from "../plan/types.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { oursStands } from "./covered.ts";
import type { Locks } from "./late.ts";
import type { Pushed } from "./pushed.ts";
import { type Repair, repair } from "./repair.ts";
import { isOursIn, settling } from "./settle-list.ts";
import type { Tally } from "./tally.ts";
import { type AdmittedFields, valueToPush } from "./work-item.ts";

export interface Checked {
  /** What the pair now remembers of the fields that landed. */
  readonly bases: Readonly<Record<string, FieldBase>>;
  /** The pair as those are made for: others may have written to it since it was read. */
  readonly link: LinkRow;
  /** HubSpot holds something newer than what we wrote: look again. */
  readonly moved: boolean;
  /** A repair of unknown outcome: the intent has to stay. */
  readonly open: boolean;
}

/**
 * The history check: reads every written record back with the history of what was written, in batches of 50.
 * An edit that came between our read and our write was covered by it. That is a conflict like any other, found late:
 * where the rule prefers ours it is logged, in every other case HubSpot's value is put back and the base left as it
 * was, so that the next look plans the conflict with everything known. Of a list, which needs no decision, ours stays.
 */
export async function checkWrites(
  scope: SyncScope,
  session: Session,
  pushed: readonly Pushed[],
  locks: Locks,
  tally: Tally,
): Promise<ReadonlyMap<AdmittedFields, Checked>> {
  const properties = [...new Set(pushed.flatMap(({ sent }) => sent.flatMap(({ view }) => view.field.properties)))];
  const ids = pushed.map(({ item, outcome }) => (outcome?.ok ? outcome.value.id : item.link.hubspotId));
  const records = await readHistories(scope, session, ids, properties);
  const overtaken = await overtakenBy(scope, pushed, locks);
  const repairs: Repair<AdmittedFields>[] = [];
  const findings = await Promise.all(
    pushed.map(async (push, i) => {
      const record = records.get(ids[i] ?? "");
      const fields = await Promise.all(
        push.sent.map((plan) => checkField(scope, push, plan, record, overtaken, tally)),
      );
      for (const { undo } of fields) {
        if (undo === null) continue;
        const { item } = push;
        repairs.push({ ...undo, hubspotId: record?.id ?? item.link.hubspotId, item, fence: locks.fenceOf(item) });
      }
      return fields;
    }),
  );
  const unknown = await repair(scope, session, repairs, locks.makeWay);
  return new Map(
    pushed.map(({ item }, i) => {
      const fields = findings[i] ?? [];
      const bases = Object.fromEntries(fields.flatMap(({ name, base }) => (base === null ? [] : [[name, base]])));
      const ground = Object.fromEntries(fields.flatMap(({ name, over }) => (over === undefined ? [] : [[name, over]])));
      const link = { ...item.link, base: { ...item.link.base, ...ground } };
      return [item, { bases, link, moved: fields.some(({ moved }) => moved), open: unknown.has(item) }];
    }),
  );
}

/**
 * Records that another worker took over while our write was on its way: then ours came late, and wins over nothing. It
 * has moved the pair on, or given our intent up and is about to. Asked after the histories were read.
 */
async function overtakenBy(
  { deps, tenant, name }: SyncScope,
  pushed: readonly Pushed[],
  locks: Locks,
): Promise<ReadonlyMap<AdmittedFields, LinkRow | undefined>> {
  if (pushed.length === 0) return new Map();
  const ids = pushed.map(({ item }) => item.link.localId);
  const [rows, open] = await Promise.all([
    deps.storage.links.byLocalIds(tenant, name, ids),
    deps.storage.intents.byRecord(tenant, name, ids, []),
  ]);
  const links = new Map(rows.map((row) => [row.localId, row]));
  const mine = new Set(open.map(({ id }) => id));
  const isOurs = ({ link, intent }: AdmittedFields) =>
    links.get(link.localId)?.version === link.version && mine.has(intent.id);
  return new Map(
    pushed.flatMap(({ item }) =>
      isOurs(item) && !locks.wasLost(item) ? [] : [[item, links.get(item.link.localId)] as const],
    ),
  );
}

interface Finding {
  readonly name: string;
  readonly base: FieldBase | null;
  /** What that takes the place of, where the pair remembers something else by now. */
  readonly over?: FieldBase;
  readonly moved: boolean;
  readonly undo: Pick<Repair, "field" | "ours" | "theirs" | "again"> | null;
}

async function checkField(
  scope: SyncScope,
  { item, outcome }: Pushed,
  plan: FieldPlan,
  record: RemoteRecord | undefined,
  others: ReadonlyMap<AdmittedFields, LinkRow | undefined>,
  tally: Tally,
): Promise<Finding> {
  const { field } = plan.view;
  const overtaken = others.has(item);
  const value = valueToPush(item, plan);
  const answered = outcome?.ok ? answerOf(outcome.value, field.properties) : null;
  const written = answered ?? field.encode(value);
  const trace = await traceOf(scope, item, plan, record, written, outcome?.ok ? outcome.value.updatedAt : undefined);
  const landed = trace?.landed ?? null;
  const base = async () => {
    const agreed = await agreedBase(scope, item.local.id, field, value, landed?.values ?? written, landed?.at);
    return plan.action === "push" ? withSwing(agreed, plan.view.base, "hubspot", scope.deps.clock.now()) : agreed;
  };
  const finding = { name: field.name, undo: null };
  const refused = () =>
    refusedBase(
      scope,
      "VALIDATION_FAILED",
      item.link.base[field.name],
      item.local.id,
      field,
      value,
      item.remote.values,
    );
  if (trace === null) return { ...finding, base: await base(), moved: record === undefined };
  const ours = landed?.versions.at(-1);
  if (landed !== null && ours !== undefined && landed.at > item.remote.updatedAt)
    await scope.self.learn(ours, scope.deps.clock.now());
  if (field.rule === "union") {
    const wanted = field.canonicalRemote(written) !== field.canonicalRemote(item.remote.values);
    // Answered, and nothing came of it: HubSpot did not take it. Sent again at once, it would be answered so for ever.
    if (outcome?.ok && wanted && !overtaken && (trace.timeline.at(-1) ?? null) === trace.read)
      return { ...finding, base: await refused(), moved: false };
    const settled = await checkList(scope, item, plan, { ...trace, written, others }, tally);
    return settled ?? { ...finding, base: await base(), moved: false };
  }
  if (landed === null) return { ...finding, base: await base(), moved: false };
  if (trace.covered === null || !trace.standing) return { ...finding, base: await base(), moved: !trace.standing };

  tally.count("coveredEdits");
  const undo = { field, ours: landed, theirs: trace.covered };
  // Both had agreed on ours before that edit: put back, it is an edit of HubSpot's side alone.
  if (trace.late) return { name: field.name, base: await base(), moved: true, undo };
  if (overtaken) return { name: field.name, base: null, moved: true, undo };
  const { localId, hubspotId } = item.link;
  const conflict = oursStands({
    localId,
    hubspotId,
    field,
    value: plan.view.local.value,
    covered: trace.covered,
    seen: item.pair,
  });
  if (conflict === null) return { name: field.name, base: null, moved: true, undo };
  await tally.conflicts([conflict]);
  return { ...finding, base: await base(), moved: false };
}

/** Of a list both can be had, ours and what it covered. Null where ours found what it was made of, and stands. */
async function checkList(
  scope: SyncScope,
  item: AdmittedFields,
  plan: FieldPlan,
  { timeline, read, landed, covered, standing, written, others }: Traced & WrittenList,
  tally: Tally,
): Promise<Finding | null> {
  const { field } = plan.view;
  const newest = timeline.at(-1)?.values ?? null;
  const ours = field.canonicalRemote(landed?.values ?? written);
  const overtaken = others.has(item);
  const isLate = await readLate(scope, item, field, plan.view.base, read);
  const isOurs = newest !== null && field.canonicalRemote(newest) === ours;
  if (isOurs && covered === null && !overtaken && !isLate) return null;
  if (covered !== null && standing) tally.count("coveredEdits");
  const over = others.get(item)?.base[field.name];
  // The first half of a merge took what came late for what both sides hold.
  const known = over ?? (isLate ? plan.view.base : item.link.base[field.name]) ?? undefined;
  const settle = settling(scope, {
    link: item.link,
    field,
    base: known !== undefined && isUnder(known, field) ? known : undefined,
    readAt: item.remote.updatedAt,
    local: (await readLocal(scope, [item.local.id])).get(item.local.id) ?? null,
    sent: item.intent.fields[field.name]?.elements,
    sentBy: item.local.id,
    knewAll: !overtaken && !isLate,
    agrees: true,
    trace: { read, landed },
  });
  const { back, base, again } = await settle(timeline);
  return { name: field.name, base, ...(over && { over }), moved: true, undo: back && { field, ...back, again } };
}

interface WrittenList {
  readonly written: HubspotValues;
  readonly others: ReadonlyMap<AdmittedFields, LinkRow | undefined>;
}

/** Whether what was read of a list was a write of ours that both sides have not agreed on: one that came late. */
async function readLate(
  scope: SyncScope,
  { local }: AdmittedFields,
  field: BoundField,
  base: FieldBase | null,
  read: FieldMoment | null,
): Promise<boolean> {
  if (base === null || base.remote === "" || read === null || !isOursIn(scope)(read)) return false;
  const of = hashOf(scope, local.id, field.name);
  return !(await scope.deps.hasher.matches(base.remote, of, field.canonicalRemote(read.values)));
}

/** HubSpot's own words for what it stored, where the answer carries them. */
function answerOf(record: RemoteRecord, properties: readonly string[]): HubspotValues | null {
  if (!properties.every((property) => property in record.values)) return null;
  return Object.fromEntries(properties.map((property) => [property, record.values[property] ?? null]));
}

interface Traced extends WriteTrace {
  readonly timeline: readonly FieldMoment[];
}

async function traceOf(
  scope: SyncScope,
  item: AdmittedFields,
  { view: { field } }: FieldPlan,
  record: RemoteRecord | undefined,
  written: HubspotValues,
  writtenAt: number | undefined,
): Promise<Traced | null> {
  if (record?.history === undefined) return null;
  const timeline = timelineOf(field, record.history);
  const read = field.canonicalRemote(item.remote.values);
  const sent = field.canonicalRemote(written);
  const byUs = mayBeOurWrite(field, scope.self);
  const trace = await traceWrite({
    field,
    timeline,
    readAt: item.remote.updatedAt,
    wasRead: async (values) => field.canonicalRemote(values) === read,
    isWritten: async (moment) => byUs(moment) && field.canonicalRemote(moment.values) === sent,
    ...(writtenAt !== undefined && { writtenAt }),
  });
  return { ...trace, timeline };
}
