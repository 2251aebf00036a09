/** A stretch of record ids: from `at` up to but without `end`; null: to the last record there is. */
export interface IdStretch {
  readonly at: bigint;
  readonly end: bigint | null;
}

export const allIds: readonly IdStretch[] = [{ at: 0n, end: null }];

/** What is left of ascending, disjoint stretches once `part` is taken out. */
export function without(stretches: readonly IdStretch[], part: IdStretch): readonly IdStretch[] {
  return stretches.flatMap(({ at, end }) => {
    const { at: from, end: to } = part;
    if ((end !== null && end <= from) || (to !== null && to <= at)) return [{ at, end }];
    const before = at < from ? [{ at, end: from }] : [];
    const after = to !== null && (end === null || to < end) ? [{ at: to, end }] : [];
    return [...before, ...after];
  });
}

/** All ids that are in none of them. */
export function outside(stretches: readonly IdStretch[]): readonly IdStretch[] {
  return stretches.reduce<readonly IdStretch[]>(without, allIds);
}

/** As JSON can hold it: an id may be larger than a number keeps exactly. */
export type StretchText = readonly [at: string, end: string | null];

export function toTexts(stretches: readonly IdStretch[]): readonly StretchText[] {
  return stretches.map(({ at, end }) => [String(at), end === null ? null : String(end)]);
}

export function fromTexts(texts: readonly StretchText[]): readonly IdStretch[] {
  return texts.map(([at, end]) => ({ at: BigInt(at), end: end === null ? null : BigInt(end) }));
}
