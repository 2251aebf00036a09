import type { LocalValue } from "../ports/local-source.ts";
import { assertNever } from "../util/assert-never.ts";
import type { Decision, EditTimes, FieldRule, FieldState, SideState, TieRule } from "./types.ts";
import { mergeUnion } from "./union.ts";

/** The name of a rule as the conflict log writes it. */
export function ruleName(rule: FieldRule): string {
  return typeof rule === "function" ? "function" : rule;
}

/**
 * Settles a field that both sides changed to different values. Pure: the same input gives the same decision on every
 * machine. `latest` without `times` answers `needs-times`; edits that cannot be put in order go to `tie`.
 */
export function settle(state: FieldState, rule: FieldRule, tie: TieRule, times?: EditTimes): Decision {
  if (typeof rule === "function") return byFunction(rule, state, times);
  switch (rule) {
    case "local":
    case "hubspot":
      return take(rule, rule);
    case "review":
      return take("review", "review");
    case "latest":
      return times === undefined ? { kind: "needs-times" } : byTime("latest", tie, times);
    case "never-empty":
      if (state.local.canonical === null) return take("hubspot", rule);
      if (state.remote.canonical === null) return take("local", rule);
      return times === undefined ? { kind: "needs-times" } : byTime("never-empty, then latest", tie, times);
    case "union":
      return { kind: "merge", value: mergeUnion(state), conflict: { rule, winner: "merged" } };
    case "max":
    case "min":
      if (state.local.canonical === null) return take("hubspot", rule);
      if (state.remote.canonical === null) return take("local", rule);
      return take(larger(state.local, state.remote) === (rule === "max") ? "local" : "hubspot", rule);
    default:
      return assertNever(rule);
  }
}

function take(side: "local" | "hubspot" | "review", rule: string): Decision {
  if (side === "review") return { kind: "park", conflict: { rule, winner: "parked" } };
  return side === "local"
    ? { kind: "push", conflict: { rule, winner: "local" } }
    : { kind: "pull", conflict: { rule, winner: "hubspot" } };
}

function byTime(rule: string, tie: TieRule, { local, remote }: EditTimes): Decision {
  if (local.earliest > remote.latest) return take("local", rule);
  if (remote.earliest > local.latest) return take("hubspot", rule);
  return take(tie, `${rule}, tie`);
}

function byFunction(rule: Exclude<FieldRule, string>, state: FieldState, times: EditTimes | undefined): Decision {
  if (times === undefined) return { kind: "needs-times" };
  const result = rule({
    local: state.local.value,
    hubspot: state.remote.value,
    localAt: times.local,
    hubspotAt: times.remote,
  });
  return "take" in result
    ? take(result.take, "function")
    : { kind: "merge", value: result.value, conflict: { rule: "function", winner: "merged" } };
}

/** Whether `a` is larger: numbers by size, other values by text. */
function larger(a: SideState, b: SideState): boolean {
  const [x, y] = [asNumber(a.value), asNumber(b.value)];
  if (x !== null && y !== null) return x > y;
  return (a.canonical ?? "") > (b.canonical ?? "");
}

function asNumber(value: LocalValue): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
