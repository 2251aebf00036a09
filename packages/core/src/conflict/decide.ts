import { assertNever } from "../util/assert-never.ts";
import { settle } from "./settle.ts";
import type { Decision, Direction, EditTimes, FieldRule, FieldState, TieRule } from "./types.ts";

export interface FieldPolicy {
  readonly direction: Direction;
  readonly rule: FieldRule;
  readonly tie: TieRule;
}

/**
 * What happens to one field of a pair: the three-way merge of the base, the local side and HubSpot's side. Pure.
 *
 * An edit on one side travels to the other, whatever the rule: the rule decides only when both sides changed since
 * they last agreed. On first contact there is no base: an empty side is filled, two different values are a conflict.
 * Two unchanged sides that nevertheless differ, without that being known, are drift and settled like a conflict.
 * A field that waits for review stays a two-sided edit though one side goes back to what it was: its user did so on
 * purpose, and the other side's edit must not come over what somebody was promised to decide.
 */
export function decideField(state: FieldState, policy: FieldPolicy, times?: EditTimes): Decision {
  const { local, remote } = state;
  if (!local.present || !remote.present) return { kind: "absent" };
  if (state.waiting === true) return state.equal ? { kind: "agree" } : twoSided(state, policy, times);
  if (state.agreed && !local.changed && !remote.changed) {
    if (state.equal || state.settled) return { kind: "keep" };
    return twoSided(state, policy, times);
  }
  if (state.equal) return { kind: "agree" };
  if (policy.direction !== "both") return oneWay(state, policy.direction);
  if (!state.agreed) return firstContact(state, policy, times);
  if (local.changed && remote.changed) return twoSided(state, policy, times);
  if (policy.rule === "never-empty") return refill(state);
  return { kind: local.changed ? "push" : "pull" };
}

function firstContact(state: FieldState, policy: FieldPolicy, times: EditTimes | undefined): Decision {
  if (state.local.canonical === null) return { kind: "pull" };
  if (state.remote.canonical === null) return { kind: "push" };
  return twoSided(state, policy, times);
}

function twoSided(state: FieldState, policy: FieldPolicy, times: EditTimes | undefined): Decision {
  if (policy.direction !== "both") return oneWay(state, policy.direction);
  return settle(state, policy.rule, policy.tie, times);
}

/** `never-empty`: a clear on one side is put back from the other. */
function refill({ local, remote }: FieldState): Decision {
  if (local.changed)
    return local.canonical === null
      ? { kind: "pull", conflict: { rule: "never-empty", winner: "hubspot" } }
      : { kind: "push" };
  return remote.canonical === null
    ? { kind: "push", conflict: { rule: "never-empty", winner: "local" } }
    : { kind: "pull" };
}

/** The source of a one-way field always wins; what its destination had is logged. An empty source erases nothing on first contact. */
function oneWay(state: FieldState, direction: Exclude<Direction, "both">): Decision {
  const { local, remote, agreed } = state;
  switch (direction) {
    case "to-hubspot":
      if (!agreed && local.canonical === null) return { kind: "hold" };
      return remote.changed && (agreed || remote.canonical !== null)
        ? { kind: "push", conflict: { rule: "one-way", winner: "local" } }
        : { kind: "push" };
    case "from-hubspot":
      if (!agreed && remote.canonical === null) return { kind: "hold" };
      return local.changed && (agreed || local.canonical !== null)
        ? { kind: "pull", conflict: { rule: "one-way", winner: "hubspot" } }
        : { kind: "pull" };
    default:
      return assertNever(direction);
  }
}
