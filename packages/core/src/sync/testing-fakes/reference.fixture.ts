/** What may stand after a history of edits, worked out without the engine: from the users' true edit times alone. */

/** Local field, HubSpot property, rule. */
export const columns: readonly (readonly [string, string, "latest" | "local" | "hubspot" | "union"])[] = [
  ["first", "firstname", "latest"],
  ["last", "lastname", "local"],
  ["email", "email", "hubspot"],
  ["tags", "tags", "union"],
];
export type Column = (typeof columns)[number];

export interface Edit {
  readonly at: number;
  readonly side: "local" | "hubspot";
  readonly value: string;
  /** What the side held before: the user saw it. */
  readonly over: string | null;
}

/** HubSpot's normalisation, said again here: the test must not ask the fake. */
export function normal(property: string, value: string | null): string | null {
  if (value === null) return null;
  if (property === "tags") return value.split(";").sort().join(";");
  return property === "email" ? value.trim().toLowerCase() : value.trim();
}

/**
 * What may stand at rest, from the users' true edit times alone. `latest`: the last edit of all. `union`: everything
 * that was ever added, but what a user of that side replaced without having seen it. An owner's rule: the owner's last edit if it is the last of all; the other side's if that was
 * made on top of the owner's, or both sides were at rest between the two; else either, for they may have met.
 */
export function allowed(
  edits: readonly Edit[],
  [, property, rule]: Column,
  rests: readonly number[],
): readonly (string | null)[] {
  const last = edits.at(-1) as Edit;
  const value = normal(property, last.value);
  if (rule === "union") return subsets(edits).map((some) => some.sort().join(";"));
  if (rule === "latest" || last.side === rule) return [value];
  const owners = edits.findLast(({ side }) => side === rule);
  if (owners === undefined) return [value];
  const theirs = normal(property, owners.value);
  const run = edits.slice(edits.indexOf(owners) + 1);
  // The first edit after the owner's that was made where the owner's value stood: from there on it is history.
  const seen = run.some(({ over }) => over === theirs);
  return seen || rests.some((at) => at > owners.at && at < last.at) ? [value] : [value, theirs];
}

/** Everything that was added, with and without each element that a later edit of its own side did not start from. */
function subsets(edits: readonly Edit[]): string[][] {
  const replaced = (edit: Edit, i: number) =>
    edits.slice(i + 1).some(({ side, over }) => side === edit.side && !(over ?? "").split(";").includes(edit.value));
  return edits.reduce<string[][]>(
    (all, edit, i) => all.flatMap((some) => [[...some, edit.value], ...(replaced(edit, i) ? [some] : [])]),
    [[]],
  );
}
