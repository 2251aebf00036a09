import type { BatchOutcome } from "../../model/record.ts";
import type { FieldPlan } from "../plan/types.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { AdmittedFields } from "./work-item.ts";

/** What HubSpot answered for one record, its refused fields set aside; no outcome when all were refused. */
export interface Pushed {
  readonly item: AdmittedFields;
  readonly outcome: BatchOutcome<RemoteRecord> | null;
  readonly sent: readonly FieldPlan[];
  readonly refused: readonly { readonly plan: FieldPlan; readonly code: string }[];
}

/** Whether the answer says for certain that the write did, or did not, happen. */
export function isKnown(outcome: BatchOutcome<unknown>): boolean {
  if (outcome.ok) return true;
  return !["UNKNOWN_OUTCOME", "HUBSPOT_UNAVAILABLE", "ABORTED", "INTERNAL"].includes(outcome.code);
}
