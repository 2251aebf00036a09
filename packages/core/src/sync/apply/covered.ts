import { decideField } from "../../conflict/decide.ts";
import type { EditTimes } from "../../conflict/types.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { BoundField } from "../declare/bind.ts";
import type { FieldMoment } from "../observe/timeline.ts";
import { localTime } from "../observe/times.ts";
import type { ConflictEntry } from "./tally.ts";

/** An edit in HubSpot that a write of ours covered, and what we wrote. */
export interface CoveredEdit {
  readonly localId: string;
  readonly hubspotId: string;
  readonly field: BoundField;
  readonly value: LocalValue;
  readonly covered: FieldMoment;
  /** The local side as it was read. */
  readonly seen: Parameters<typeof localTime>[1];
}

/** The conflict to log when the rule would have taken ours, had it known of the covered edit; null when it would not. */
export function oursStands({ localId, hubspotId, field, value, covered, seen }: CoveredEdit): ConflictEntry | null {
  const hubspot = field.decode(covered.values);
  const times: EditTimes = {
    local: localTime(field.name, seen),
    remote: { earliest: covered.at, latest: covered.at, source: "history" },
  };
  const side = { present: true, changed: true };
  const state = {
    agreed: true,
    equal: false,
    settled: false,
    local: { ...side, value, canonical: field.canonicalLocal(value) },
    remote: { ...side, value: hubspot, canonical: field.canonicalLocal(hubspot) },
  };
  const decision = decideField(state, field, times);
  if (decision.kind !== "push" || decision.conflict === undefined) return null;
  return { localId, hubspotId, field: field.name, settlement: decision.conflict, times, local: value, hubspot };
}
