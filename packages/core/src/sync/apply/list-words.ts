import { elementsOf } from "../../conflict/union.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { BoundField } from "../declare/bind.ts";
import type { FieldMoment, WriteTrace } from "../observe/timeline.ts";

/** Whether a state is of our making. */
export type ByUs = (moment: FieldMoment) => boolean;

/** The last word that people had on an element in HubSpot. */
export interface Word {
  readonly held: boolean;
  readonly at: EpochMs;
  /** Said where a write of ours had made it otherwise: whoever said it had seen ours. */
  readonly againstOurs: boolean;
}

/** An element of a list whose writes crossed. */
export interface ElementNow {
  /** Whether it is in the list here, in HubSpot's, and in what both sides agreed on. */
  readonly here: boolean;
  readonly there: boolean;
  readonly agreed: boolean;
  /** What people said of it in HubSpot since. */
  readonly word: Word | undefined;
  /** When the list here was edited, as far as its source knows; infinite where it does not. */
  readonly editedAt: EpochMs;
  /** Whether it may be the word of another program that writes under our signature: nobody ever had it. */
  readonly isNew: boolean;
}

/**
 * Whether HubSpot is to hold it, and whether it counts as agreed on then, which says who changes it from there. A word that
 * was had on both sides is the later one's; one that was had on neither stays as agreed on, whatever a write of ours made of
 * it; and one of this side alone travels as any edit does, if it has not.
 */
export function verdictOf(element: ElementNow): { readonly held: boolean; readonly agreed: boolean } {
  const { here, there, agreed, word, editedAt, isNew } = element;
  const isOurs = here !== agreed;
  if (word === undefined) {
    if (isOurs) return { held: there, agreed: there === here ? here : agreed };
    return { held: agreed || (there && isNew), agreed: here };
  }
  const theirsIsLater = word.againstOurs || editedAt < word.at;
  if (isOurs && word.held !== here && !theirsIsLater) return { held: here, agreed };
  return { held: word.held, agreed: here };
}

/** What people said of elements since a state, last of each. `anchor`: its position; -1 where the list began empty. */
export function wordsSince(
  field: BoundField,
  timeline: readonly FieldMoment[],
  anchor: number,
  byUs: ByUs,
): ReadonlyMap<string, Word> {
  const words = new Map<string, Word>();
  const ours = new Set<string>();
  let before = listAt(field, timeline[anchor]);
  for (const moment of timeline.slice(anchor + 1)) {
    const list = listAt(field, moment);
    for (const element of new Set([...before, ...list])) {
      const held = list.includes(element);
      if (held === before.includes(element)) continue;
      if (!byUs(moment)) {
        words.set(element, { held, at: moment.at, againstOurs: ours.has(element) });
        ours.delete(element);
      } else if (words.get(element)?.held === held) {
        // A repair of ours says what people had said there, not here.
        ours.delete(element);
      } else ours.add(element);
    }
    before = list;
  }
  return words;
}

/**
 * What our write covered though both sides agreed since: whoever found the list then took what it had become for agreed on.
 * But for what was once so again, where somebody went on from that.
 */
export function coveredWords(
  field: BoundField,
  { landed, read }: Pick<WriteTrace, "read" | "landed">,
  timeline: readonly FieldMoment[],
  anchor: number,
  byUs: ByUs,
): ReadonlyMap<string, Word> {
  const at = positionOf(field, timeline, landed);
  if (at < 0 || at > anchor) return new Map();
  const since = timeline.slice(at, anchor + 1).map((moment) => listAt(field, moment));
  const words = wordsSince(field, timeline.slice(0, at), positionOf(field, timeline, read), byUs);
  return new Map([...words].filter(([element, { held }]) => since.every((list) => list.includes(element) !== held)));
}

/** Where a state is in the history, which may have been read again; -1 where it is not. */
export function positionOf(field: BoundField, timeline: readonly FieldMoment[], state: FieldMoment | null): number {
  if (state === null) return -1;
  const text = field.canonicalRemote(state.values);
  return timeline.findIndex(({ at, values }) => at === state.at && field.canonicalRemote(values) === text);
}

export function listAt(field: BoundField, moment: FieldMoment | undefined): readonly string[] {
  return moment === undefined ? [] : elementsOf(field.decode(moment.values));
}

/** A list with an edit that was made to another state of it; of any other field what the edit made. */
export function withEdit(field: BoundField, list: FieldMoment, from: FieldMoment | null, to: FieldMoment): FieldMoment {
  if (field.rule !== "union") return to;
  const [before, after] = [listAt(field, from ?? undefined), listAt(field, to)];
  const kept = listAt(field, list).filter((element) => after.includes(element) || !before.includes(element));
  const added = after.filter((element) => !before.includes(element));
  return { ...to, values: field.encode([...new Set([...kept, ...added])]) };
}
