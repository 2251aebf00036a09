import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotConflictError, HubSpotError, HubSpotValidationError } from "../errors/hubspot-errors.ts";
import { errorFacts, existingIdIn, object, text } from "../http/error-body.ts";
import type { BatchFailureCode, BatchOutcome } from "../model/record.ts";

type Failure = Extract<BatchOutcome<never>, { ok: false }>;

/** A failed call as the outcome of one of its inputs; null for what is no outcome but a fault of the whole operation. */
export function failureOf(index: number, error: unknown): Failure | null {
  if (!(error instanceof HubspokeError)) return null;
  const code = outcomeCode(error);
  if (code === null) return null;
  const known = error instanceof HubSpotError ? error : null;
  const existingId = error instanceof HubSpotConflictError ? error.existingId : null;
  return {
    index,
    ok: false,
    code,
    status: known?.status ?? null,
    properties: (known?.reasons ?? []).flatMap((reason) => reason.property ?? []),
    ...(existingId === null ? {} : { existingId }),
    error,
  };
}

/** An input that was not sent, because those of its batch that were all failed with the error. */
export function unsent(index: number, error: HubspokeError): Failure {
  return { ...failure(index, "NOT_SENT"), error };
}

/** An input's failure as the error that its call alone would have thrown. */
export function errorOf({ code, error, status, properties, existingId }: Failure): HubspokeError {
  if (error !== undefined) return error;
  const known = code === "OMITTED" ? "NOT_FOUND" : code === "NOT_SENT" ? "INTERNAL" : code;
  const what = code === "OMITTED" ? "HubSpot's answer leaves the record out" : "HubSpot refused the record";
  const message = `${known}: ${what}${properties.length === 0 ? "" : ` for ${properties.join(", ")}`}`;
  const reasons = properties.map((property) => ({ property, code }));
  if (code === "CONFLICT")
    return new HubSpotConflictError(message, { status, reasons, existingId: existingId ?? null });
  if (code === "VALIDATION_FAILED" || code === "PROPERTY_UNKNOWN") {
    return new HubSpotValidationError(code, message, { status, reasons });
  }
  return new HubSpotError(known, message, { status });
}

/**
 * An input that was not sent, because its operation stopped over something that is no matter of its inputs (a vault that
 * has no token, a store that is away) when others had been written already.
 */
export function stopped(index: number, error: unknown): Failure {
  return { index, ok: false, code: "INTERNAL", status: null, properties: [], error: ours(error) };
}

/**
 * Ends a batch that had to stop for no fault of its inputs. While nothing was written that is thrown; after that every
 * input that was not sent has an outcome. Thrown then, it would hide which are written, and who tried again would write
 * them twice.
 */
export function endStopped<T>(outcomes: BatchOutcome<T>[], error: unknown): void {
  if (!outcomes.some((outcome) => outcome.ok || outcome.code === "UNKNOWN_OUTCOME")) throw error;
  for (let index = 0; index < outcomes.length; index++) outcomes[index] ??= stopped(index, error);
}

/** What a credential source or another function of the caller's threw, as one of our errors. */
export function ours(error: unknown): HubspokeError {
  if (error instanceof HubspokeError) return error;
  return new HubspokeError("HANDLER_FAILED", "HANDLER_FAILED: a function given to this client threw", {
    unsafe: error,
  });
}

export function failure(index: number, code: BatchFailureCode, status: number | null = null): Failure {
  return { index, ok: false, code, status, properties: [] };
}

/** One entry of `errors[]` in a 207 answer (hubspot-facts §6). */
export function itemFailure(index: number, body: unknown): Failure {
  const facts = errorFacts(body);
  const message = text(object(body).message) ?? "";
  const existingId = facts.existingId ?? existingIdIn(message);
  const code = itemCode(
    facts.category,
    facts.uniqueValueTaken,
    facts.reasons.map((reason) => reason.code),
  );
  return {
    index,
    ok: false,
    code,
    status: 207,
    properties: facts.reasons.flatMap((reason) => reason.property ?? []),
    ...(existingId === null ? {} : { existingId }),
  };
}

function itemCode(category: string | null, taken: boolean, reasons: readonly string[]): BatchFailureCode {
  if (taken || category === "CONFLICT" || category === "OBJECT_ALREADY_EXISTS") return "CONFLICT";
  if (category === "OBJECT_NOT_FOUND") return "NOT_FOUND";
  if (category === "MISSING_SCOPES") return "AUTH_SCOPE_MISSING";
  if (category === "RATE_LIMITS") return "RATE_LIMITED";
  return reasons.includes("PROPERTY_DOESNT_EXIST") ? "PROPERTY_UNKNOWN" : "VALIDATION_FAILED";
}

function outcomeCode(error: HubspokeError): BatchFailureCode | null {
  switch (error.code) {
    case "NOT_FOUND":
    case "VALIDATION_FAILED":
    case "PROPERTY_UNKNOWN":
    case "CONFLICT":
    case "UNKNOWN_OUTCOME":
    case "ABORTED":
    case "AUTH_SCOPE_MISSING":
    case "AUTH_INVALID":
    case "OUTBOUND_REFUSED":
      return error.code;
    case "AUTH_EXPIRED":
    case "AUTH_DISCONNECTED":
    case "AUTH_CIRCUIT_OPEN":
      return "AUTH_INVALID";
    case "RATE_LIMITED":
    case "DAILY_LIMIT_REACHED":
      return "RATE_LIMITED";
    case "HUBSPOT_UNAVAILABLE":
    case "HUBSPOT_LOCKED":
    case "HUBSPOT_MIGRATING":
    case "HUBSPOT_RESPONSE_INVALID":
    case "NETWORK_FAILED":
    case "TIMEOUT":
    case "CLOSED":
      return "HUBSPOT_UNAVAILABLE";
    default:
      return null;
  }
}
