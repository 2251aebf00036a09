import { decideField } from "../../conflict/decide.ts";
import { describe, orders, situations } from "../../conflict/outcome-table.ts";
import type { Direction, EditTimes, FieldRule, FieldState } from "../../conflict/types.ts";
import { elementsOf } from "../../conflict/union.ts";
import type { BoundSync } from "../declare/bind.ts";
import type { Pair } from "../observe/pair.ts";
import { planRecord } from "../plan/plan-record.ts";
import type { RecordPlan } from "../plan/types.ts";

/** A rule, with what it is told about the order of edits, as one column of the table. */
export interface MatrixColumn {
  readonly name: string;
  readonly rule: FieldRule;
  readonly direction: Direction;
  /** A key of `orders`; null for rules that do not ask. */
  readonly order: string | null;
}

const inOrder = (name: string, rule: FieldRule): readonly MatrixColumn[] =>
  Object.keys(orders).map((order) => ({ name: `${name}, ${order}`, rule, direction: "both", order }));
const always = (name: string, rule: FieldRule, direction: Direction = "both"): MatrixColumn => ({
  name,
  rule,
  direction,
  order: null,
});

/** Every rule that has a name, the orders that decide some of them, and the two one-way directions. */
export const columns: readonly MatrixColumn[] = [
  always("owner: hubspot", "hubspot"),
  always("owner: local", "local"),
  ...inOrder("latest", "latest"),
  ...inOrder("never-empty", "never-empty"),
  always("union", "union"),
  always("max", "max"),
  always("min", "min"),
  always("review", "review"),
  always("only to HubSpot", "review", "to-hubspot"),
  always("only from HubSpot", "review", "from-hubspot"),
];

/** What happens to the whole record, whatever the rules of its fields are. */
const records = ["archived in HubSpot", "deleted locally", "merged in HubSpot"] as const;

/** The rows: what became of a field both sides agreed on, of one they never agreed on, and of the record itself. */
export const rows: readonly string[] = [...Object.keys(situations), ...records];

/** What is done in a cell, in words: by the planner of a real run, with the policies a declaration has by default. */
export function cell(row: string, column: MatrixColumn): string {
  const field = situations[row];
  if (field === undefined) return recordCell(row as (typeof records)[number]);
  return fieldCell(field, column);
}

function fieldCell(field: FieldState, { rule, direction, order }: MatrixColumn): string {
  const times: EditTimes | undefined = order === null ? undefined : orders[order];
  const decision = decideField(field, { direction, rule, tie: "review" }, times);
  if (decision.kind !== "merge") return describe(decision);
  // A merge that one side holds already is written to the other only, as the planner does it.
  const merged = elementsOf(decision.value).join(";");
  const { conflict } = decision;
  if (merged === field.local.canonical) return describe({ kind: "push", conflict });
  return describe(merged === field.remote.canonical ? { kind: "pull", conflict } : decision);
}

const sync = {
  declared: { deletes: { fromHubspot: "unlink", fromLocal: "ignore" }, filters: {} },
  fields: [],
} as unknown as BoundSync;

function recordCell(row: (typeof records)[number]): string {
  const link = { state: "linked", hubspotId: "1", localId: "L1", base: {} };
  const local = { id: "L1", version: "1", values: {}, updatedAt: null };
  const remote = { asked: "1", id: "1", values: {}, updatedAt: 0, archived: false, mergedIds: [] };
  const pairs = {
    "archived in HubSpot": { link, local, remote: { ...remote, archived: true } },
    "deleted locally": { link, local: null, remote },
    "merged in HubSpot": { link, local, remote: { ...remote, id: "2" } },
  };
  const pair = { ...pairs[row], readAt: 0 } as unknown as Pair;
  return describeRecord(planRecord(sync, pair, []));
}

function describeRecord(plan: RecordPlan): string {
  if (plan.kind === "relink") return "nothing, goes on with the survivor";
  if (plan.kind !== "gone") return plan.kind;
  return plan.policy === "ignore" ? "nothing, the pair rests" : "nothing, the pair is undone";
}

/** The whole table in Markdown, as the guide shows it. */
export function outcomeMatrix(): string {
  const lines = rows.map((row) => `| ${[row, ...columns.map((column) => cell(row, column))].join(" | ")} |`);
  const head = `| | ${columns.map(({ name }) => name).join(" | ")} |`;
  return [head, `|${" --- |".repeat(columns.length + 1)}`, ...lines].join("\n");
}
