import type { EpochMs } from "../../ports/ids.ts";
import type { FieldBase } from "../../ports/link-store.ts";

/** Writes in turn, each putting back what the one before had replaced, before a field is left alone: three each way. */
const mostWrites = 6;
/** Two writes further apart than this are people changing their minds, not two programs. */
const quickMs = 3_600_000;

/** Which side a write goes to. */
export type To = "local" | "hubspot";

/** The base after a write, with what tells a field that two programs write against each other from one that people edit. */
export function withSwing(base: FieldBase, before: FieldBase | null, to: To, now: EpochMs): FieldBase {
  if (before === null || before.local === "") return base;
  const turns = putsBack(before, base.local, to, now) ? (before.turns ?? 0) + 1 : 0;
  return { ...base, swung: { from: before.local, to, at: now }, ...(turns > 0 && { turns }) };
}

/** Whether writing the value of that hash to that side would be one turn too many. */
export function isSwinging(base: FieldBase | null, hash: string, to: To, now: EpochMs): boolean {
  return (base?.turns ?? 0) >= mostWrites - 1 && base !== null && putsBack(base, hash, to, now);
}

/** Whether the last write went the other way, lately, and replaced just this value. */
function putsBack({ swung }: FieldBase, hash: string, to: To, now: EpochMs): boolean {
  return swung !== undefined && swung.to !== to && swung.from === hash && now - swung.at <= quickMs;
}

/** The base of a field that is to be tried again. */
export function withoutSwing({ turns: _turns, swung: _swung, ...base }: FieldBase): FieldBase {
  return base;
}
