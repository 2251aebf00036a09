import type { BatchFailureCode } from "../../model/record.ts";
import type { FieldPlan } from "../plan/types.ts";

export interface Refusal {
  readonly code: string;
  readonly fields: readonly FieldPlan[];
}

interface Failure {
  readonly code: BatchFailureCode;
  readonly properties: readonly string[];
}

/**
 * The fields that a refused write has to leave out, or null when the refusal names none of them. A duplicate unique
 * value names no property (hubspot-facts §6): then it is the e-mail, the one unique value a contact always has.
 */
export function refusalOf(failure: Failure, sent: readonly FieldPlan[]): Refusal | null {
  if (!["VALIDATION_FAILED", "PROPERTY_UNKNOWN", "CONFLICT", "OUTBOUND_REFUSED"].includes(failure.code)) return null;
  const named = failure.code === "CONFLICT" && failure.properties.length === 0 ? ["email"] : failure.properties;
  const fields = sent.filter(({ view }) => view.field.properties.some((property) => named.includes(property)));
  return fields.length === 0 ? null : { code: failure.code, fields };
}
