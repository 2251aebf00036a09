/**
 * The rules of conflict, said a second time: what may stand in a field at rest, from nothing but the users' edits,
 * their true times and what each of them saw. Imports nothing, least of all from what it judges.
 */
export interface TrueEdit {
  readonly at: number;
  readonly side: "local" | "hubspot";
  readonly value: string | null; // as HubSpot keeps it; null when emptied
  readonly over: string | null; // what stood there before: the user saw it
  readonly birth: boolean; // made while the record came into being on that side
}

/** How a field may end: one value on both sides, perhaps against somebody's later edit; or two, waiting for review. */
export type Ending =
  | { readonly value: string | null; readonly overruled: boolean }
  | { readonly parked: { readonly local: string | null; readonly hubspot: string | null } };

/**
 * `rests`: moments at which both sides held the same and nothing was left to do: what came before was known to both.
 * `waits`: moments at which nothing was left to do but a person's decision.
 */
export function endings(
  rule: string,
  edits: readonly TrueEdit[],
  rests: readonly number[],
  waits: readonly number[] = [],
): readonly Ending[] {
  const last = edits.at(-1);
  if (last === undefined) return [{ value: null, overruled: false }];
  const waiting = waits.findLast((at) => at > (rests.at(-1) ?? 0));
  if (waiting !== undefined && !isOver(edits, waiting)) return waitsOn(edits);
  const lastOnly: Ending = { value: last.value, overruled: false };
  const contact = [...firstContact(edits, rests), ...cameBack(edits, rests)];
  if (rule === "latest") return [lastOnly, ...contact];
  if (rule === "review") return [lastOnly, ...contact, ...parked(edits, rests)];
  const owners = edits.findLast(({ side }) => side === rule);
  if (last.side === rule || owners === undefined) return [lastOnly, ...contact];
  // From the first edit that was made where the owner's value stood, the owner's is history.
  const seen = owners.value !== null && edits.some(({ over }, i) => i > edits.indexOf(owners) && over === owners.value);
  if (seen || rests.some((at) => at > owners.at && at < last.at)) return [lastOnly, ...contact];
  return [lastOnly, { value: owners.value, overruled: true }, ...contact];
}

/**
 * Both sides were born before they knew of each other: an empty side is then filled from the other, however it came to
 * be empty, for there is no base that says otherwise.
 */
function firstContact(edits: readonly TrueEdit[], rests: readonly number[]): readonly Ending[] {
  const born = Math.max(...edits.filter(({ birth }) => birth).map(({ at }) => at), 0);
  const rest = rests.find((at) => at > born) ?? Number.POSITIVE_INFINITY;
  const last = edits.at(-1);
  if (last === undefined || last.value !== null || last.at > rest) return [];
  const stood = edits.findLast(({ value, side }) => value !== null && side !== last.side);
  return stood === undefined ? [] : [{ value: stood.value, overruled: false }];
}

/** A side that came back to what both held, at a rest or between edits, has not changed for a merge of states. */
function cameBack(edits: readonly TrueEdit[], rests: readonly number[]): readonly Ending[] {
  const [last, other] = [edits.at(-1), edits.findLast(({ side }) => side !== edits.at(-1)?.side)];
  if (last === undefined || other === undefined) return [];
  const atRest = [...rests, ...bothHeld(edits)].some((rest) => {
    const first = edits.find(({ side, at }) => side === last.side && at > rest);
    return other.at > rest && first?.over === last.value;
  });
  return atRest ? [{ value: other.value, overruled: false }] : [];
}

/** Both held the same, before what came next: one edited what had come over, or made what the other had made. */
function bothHeld(edits: readonly TrueEdit[]): readonly number[] {
  return edits.flatMap(({ side, value, over, at }, i) => {
    const own = edits.slice(0, i).findLast((edit) => edit.side === side);
    const others = edits.slice(0, i).filter((edit) => edit.side !== side);
    const last = others.findLastIndex((edit) => edit.value === over);
    const came = last >= 0 && own?.value !== over ? [(others[last + 1]?.at ?? at) - 0.5] : [];
    return others.at(-1)?.value === value ? [...came, at + 0.5] : came;
  });
}

/** What waits for a person is over when one decided (which changes no value of the side taken), or both hold the same. */
function isOver(edits: readonly TrueEdit[], waiting: number): boolean {
  return edits.some(({ at, side, value, over }, i) => {
    const other = edits.slice(0, i).findLast((edit) => edit.side !== side);
    return at >= waiting && (over === value || other?.value === value);
  });
}

/** Both sides were edited since they last were at rest, and neither saw the other's: each keeps its own. */
function parked(edits: readonly TrueEdit[], rests: readonly number[]): readonly Ending[] {
  const local = edits.findLast(({ side }) => side === "local");
  const hubspot = edits.findLast(({ side }) => side === "hubspot");
  if (local === undefined || hubspot === undefined) return [];
  const rest = rests.findLast((at) => at < Math.max(local.at, hubspot.at)) ?? 0;
  return Math.min(local.at, hubspot.at) < rest ? [] : waitsOn(edits);
}

/** Nothing is written over either side, whatever their users do meanwhile. */
function waitsOn(edits: readonly TrueEdit[]): readonly Ending[] {
  const lastOf = (of: TrueEdit["side"]) => edits.findLast(({ side }) => side === of)?.value ?? null;
  return [{ parked: { local: lastOf("local"), hubspot: lastOf("hubspot") } }];
}
