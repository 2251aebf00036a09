import { elementsOf } from "../../conflict/union.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { BoundField } from "../declare/bind.ts";
import { elementHashes, hashOf } from "../observe/fields.ts";
import type { FieldMoment, WriteTrace } from "../observe/timeline.ts";
import type { SyncScope } from "../scope.ts";

/** Whether a state is of our making. */
type ByUs = (moment: FieldMoment) => boolean;

export function isOursIn(scope: SyncScope): ByUs {
  return ({ versions }) => versions.every((version) => scope.self.isOurs(version));
}

/**
 * Whose words a state has: people's in HubSpot; people's here, which a write of ours carried there; or nobody's, for it
 * came late, made of what was older.
 */
export type Whose = (moment: FieldMoment) => "theirs" | "ours" | "late";

/** `ours`: what writes of ours are taken for. */
export function whoseIn(scope: SyncScope, ours: "ours" | "late"): Whose {
  const byUs = isOursIn(scope);
  return (moment) => (byUs(moment) ? ours : "theirs");
}

/** What is to be put back, and what it is written over. */
export interface OursAndTheirs {
  readonly ours: FieldMoment;
  readonly theirs: FieldMoment;
}

/**
 * What is to be put back of a list that our write covered: what the covered edit did, done to what the list has become.
 * Ours stays in it, which others may have edited by now, and no merge would find what they lack. Null where nothing is
 * missing. An element that was once as the edit made it after our write was put back, and what came next is somebody's
 * wish. `onto`: what is put back besides.
 */
export function missingOf(
  field: BoundField,
  timeline: readonly FieldMoment[],
  { landed, covered, read }: Pick<WriteTrace, "landed" | "covered" | "read">,
  whose: Whose,
  onto: FieldMoment | undefined = timeline.at(-1),
): OursAndTheirs | null {
  const newest = timeline.at(-1);
  if (field.rule !== "union" || landed === null || covered === null || newest === undefined) return null;
  return lackOf(field, timeline, landed, editsUpTo(field, timeline, { read, covered }, whose), {
    onto: onto ?? newest,
    to: covered,
  });
}

/**
 * The same of what others did to the list since it was read, and writes of ours that came after `landed` covered: repairs
 * of it, by workers that did not come to look at them, or stood still meanwhile and sent what was older.
 */
export function missingOfRepairs(
  field: BoundField,
  timeline: readonly FieldMoment[],
  { landed, read }: Pick<WriteTrace, "landed" | "read">,
  whose: Whose,
): OursAndTheirs | null {
  const newest = timeline.at(-1);
  let list = newest;
  const first = landed === null ? -1 : timeline.indexOf(landed);
  for (const [i, ours] of timeline.entries()) {
    const covered = timeline[i - 1];
    if (first < 0 || i <= first || covered === undefined || whose(ours) === "theirs") continue;
    list = missingOf(field, timeline, { landed: ours, covered, read: read ?? landed }, whose, list)?.theirs ?? list;
  }
  return newest === undefined || list === undefined || list === newest ? null : { ours: newest, theirs: list };
}

/**
 * The same where the pair went on, and a repair of ours came late over what it went on to: a worker that had stood still
 * sent it. It is known by being no state the pair knows, or one that we had made before. What it covered is missing where
 * somebody has edited the list since; newest of all, that is put back whole.
 */
export function missingOfLate(
  field: BoundField,
  since: readonly FieldMoment[],
  known: readonly FieldMoment[],
  byUs: ByUs,
): OursAndTheirs | null {
  const landed = since.findLast(byUs);
  const newest = since.at(-1);
  if (landed === undefined || newest === undefined) return null;
  const before = since.slice(0, since.indexOf(landed));
  const covered = before.at(-1);
  const sameList = ({ values }: FieldMoment) => field.canonicalRemote(values) === field.canonicalRemote(landed.values);
  const cameOnceMore = covered !== undefined && !byUs(covered) && before.some((one) => byUs(one) && sameList(one));
  const isStale = !known.includes(landed) && before.some((one) => known.includes(one));
  if (covered === undefined || !(cameOnceMore || isStale)) return null;
  return lackOf(field, since, landed, editOf(field, landed, covered), { onto: newest, to: covered });
}

/** An edit that is made to `onto`, but for elements that were once as it made them from `landed` on. */
function lackOf(
  field: BoundField,
  timeline: readonly FieldMoment[],
  landed: FieldMoment,
  edit: Edit,
  { onto, to }: { readonly onto: FieldMoment; readonly to: FieldMoment },
): OursAndTheirs | null {
  const newest = timeline.at(-1) ?? onto;
  const lists = timeline.slice(timeline.indexOf(landed)).map((moment) => listOf(field, moment));
  const added = edit.added.filter((element) => !lists.some((list) => list.includes(element)));
  const removed = edit.removed.filter((element) => lists.every((list) => list.includes(element)));
  if (added.length + removed.length === 0) return null;
  return { ours: newest, theirs: made(field, onto, { added, removed }, to) };
}

/**
 * What both sides agree on where our write covered an edit of a list: what ours held, but for what that edit put in after it
 * was taken out here, as `local` tells, the row as it is now. Nobody here has seen that; who takes theirs out does not mean
 * HubSpot's. Nor is it known yet what HubSpot holds then.
 */
export async function agreedApart(
  scope: SyncScope,
  localId: string,
  field: BoundField,
  base: FieldBase,
  timeline: readonly FieldMoment[],
  { covered, read, late }: WriteTrace,
  local: () => Promise<LocalRecord | null | undefined>,
): Promise<FieldBase> {
  const { elements } = base;
  if (field.rule !== "union" || covered === null || late || elements === undefined) return base;
  const { added } = editsUpTo(field, timeline, { read, covered }, whoseIn(scope, "late"));
  // Who takes one out again in HubSpot meant theirs and ours: it is gone for both.
  const newest = listOf(field, timeline.at(-1) ?? covered);
  const still = added.filter((element) => newest.includes(element));
  const theirs = await elementHashes(scope, hashOf(scope, localId, field.name), still, elements[0]);
  if (!theirs.some((element) => elements.includes(element))) return base;
  const row = await local();
  const held = elementsOf(row?.values[field.name] ?? null);
  const editedAt = row?.fieldTimes?.[field.name] ?? row?.updatedAt ?? Number.POSITIVE_INFINITY;
  const until = timeline.slice(0, timeline.indexOf(covered) + 1);
  const isApart = (element: string) => {
    const without = until.findLastIndex((moment) => !listOf(field, moment).includes(element));
    return !held.includes(element) && editedAt < (until[without + 1] ?? covered).at;
  };
  const gone = theirs.filter((_, i) => isApart(still[i] ?? ""));
  const apart = elements.filter((element) => !gone.includes(element));
  return apart.length === elements.length ? base : { ...base, remote: "", elements: apart };
}

/** A list with an edit that was made to another state of it; of any other field what the edit made. */
export function withEdit(field: BoundField, list: FieldMoment, from: FieldMoment | null, to: FieldMoment): FieldMoment {
  return field.rule === "union" ? made(field, list, editOf(field, from, to), to) : to;
}

function made(field: BoundField, list: FieldMoment, { added, removed }: Edit, to: FieldMoment): FieldMoment {
  const kept = listOf(field, list).filter((element) => !removed.includes(element));
  return { ...to, values: field.encode([...new Set([...kept, ...added])]) };
}

interface Edit {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What was done to a list from `read` to `to`, step by step: what was taken out and put in again has been put in. What a
 * write of ours carried there is no word against what people did there: where it undoes that, it had not seen it.
 */
function editsUpTo(
  field: BoundField,
  timeline: readonly FieldMoment[],
  { read, covered: to }: { readonly read: FieldMoment | null; readonly covered: FieldMoment },
  whose: Whose,
): Edit {
  const steps = timeline.slice(read === null ? 0 : timeline.indexOf(read), timeline.indexOf(to) + 1);
  const wished = new Map<string, keyof Edit>();
  for (const [i, moment] of steps.entries()) {
    const { added, removed } = editOf(field, steps[i - 1] ?? read, moment);
    const who = whose(moment);
    const mayWish = (element: string) => who === "theirs" || (who === "ours" && !wished.has(element));
    for (const element of added) if (mayWish(element)) wished.set(element, "added");
    for (const element of removed) if (mayWish(element)) wished.set(element, "removed");
  }
  const all = (which: keyof Edit) => [...wished].flatMap(([element, wish]) => (wish === which ? [element] : []));
  return { added: all("added"), removed: all("removed") };
}

function editOf(field: BoundField, from: FieldMoment | null, to: FieldMoment): Edit {
  const [before, after] = [from === null ? [] : listOf(field, from), listOf(field, to)];
  return {
    added: after.filter((element) => !before.includes(element)),
    removed: before.filter((element) => !after.includes(element)),
  };
}

function listOf(field: BoundField, { values }: FieldMoment): readonly string[] {
  return elementsOf(field.decode(values));
}
