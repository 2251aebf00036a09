import { decideField } from "../../conflict/decide.ts";
import type { Decision, EditTimes } from "../../conflict/types.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import { attempt } from "../../util/attempt.ts";
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

/** The conflict such an edit is, before anything decided it. */
export function conflictWith({
  field,
  value,
  covered,
  seen,
  localId,
  hubspotId,
}: CoveredEdit): Omit<ConflictEntry, "settlement"> & { readonly times: EditTimes } {
  const times: EditTimes = {
    local: localTime(field.name, seen),
    remote: { earliest: covered.at, latest: covered.at, source: "history" },
  };
  return { localId, hubspotId, field: field.name, times, local: value, hubspot: field.decode(covered.values) };
}

/** What the rule would have said, had it known of the covered edit. */
export function decisionOn(edit: CoveredEdit): Decision {
  const { field, value } = edit;
  const met = conflictWith(edit);
  const side = { present: true, changed: true };
  const state = {
    agreed: true,
    equal: false,
    settled: false,
    local: { ...side, value, canonical: field.canonicalLocal(value) },
    remote: { ...side, value: met.hubspot, canonical: field.canonicalLocal(met.hubspot) },
  };
  return decideField(state, field, met.times);
}

/**
 * The conflict to log when the rule would have taken ours; null when it would not, or a rule or codec of the host's throws
 * over it: put back, the edit is planned anew, where that sets its record aside with the reason. Here it would stop all.
 */
export function oursStands(edit: CoveredEdit): ConflictEntry | null {
  return attempt(() => {
    const decision = decisionOn(edit);
    return decision.kind === "push" && decision.conflict
      ? { ...conflictWith(edit), settlement: decision.conflict }
      : null;
  });
}
