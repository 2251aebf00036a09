import { elementsOf } from "../../conflict/union.ts";
import type { BoundField } from "../declare/bind.ts";
import type { FieldMoment, WriteTrace } from "../observe/timeline.ts";

/** What is to be put back, and what it is written over. */
export interface OursAndTheirs {
  readonly ours: FieldMoment;
  readonly theirs: FieldMoment;
}

/**
 * What is to be put back of a list that our write covered, where somebody has edited the list since: they saw ours, so
 * theirs lacks what the covered edit did, and no merge finds it any more. Null where nothing is missing, or anything
 * after our write had it: then it was put back, and what came next is somebody's wish. `onto`: what is put back besides.
 */
export function missingOf(
  field: BoundField,
  timeline: readonly FieldMoment[],
  { landed, covered, read, standing }: WriteTrace,
  onto: FieldMoment | undefined = timeline.at(-1),
): OursAndTheirs | null {
  const newest = timeline.at(-1);
  if (field.rule !== "union" || landed === null || covered === null || standing || newest === undefined) return null;
  const { added, removed } = editOf(field, read, covered);
  const lacks = (moment: FieldMoment): boolean => {
    const own = listOf(field, moment);
    return added.some((element) => !own.includes(element)) || removed.some((element) => own.includes(element));
  };
  if (!timeline.slice(timeline.indexOf(landed)).every(lacks)) return null;
  return { ours: newest, theirs: withEdit(field, onto ?? newest, read, covered) };
}

/**
 * What `list` is with every edit that others made since `landed`: each to what stood there then, which a repair of our write
 * took the place of without having seen it. Of any other field what the last of them made.
 */
export function withEdits(
  field: BoundField,
  list: FieldMoment,
  since: readonly FieldMoment[],
  isEdit: (moment: FieldMoment) => boolean,
): FieldMoment {
  return since.reduce(
    (all, moment, i) => (i > 0 && isEdit(moment) ? withEdit(field, all, since[i - 1] ?? null, moment) : all),
    list,
  );
}

/** A list with an edit that was made to another state of it; of any other field what the edit made. */
export function withEdit(field: BoundField, list: FieldMoment, from: FieldMoment | null, to: FieldMoment): FieldMoment {
  if (field.rule !== "union") return to;
  const { added, removed } = editOf(field, from, to);
  const kept = listOf(field, list).filter((element) => !removed.includes(element));
  return { ...to, values: field.encode([...new Set([...kept, ...added])]) };
}

function editOf(field: BoundField, from: FieldMoment | null, to: FieldMoment) {
  const [before, after] = [from === null ? [] : listOf(field, from), listOf(field, to)];
  return {
    added: after.filter((element) => !before.includes(element)),
    removed: before.filter((element) => !after.includes(element)),
  };
}

function listOf(field: BoundField, { values }: FieldMoment): readonly string[] {
  return elementsOf(field.decode(values));
}
