import type { LocalValue } from "../ports/local-source.ts";
import type { FieldState, SideState } from "./types.ts";

/**
 * The three-way union of two lists: an element stays if both have it or one side added it, and goes if one side
 * removed what both had agreed on. Sorted, so that both sides and every machine get the same list.
 */
export function mergeUnion(state: FieldState): readonly string[] {
  const base = new Set(state.agreed ? state.baseElements : []);
  const merged = new Set<string>();
  const local = byHash(state.local);
  const remote = byHash(state.remote);
  for (const [hash, element] of [...local, ...remote]) {
    const inBoth = local.has(hash) && remote.has(hash);
    if (inBoth || !base.has(hash)) merged.add(element);
  }
  return [...merged].sort();
}

/** The elements of a list value, as HubSpot keeps them: a blank beside one makes no other of it, and one text may hold many. */
export function elementsOf(value: LocalValue): readonly string[] {
  const text = value === null ? "" : typeof value === "object" ? value.join(";") : String(value);
  return text.split(";").flatMap((element) => element.trim() || []);
}

/** Without hashes (nothing agreed yet) an element stands for itself. */
function byHash(side: SideState): Map<string, string> {
  return new Map(elementsOf(side.value).map((element, i) => [side.elements?.[i] ?? element, element]));
}
