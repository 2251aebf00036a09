import type { SimRecord } from "./record.ts";

export interface MergedValues {
  readonly values: Readonly<Record<string, string>>;
  /** What the survivor got from the loser, and the bookkeeping properties. */
  readonly moved: Readonly<Record<string, string>>;
}

/** The primary's values win; the loser fills the gaps, and its e-mail address becomes an additional one. */
export function mergeValues(primary: SimRecord, loser: SimRecord, now: number): MergedValues {
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
  return { values: { ...mine, ...moved }, moved };
}

function list(joined: string | undefined): string[] {
  return joined ? joined.split(";") : [];
}
