import { idsOf } from "../observe/pair.ts";
import type { FieldPlan, RecordPlan } from "./types.ts";

/** An example of a planned action: ids and field names, never values. */
export interface PlanExample {
  /** Null for a record that would be created locally. */
  readonly localId: string | null;
  /** Null for a record that would be created in HubSpot. */
  readonly hubspotId: string | null;
  /** Local names; empty for actions of whole records. */
  readonly fields: readonly string[];
}

/** Names the actions of a plan: what a dry run counts and shows examples of. */
export function countPlan(
  plan: RecordPlan,
  count: (name: string, by: number) => void,
  example: (name: string, example: PlanExample) => void = () => {},
): void {
  const ids = idsOf(plan.pair);
  for (const { name, fields, by } of actionsOf(plan)) {
    count(name, by ?? 1);
    example(name, { ...ids, fields: fields ?? [] });
  }
}

interface Action {
  readonly name: string;
  readonly fields?: readonly string[];
  readonly by?: number;
}

function actionsOf(plan: RecordPlan): readonly Action[] {
  switch (plan.kind) {
    case "none":
      return plan.refused === undefined ? [{ name: "equal" }] : [refusedAction(plan.refused)];
    case "skip":
      return [{ name: `skipped:${plan.reason}` }];
    case "gone":
      return [{ name: `${plan.policy}:${plan.side}-gone` }];
    case "fields":
      return fieldActions(plan);
    default:
      return [{ name: plan.kind }];
  }
}

function refusedAction(fields: readonly string[]): Action {
  return { name: "skipped:refused", fields, by: fields.length };
}

function fieldActions(plan: Extract<RecordPlan, { kind: "fields" }>): readonly Action[] {
  const named = (wanted: (field: FieldPlan) => boolean) =>
    plan.fields.filter(wanted).map(({ view }) => view.field.name);
  const pulls = named(({ action }) => action === "pull" || action === "merge");
  const pushes = named(({ action }) => action === "push" || action === "merge");
  const conflicts = named(({ conflict }) => conflict !== undefined);
  const parked = named(({ action }) => action === "park");
  const actions: readonly Action[] = [
    ...(plan.link ? [{ name: "link" }] : []),
    ...(pulls.length > 0 ? [{ name: "pull", fields: pulls }] : []),
    ...(pushes.length > 0 ? [{ name: "push", fields: pushes }] : []),
    ...(conflicts.length > 0 ? [{ name: "conflict", fields: conflicts, by: conflicts.length }] : []),
    ...(plan.oscillating ? [{ name: "oscillating", fields: plan.oscillating, by: plan.oscillating.length }] : []),
    ...(plan.refused ? [refusedAction(plan.refused)] : []),
    ...(parked.length > 0 ? [{ name: "park", fields: parked, by: parked.length }] : []),
  ];
  if (actions.length > 0) return actions;
  const agreed = named(({ action }) => action !== "rehash");
  return agreed.length === 0 && plan.fields.length > 0 ? [{ name: "equal" }] : [{ name: "agree", fields: agreed }];
}
