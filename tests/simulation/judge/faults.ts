import type { Faults } from "@hubspoke/testing";
import type { FaultKind, Step } from "../script/steps.ts";

type Arm = Exclude<Parameters<Faults["add"]>[0], string>;

const reads = /\/batch\/read$|\/search$|^\/crm\/(?:objects|properties)\/[^/]+\/[^/]+$/;
const writes = /\/batch\/(?:create|update|upsert|archive)$/;

const effects: Readonly<Record<FaultKind, Pick<Arm, "effect" | "phase">>> = {
  "429 of the ten seconds": { effect: { policy: "TEN_SECONDLY_ROLLING" } },
  "429 of the search": { effect: { policy: "SECONDLY" } },
  "423": { effect: { status: 423 } },
  "500": { effect: { status: 500 } },
  "502 page": { effect: "html" },
  "503": { effect: { status: 503 } },
  "reset before the effect": { effect: "reset", phase: "before" },
  "reset after the effect": { effect: "reset", phase: "after" },
  "timeout before the effect": { effect: "timeout", phase: "before" },
  "timeout after the effect": { effect: "timeout", phase: "after" },
  "answer cut short": { effect: { truncate: 20 } },
};

/** Arms a fault, and counts it when it fires. */
export function arm(faults: Faults, step: Extract<Step, { kind: "fault" }>, fired: Map<string, number>): void {
  const { fault, times, on } = step;
  let left = times;
  const route = fault === "429 of the search" ? /\/search$/ : on === "reads" ? reads : on === "writes" ? writes : /^/;
  faults.add({
    ...effects[fault],
    times,
    route,
    when: () => {
      if (left-- > 0) fired.set(fault, (fired.get(fault) ?? 0) + 1);
      return true;
    },
  });
}
