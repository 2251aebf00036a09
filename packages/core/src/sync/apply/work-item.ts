import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord, LocalValue } from "../../ports/local-source.ts";
import type { Pair } from "../observe/pair.ts";
import type { FieldPlan } from "../plan/types.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { ConflictEntry } from "./tally.ts";

/** Fields of one linked record that are to be written to one side. */
export interface FieldsItem {
  readonly pair: Pair;
  readonly link: LinkRow;
  readonly local: LocalRecord;
  readonly remote: RemoteRecord;
  readonly fields: readonly FieldPlan[];
}

export interface AdmittedFields extends FieldsItem {
  readonly intent: IntentRow;
}

/** What a field's plan sends: the merged value, or the local one to HubSpot, or HubSpot's to the local side. */
export function valueToPush(item: FieldsItem, { action, merged, view }: FieldPlan): LocalValue {
  return action === "merge" ? (merged ?? null) : (item.local.values[view.field.name] ?? null);
}

export function valueToPull(item: FieldsItem, { action, merged, view }: FieldPlan): LocalValue {
  return action === "merge" ? (merged ?? null) : view.field.decode(item.remote.values);
}

/** The conflicts that a record's plan settles. A merge is logged once, by its first half. */
export function conflictsOf(item: FieldsItem): readonly ConflictEntry[] {
  return item.fields.flatMap(({ view, conflict, times }) =>
    conflict === undefined
      ? []
      : [
          {
            localId: item.link.localId,
            hubspotId: item.link.hubspotId,
            field: view.field.name,
            settlement: conflict,
            times: times ?? null,
            local: view.local.value,
            hubspot: view.remote.value,
          },
        ],
  );
}

export function fieldNames(fields: readonly FieldPlan[]): readonly string[] {
  return fields.map(({ view }) => view.field.name);
}
