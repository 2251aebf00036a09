import { elementsOf } from "../../conflict/union.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { BoundField } from "../declare/bind.ts";
import { elementHashes, hashesOf, hashOf, markOf } from "../observe/fields.ts";
import { blank, type FieldMoment, type WriteTrace } from "../observe/timeline.ts";
import type { SyncScope } from "../scope.ts";
import { type ByUs, coveredWords, listAt, positionOf, verdictOf, wordsSince } from "./list-words.ts";

/** What is to be put back, and what it is written over. */
export interface OursAndTheirs {
  readonly ours: FieldMoment;
  readonly theirs: FieldMoment;
}

/** A list of which some write of ours was made of what was older than it found, and both its sides as they are. */
export interface ListNow {
  readonly link: Pick<LinkRow, "localId">;
  readonly field: BoundField;
  readonly base: FieldBase | undefined;
  /** HubSpot's own modified time of the record as our write read it. */
  readonly readAt: EpochMs;
  /** The row; null where there is none, or where its column means another property by now. */
  readonly local: LocalRecord | null;
  /** Hashes of the elements our write sent, and the id of the row they were made for. */
  readonly sent: readonly string[] | undefined;
  readonly sentBy: string;
  /** Whether our write was made of what both sides agree on still, and of what HubSpot held then. */
  readonly knewAll: boolean;
  /** Whether what our write held was agreed on when it landed: not of a repair, nor of a row that another has replaced. */
  readonly agrees: boolean;
  /** Our write in the history. */
  readonly trace: Pick<WriteTrace, "read" | "landed">;
}

export interface SettledList {
  /** What HubSpot is to hold; null where it does. */
  readonly back: OursAndTheirs | null;
  /** What the pair remembers then; null where there is no row. */
  readonly base: FieldBase | null;
  /** The same as `back`, of the list as it became. */
  readonly again: (timeline: readonly FieldMoment[]) => Promise<OursAndTheirs | null>;
}

/**
 * What becomes of a list that writes of ours covered, came late to or repaired, element by element, from what people said
 * of each since both sides agreed: in HubSpot by its history, here by the row beside the base. Writes of ours only carried
 * words there, and one that was made of something older says nothing. Where both sides had a word, the later stands.
 */
export function settling(scope: SyncScope, now: ListNow): (timeline: readonly FieldMoment[]) => Promise<SettledList> {
  const settle = async (timeline: readonly FieldMoment[]) => ({ ...(await settleList(scope, now, timeline)), again });
  const again = async (timeline: readonly FieldMoment[]) => (await settle(timeline)).back;
  return settle;
}

async function settleList(
  scope: SyncScope,
  now: ListNow,
  timeline: readonly FieldMoment[],
): Promise<Omit<SettledList, "again">> {
  const { link, field, base, local } = now;
  const newest = timeline.at(-1);
  if (newest === undefined) return { back: null, base: base ?? null };
  const of = hashOf(scope, link.localId, field.name);
  const agreedAt = await anchorOf(scope, now, timeline);
  // What people had said until it read that is in it.
  const anchor = now.knewAll ? Math.max(agreedAt, positionOf(field, timeline, now.trace.read)) : agreedAt;
  const byUs = isOursIn(scope);
  const words = new Map([
    ...coveredWords(field, now.trace, timeline, anchor, byUs),
    ...wordsSince(field, timeline, anchor, byUs),
  ]);
  const inHubspot = listAt(field, newest);
  const inRow = local === null ? null : elementsOf(local.values[field.name] ?? null);
  const all = [...new Set([...inHubspot, ...words.keys(), ...(inRow ?? [])])];
  const known = await elementHashes(scope, of, all, base?.elements?.[0]);
  const sent = await elementHashes(scope, hashOf(scope, now.sentBy, field.name), all, now.sent?.[0]);
  const once = new Set(timeline.slice(0, anchor + 1).flatMap((moment) => listAt(field, moment)));
  const editedAt = local?.fieldTimes?.[field.name] ?? local?.updatedAt ?? Number.POSITIVE_INFINITY;
  // What our write held was agreed on when it landed, unless more has been since.
  const wentOn = base !== undefined && base.remote !== "" && (base.since ?? 0) > now.readAt;
  const hasLanded = positionOf(field, timeline, now.trace.landed) >= Math.max(anchor, 0);
  const isLatest = now.sent !== undefined && now.agrees && hasLanded && !wentOn;
  const judged = all.map((element, i) => {
    const isSent = now.sent?.includes(sent[i] ?? "") ?? false;
    const agreed = isLatest ? isSent : (base?.elements?.includes(known[i] ?? "") ?? false);
    const here = inRow?.includes(element) ?? (base === undefined ? isSent : agreed);
    const there = inHubspot.includes(element);
    const isNew = !isSent && !once.has(element);
    const verdict = verdictOf({ here, there, agreed, word: words.get(element), editedAt, isNew });
    // What may not be put back is a change of this side's, which travels when something may.
    const waits = verdict.held !== there && scope.sync.declared.readOnly;
    return { element, ...verdict, ...(waits && { agreed: there }) };
  });
  const wanted = judged.filter(({ held }) => held).map(({ element }) => element);
  const back = sameElements(wanted, inHubspot)
    ? null
    : { ours: newest, theirs: { ...newest, values: field.encode(wanted) } };
  if (local === null || inRow === null) return { back, base: null };
  const both = judged.filter((one) => one.agreed).map(({ element }) => element);
  const isSame = back === null && [inRow, both].every((side) => sameElements(side, inHubspot));
  // Here is more than was agreed on: without the hash of anything that can be here, it would be written over, not merged.
  const text = sameElements(both, inRow) ? field.canonicalLocal(local.values[field.name] ?? null) : scope.deps.newId();
  const [mine, theirs] = await hashesOf(scope, of, [text, field.canonicalRemote(newest.values)]);
  const settled = {
    local: mine,
    ...markOf(field),
    elements: await elementHashes(scope, of, both),
  };
  if (isSame) return { back, base: { ...settled, remote: theirs, since: newest.at } };
  return { back, base: { ...settled, remote: "", since: timeline[agreedAt]?.at ?? 0 } };
}

/** The position of the state that both sides agreed on last; -1 before any. */
async function anchorOf(
  scope: SyncScope,
  { link, field, base, readAt }: ListNow,
  timeline: readonly FieldMoment[],
): Promise<number> {
  const upTo = (time: EpochMs) => timeline.findLastIndex(({ at }) => at <= time);
  if (base === undefined) return upTo(readAt);
  const of = hashOf(scope, link.localId, field.name);
  const isAgreed = async (text: string | null) =>
    base.remote !== "" && (await scope.deps.hasher.matches(base.remote, of, text));
  const holds = await Promise.all(timeline.map(({ values }) => isAgreed(field.canonicalRemote(values))));
  const { since } = base;
  // More than one state may be of one millisecond.
  const exact = timeline.findIndex(({ at }, i) => at === since && holds[i]);
  if (exact >= 0) return exact;
  if (since !== undefined) return upTo(since);
  const before = holds.slice(0, upTo(readAt) + 1).lastIndexOf(true);
  if (before >= 0) return before;
  // What was empty from the first has no version that says so.
  if (upTo(readAt) < 0 && (await isAgreed(field.canonicalRemote(blank(field))))) return -1;
  const byUs = isOursIn(scope);
  const ours = timeline.findIndex((moment, i) => holds[i] === true && byUs(moment));
  const first = ours >= 0 ? ours : holds.indexOf(true);
  return first >= 0 ? first : upTo(readAt);
}

/** Whether a state is of our making. */
export function isOursIn(scope: SyncScope): ByUs {
  return ({ versions }) => versions.every((version) => scope.self.isOurs(version));
}

function sameElements(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((element) => b.includes(element));
}
