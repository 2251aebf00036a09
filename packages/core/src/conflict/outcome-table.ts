import { decideField } from "./decide.ts";
import type { Decision, EditTimes, FieldRule, FieldState, SideState, TieRule } from "./types.ts";

const base = "B";

function side(value: string | null, changed: boolean, present = true): SideState {
  return { present, changed, value, canonical: value };
}

function state(local: SideState, remote: SideState, rest: Partial<FieldState> = {}): FieldState {
  return { agreed: true, local, remote, equal: local.canonical === remote.canonical, settled: false, ...rest };
}

/** Every situation a field of a linked pair can be in, both sides having agreed on `B` before. */
export const situations: Readonly<Record<string, FieldState>> = {
  "both same": state(side("X", true), side("X", true)),
  "nothing changed": state(side(base, false), side(base, false)),
  "local only": state(side("L", true), side(base, false)),
  "HubSpot only": state(side(base, false), side("H", true)),
  "both different": state(side("L", true), side("H", true)),
  "cleared locally": state(side(null, true), side(base, false)),
  "cleared in HubSpot": state(side(base, false), side(null, true)),
  "cleared locally, edited in HubSpot": state(side(null, true), side("H", true)),
  "edited locally, cleared in HubSpot": state(side("L", true), side(null, true)),
  "absent locally": state(side(null, true, false), side("H", true)),
  "absent in HubSpot": state(side("L", true), side(null, true, false)),
  "normalised by HubSpot": state(side("L ", false), side("L", false), { settled: true }),
  "refused by HubSpot": state(side("L", false), side(base, false), { settled: true }),
  "first contact, same": state(side("X", true), side("X", true), { agreed: false }),
  "first contact, local empty": state(side(null, true), side("H", true), { agreed: false }),
  "first contact, HubSpot empty": state(side("L", true), side(null, true), { agreed: false }),
  "first contact, different": state(side("L", true), side("H", true), { agreed: false }),
};

const exact = (at: number) => ({ earliest: at, latest: at, source: "field time" });

/** Who edited last, for the rules that ask. */
export const orders: Readonly<Record<string, EditTimes>> = {
  "local later": { local: exact(2), remote: exact(1) },
  "HubSpot later": { local: exact(1), remote: exact(2) },
  "order unknown": { local: { earliest: 0, latest: 3, source: "observed" }, remote: exact(2) },
};

/** In words: what is written where. */
export function describe(decision: Decision): string {
  const text = {
    keep: "nothing",
    absent: "nothing, waits",
    agree: "nothing, remembered",
    hold: "nothing, stays different",
    push: "local → HubSpot",
    pull: "HubSpot → local",
    merge: "merged → both",
    park: "parked for review",
    "needs-times": "asks for times",
  }[decision.kind];
  return "conflict" in decision && decision.conflict !== undefined ? `${text} (logged)` : text;
}

interface Column {
  readonly name: string;
  readonly rule: FieldRule;
  readonly times: EditTimes | undefined;
}

/** The outcome of every rule in every situation, as a Markdown table made by the code that decides. */
export function outcomeTable(rules: Readonly<Record<string, FieldRule>>, tie: TieRule = "review"): string {
  const columns: readonly Column[] = Object.entries(rules).flatMap(([name, rule]): Column[] =>
    needsTimes(rule)
      ? Object.entries(orders).map(([order, times]) => ({ name: `${name}, ${order}`, rule, times }))
      : [{ name, rule, times: undefined }],
  );
  const head = `| | ${columns.map((column) => column.name).join(" | ")} |`;
  const rows = Object.entries(situations).map(([name, field]) => {
    const cells = columns.map(({ rule, times }) =>
      describe(decideField(field, { direction: "both", rule, tie }, times)),
    );
    return `| ${name} | ${cells.join(" | ")} |`;
  });
  return [head, `|${" --- |".repeat(columns.length + 1)}`, ...rows].join("\n");
}

function needsTimes(rule: FieldRule): boolean {
  return rule === "latest" || rule === "never-empty" || typeof rule === "function";
}
