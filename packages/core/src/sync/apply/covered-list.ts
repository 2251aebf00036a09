import { elementsOf } from "../../conflict/union.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { BoundField } from "../declare/bind.ts";
import { elementHashes, hashOf } from "../observe/fields.ts";
import type { FieldMoment, WriteTrace } from "../observe/timeline.ts";
import type { SyncScope } from "../scope.ts";

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
  onto: FieldMoment | undefined = timeline.at(-1),
): OursAndTheirs | null {
  const newest = timeline.at(-1);
  if (field.rule !== "union" || landed === null || covered === null || newest === undefined) return null;
  return lackOf(field, timeline, landed, editsUpTo(field, timeline, read, covered), {
    onto: onto ?? newest,
    to: covered,
  });
}

/**
 * The same of what others did to the list since our write, and writes of ours that came after it covered: repairs of it,
 * by workers that did not come to look at them. `since`: from our write on.
 */
export function missingOfRepairs(
  field: BoundField,
  since: readonly FieldMoment[],
  byUs: (moment: FieldMoment) => boolean,
): OursAndTheirs | null {
  const newest = since.at(-1);
  let [read = null] = since;
  let list = newest;
  for (const [i, landed] of since.entries()) {
    if (i === 0 || !byUs(landed)) continue;
    const covered = since[i - 1] ?? null;
    const missing = covered === read ? null : missingOf(field, since, { landed, covered, read }, list);
    list = missing?.theirs ?? list;
    read = landed;
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
  byUs: (moment: FieldMoment) => boolean,
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
 * What both sides agree on where our write covered an edit of a list: what ours held, but for what that edit added, too.
 * Nobody here has seen that; who takes theirs out does not mean HubSpot's. Nor is it known yet what HubSpot holds then.
 */
export async function agreedApart(
  scope: SyncScope,
  localId: string,
  field: BoundField,
  base: FieldBase,
  timeline: readonly FieldMoment[],
  { covered, read, late }: WriteTrace,
): Promise<FieldBase> {
  const { elements } = base;
  if (field.rule !== "union" || covered === null || late || elements === undefined) return base;
  const { added } = editsUpTo(field, timeline, read, covered);
  const theirs = await elementHashes(scope, hashOf(scope, localId, field.name), added, elements[0]);
  const apart = elements.filter((element) => !theirs.includes(element));
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

/** What was done to a list from `read` to `to`, step by step: what was taken out and put in again has been put in. */
function editsUpTo(
  field: BoundField,
  timeline: readonly FieldMoment[],
  read: FieldMoment | null,
  to: FieldMoment,
): Edit {
  const steps = read === null ? [to] : timeline.slice(timeline.indexOf(read), timeline.indexOf(to) + 1);
  const touched = steps.flatMap((moment, i) => {
    const { added, removed } = editOf(field, steps[i - 1] ?? read, moment);
    return [...added, ...removed];
  });
  const held = listOf(field, to);
  const all = [...new Set(touched)];
  return {
    added: all.filter((element) => held.includes(element)),
    removed: all.filter((element) => !held.includes(element)),
  };
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
