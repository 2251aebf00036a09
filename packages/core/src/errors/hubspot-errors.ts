import type { ErrorCode } from "./codes.ts";
import { type ErrorOptions, HubspokeError } from "./hubspoke-error.ts";

/** Why one property was refused: HubSpot's machine-readable code, never its text. */
export interface PropertyReason {
  /** The property's name, or null where HubSpot named none. */
  readonly property: string | null;
  /** For example `INVALID_EMAIL`, `PROPERTY_DOESNT_EXIST`, `READ_ONLY_VALUE` (hubspot-facts §6). */
  readonly code: string;
}

/** What an answer of HubSpot's adds to an error. */
export interface HubSpotErrorOptions extends ErrorOptions {
  /** HTTP status; null when there was no answer. */
  readonly status?: number | null;
  /** HubSpot's id of the request, from the body of its error answer. */
  readonly correlationId?: string | null;
  /** Which limit a 429 was about: `DAILY`, `TEN_SECONDLY_ROLLING` or `SECONDLY`. */
  readonly policyName?: string | null;
  /** `VERB /template`: paths hold ids and are never kept. */
  readonly route?: string | null;
  /** From `errors[]` of HubSpot's body, names and codes only. Default: none. */
  readonly reasons?: readonly PropertyReason[];
  /** How long HubSpot asked to wait. */
  readonly retryAfterMs?: number | null;
}

/** Everything that has to do with a call to HubSpot. Fields are facts that are safe to log. */
export class HubSpotError<C extends ErrorCode = ErrorCode> extends HubspokeError<C> {
  /** In stack traces; minifiers do not change it. `instanceof HubSpotError` covers every class below. */
  override readonly name: string = "HubSpotError";
  /** HubSpot's HTTP status; null when nothing was sent or no answer came. */
  readonly status: number | null;
  /** What HubSpot's support asks for; null when HubSpot gave none. */
  readonly correlationId: string | null;
  /** Of a 429: such as `TEN_SECONDLY_ROLLING` or `DAILY`; null else, and where HubSpot did not say. */
  readonly policyName: string | null;
  /** `VERB /template`: paths hold ids and are never kept. Null when no call was meant. */
  readonly route: string | null;
  /** What is wrong with which property, of a refused write. Values are not in it. */
  readonly reasons: readonly PropertyReason[];
  /** How long HubSpot asked to wait, or our own pause; null when nobody said. */
  readonly retryAfterMs: number | null;

  constructor(code: C, message: string, options: HubSpotErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status ?? null;
    this.correlationId = options.correlationId ?? null;
    this.policyName = options.policyName ?? null;
    this.route = options.route ?? null;
    this.reasons = options.reasons ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** What is safe to log: no values, no text of HubSpot. */
  override toJSON(): Record<string, unknown> {
    const { status, correlationId, policyName, route, reasons, retryAfterMs } = this;
    return { ...super.toJSON(), status, correlationId, policyName, route, reasons, retryAfterMs };
  }
}

/** Codes of `HubSpotAuthError`. */
export type AuthErrorCode =
  | "AUTH_INVALID"
  | "AUTH_EXPIRED"
  | "AUTH_SCOPE_MISSING"
  | "AUTH_DISCONNECTED"
  | "AUTH_CIRCUIT_OPEN";

/** The token is wrong, expired, or lacks a scope. */
export class HubSpotAuthError extends HubSpotError<AuthErrorCode> {
  /** In stack traces; codes are those of `AuthErrorCode`. */
  override readonly name = "HubSpotAuthError";
  /** Scopes HubSpot named; empty where it named none. */
  readonly requiredScopes: readonly string[];

  constructor(
    code: AuthErrorCode,
    message: string,
    options: HubSpotErrorOptions & { readonly requiredScopes?: readonly string[] } = {},
  ) {
    super(code, message, options);
    this.requiredScopes = options.requiredScopes ?? [];
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), requiredScopes: this.requiredScopes };
  }
}

/** A limit was reached: `policyName` says which. `DAILY_LIMIT_REACHED` lasts until the account's midnight. */
export class HubSpotRateLimitError extends HubSpotError<"RATE_LIMITED" | "DAILY_LIMIT_REACHED"> {
  /** In stack traces; codes are RATE_LIMITED and DAILY_LIMIT_REACHED. */
  override readonly name = "HubSpotRateLimitError";
}

/** The request was refused as it stands; `reasons` says which property and why. */
export class HubSpotValidationError extends HubSpotError<"VALIDATION_FAILED" | "PROPERTY_UNKNOWN"> {
  /** In stack traces; codes are VALIDATION_FAILED and PROPERTY_UNKNOWN. */
  override readonly name = "HubSpotValidationError";
}

/** HubSpot has no such record, property, list or endpoint. */
export class HubSpotNotFoundError extends HubSpotError<"NOT_FOUND"> {
  /** In stack traces; the one code is NOT_FOUND. */
  override readonly name = "HubSpotNotFoundError";

  constructor(message: string, options: HubSpotErrorOptions = {}) {
    super("NOT_FOUND", message, options);
  }
}

/** The record, property or unique value exists already. */
export class HubSpotConflictError extends HubSpotError<"CONFLICT"> {
  /** In stack traces; the one code is CONFLICT. */
  override readonly name = "HubSpotConflictError";
  /** Id of the record that has the value; null where HubSpot did not name it. */
  readonly existingId: string | null;

  constructor(message: string, options: HubSpotErrorOptions & { readonly existingId?: string | null } = {}) {
    super("CONFLICT", message, options);
    this.existingId = options.existingId ?? null;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), existingId: this.existingId };
  }
}

/** A write left this machine, no answer says whether it happened, and nothing could be found out. It was not repeated. */
export class HubSpotUnknownOutcomeError extends HubSpotError<"UNKNOWN_OUTCOME"> {
  /** In stack traces; the one code is UNKNOWN_OUTCOME. */
  override readonly name = "HubSpotUnknownOutcomeError";
  /** One sentence: how to find out. */
  readonly check: string;
  /** A create: the record that has the input's unique value now, though it may be somebody else's. Otherwise null. */
  readonly existingId: string | null;

  constructor(
    message: string,
    options: HubSpotErrorOptions & { readonly check?: string; readonly existingId?: string | null } = {},
  ) {
    super("UNKNOWN_OUTCOME", message, options);
    this.check = options.check ?? "";
    this.existingId = options.existingId ?? null;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), check: this.check, existingId: this.existingId };
  }
}

/** A credential belongs to another HubSpot account than its tenant. Nothing was read or written. */
export class HubSpotPortalMismatchError extends HubSpotError<"PORTAL_MISMATCH"> {
  /** In stack traces; the one code is PORTAL_MISMATCH. */
  override readonly name = "HubSpotPortalMismatchError";
  /** The account the tenant is pinned to. */
  readonly expectedPortalId: string;
  /** The account the token or grant is of. */
  readonly actualPortalId: string;

  constructor(
    message: string,
    options: HubSpotErrorOptions & { readonly expectedPortalId: string; readonly actualPortalId: string },
  ) {
    super("PORTAL_MISMATCH", message, options);
    this.expectedPortalId = options.expectedPortalId;
    this.actualPortalId = options.actualPortalId;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), expectedPortalId: this.expectedPortalId, actualPortalId: this.actualPortalId };
  }
}

/** Values that may not leave were found in a write, which was not sent. `reasons` names properties and rules. */
export class HubSpotOutboundRefusedError extends HubSpotError<"OUTBOUND_REFUSED"> {
  /** In stack traces; the one code is OUTBOUND_REFUSED. */
  override readonly name = "HubSpotOutboundRefusedError";
  /** For each reason the position of its input in a batch; null outside of one. */
  readonly inputs: readonly (number | null)[];

  constructor(message: string, options: HubSpotErrorOptions & { readonly inputs: readonly (number | null)[] }) {
    super("OUTBOUND_REFUSED", message, options);
    this.inputs = options.inputs;
  }
}

/** Codes of `HubSpotUnavailableError`. */
export type UnavailableErrorCode =
  | "HUBSPOT_UNAVAILABLE"
  | "HUBSPOT_LOCKED"
  | "HUBSPOT_MIGRATING"
  | "HUBSPOT_RESPONSE_INVALID"
  | "NETWORK_FAILED"
  | "TIMEOUT";

/** HubSpot could not be reached, did not answer in time, or answered with something that is no answer. */
export class HubSpotUnavailableError extends HubSpotError<UnavailableErrorCode> {
  /** In stack traces; codes are those of `UnavailableErrorCode`. */
  override readonly name = "HubSpotUnavailableError";
}

/** Codes of `HubSpotSyncError`. */
export type SyncErrorCode =
  | "SYNC_DECLARATION_INVALID"
  | "SYNC_LOCAL_FAILED"
  | "SYNC_BREAKER_OPEN"
  | "SYNC_PAUSED"
  | "SYNC_RECORD_FAILED";

/** A sync could not be declared, run or finished. */
export class HubSpotSyncError extends HubSpotError<SyncErrorCode> {
  /** In stack traces; codes are those of `SyncErrorCode`. */
  override readonly name = "HubSpotSyncError";
}

/** The API version in use has no such endpoint: names both the route and the version. */
export class UnsupportedInVersionError extends HubSpotError<"UNSUPPORTED_IN_VERSION"> {
  /** In stack traces; the one code is UNSUPPORTED_IN_VERSION. */
  override readonly name = "UnsupportedInVersionError";
  /** The instance's `apiVersion` when it was asked, such as `2026-09` or `v3`. */
  readonly version: string;

  constructor(route: string, version: string) {
    super(
      "UNSUPPORTED_IN_VERSION",
      `UNSUPPORTED_IN_VERSION: ${route} has no translation into API version ${version}; use another apiVersion, or write the full path of that version`,
      { route, details: { version } },
    );
    this.version = version;
  }
}
