import { ApiError } from "../base/api-error.ts";
import type { ChangeSource, SimRecord } from "./record.ts";

export interface Merged {
  readonly survivor: SimRecord;
  /** What the survivor got from the loser, and the bookkeeping properties. */
  readonly moved: Readonly<Record<string, string>>;
}

const MAX_MERGES = 250;

/** One record out of two, under the id given. Throws HubSpot's refusal of the 251st merge of one profile. */
export function mergeRecords(
  primary: SimRecord,
  loser: SimRecord,
  num: () => number,
  now: number,
  source: ChangeSource,
): Merged {
  const merges = primary.merges + loser.merges + 1;
  if (merges > MAX_MERGES) throw new ApiError(414, "Cannot have more than 250 identities on a profile");
  const moved = movedValues(primary, loser, now);
  const id = num();
  const survivor: SimRecord = {
    id: String(id),
    num: id,
    createdAt: Math.min(primary.createdAt, loser.createdAt),
    snapshot: { values: { ...primary.snapshot.values, ...moved }, updatedAt: now, version: 1 },
    revisions: [...primary.revisions, { at: now, source, values: moved }],
    archivedAt: undefined,
    indexed: undefined,
    merges,
  };
  return { survivor, moved };
}

/** The primary's values win; the loser fills the gaps, and its e-mail address becomes an additional one. */
function movedValues(primary: SimRecord, loser: SimRecord, now: number): Record<string, string> {
  const mine = primary.snapshot.values;
  const theirs = loser.snapshot.values;
  const moved: Record<string, string> = {};
  for (const [name, value] of Object.entries(theirs)) if (mine[name] === undefined) moved[name] = value;

  const union = (name: string, more: readonly string[]) => {
    const all = [...list(mine[name]), ...list(theirs[name]), ...more];
    if (all.length > 0) moved[name] = [...new Set(all)].join(";");
  };
  const mergedIds = [
    ...new Set([...list(mine.hs_merged_object_ids), ...list(theirs.hs_merged_object_ids), primary.id, loser.id]),
  ];
  moved.hs_merged_object_ids = mergedIds.join(";");
  union("hs_calculated_merged_vids", [`${primary.id}:${now}`, `${loser.id}:${now}`]);
  if (theirs.email && mine.email) union("hs_additional_emails", [theirs.email]);
  return moved;
}

function list(joined: string | undefined): string[] {
  return joined ? joined.split(";") : [];
}
