import {
  HubSpotAuthError,
  HubSpotConflictError,
  type HubSpotError,
  type HubSpotErrorOptions,
  HubSpotNotFoundError,
  HubSpotRateLimitError,
  HubSpotUnavailableError,
  HubSpotValidationError,
} from "../errors/hubspot-errors.ts";
import { retryAfterMs } from "../limits/rate-headers.ts";
import { type ErrorFacts, errorFacts, parseJson } from "./error-body.ts";

export interface ErrorResponse {
  readonly status: number;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** `VERB /template`. */
  readonly route: string;
  /** For a `Retry-After` given as a date. */
  readonly now: number;
}

/**
 * Turns any answer that is not a success into one of our errors. Pure, and total: HTML, empty bodies, unknown
 * statuses and hostile bodies give an error too. HubSpot's own text goes to `unsafeDetails()` and nowhere else.
 */
export function errorFromResponse(response: ErrorResponse): HubSpotError {
  const { status, route } = response;
  const facts = errorFacts(parseJson(response.text));
  const options: HubSpotErrorOptions = {
    status,
    route,
    correlationId: facts.correlationId,
    policyName: status === 429 ? facts.policyName : null,
    reasons: facts.reasons,
    retryAfterMs: retryAfterMs(response.headers, response.now),
    unsafe: { status, body: response.text },
    ...(facts.category === null ? {} : { details: { hubspotCategory: facts.category } }),
  };
  const at = `${route} (status ${status})`;
  if (status === 401) return unauthorised(facts, at, options);
  if (status === 403) return forbidden(facts, at, options);
  if (status === 404 || status === 410) {
    return new HubSpotNotFoundError(`NOT_FOUND: ${at} names something HubSpot does not have; check the id`, options);
  }
  if (status === 409 || (status === 400 && facts.uniqueValueTaken)) return conflict(facts, at, options);
  if (status === 423) return unavailable("HUBSPOT_LOCKED", `${at} is locked by another change; try again`, options);
  if (status === 429) return limited(facts, at, options);
  if (status === 477) {
    return unavailable("HUBSPOT_MIGRATING", `${at}: this account is being migrated; try again later`, options);
  }
  if (status === 408 || (status >= 500 && status <= 599)) {
    return unavailable("HUBSPOT_UNAVAILABLE", `${at} failed at HubSpot; try again`, options);
  }
  if (status === 400 && route.includes("/oauth/") && disconnected(facts)) {
    return new HubSpotAuthError(
      "AUTH_DISCONNECTED",
      `AUTH_DISCONNECTED: ${at} says the grant is gone; ask the user to connect HubSpot again`,
      options,
    );
  }
  if (status >= 400 && status <= 499) return refused(facts, at, options);
  const why =
    status >= 300 && status <= 399
      ? "is a redirect, which is never followed; check baseUrl"
      : "is no answer of HubSpot";
  return unavailable("HUBSPOT_RESPONSE_INVALID", `${at} ${why}`, options);
}

function unavailable(
  code: "HUBSPOT_LOCKED" | "HUBSPOT_MIGRATING" | "HUBSPOT_UNAVAILABLE" | "HUBSPOT_RESPONSE_INVALID",
  message: string,
  options: HubSpotErrorOptions,
): HubSpotError {
  return new HubSpotUnavailableError(code, `${code}: ${message}`, options);
}

function unauthorised(facts: ErrorFacts, at: string, options: HubSpotErrorOptions): HubSpotError {
  return facts.category === "EXPIRED_AUTHENTICATION"
    ? new HubSpotAuthError("AUTH_EXPIRED", `AUTH_EXPIRED: ${at}: the token has expired; refresh or replace it`, options)
    : new HubSpotAuthError(
        "AUTH_INVALID",
        `AUTH_INVALID: ${at}: HubSpot does not accept the token; check that it is complete, not revoked, and of the right account`,
        options,
      );
}

function forbidden(facts: ErrorFacts, at: string, options: HubSpotErrorOptions): HubSpotError {
  const scopes = facts.requiredScopes;
  const what = scopes.length === 0 ? "a scope HubSpot does not name" : `the scope ${scopes.join(" or ")}`;
  return new HubSpotAuthError(
    "AUTH_SCOPE_MISSING",
    `AUTH_SCOPE_MISSING: ${at} needs ${what}; add it to the app and install the app again`,
    { ...options, requiredScopes: scopes },
  );
}

function conflict(facts: ErrorFacts, at: string, options: HubSpotErrorOptions): HubSpotError {
  const which = facts.existingId === null ? "" : ` as ${facts.existingId}`;
  return new HubSpotConflictError(`CONFLICT: ${at}: it exists already${which}; read or update that one`, {
    ...options,
    existingId: facts.existingId,
  });
}

function limited(facts: ErrorFacts, at: string, options: HubSpotErrorOptions): HubSpotError {
  return facts.policyName === "DAILY"
    ? new HubSpotRateLimitError(
        "DAILY_LIMIT_REACHED",
        `DAILY_LIMIT_REACHED: ${at}: the account has used its calls of the day; they return at midnight in the account's time zone`,
        options,
      )
    : new HubSpotRateLimitError("RATE_LIMITED", `RATE_LIMITED: ${at}: too many calls at once; try again`, options);
}

/** Only these mean that the portal is disconnected; a bad code or secret does not (hubspot-facts §4). */
function disconnected(facts: ErrorFacts): boolean {
  return (
    facts.oauthCode === "BAD_REFRESH_TOKEN" || facts.oauthCode === "BAD_HUB" || facts.oauthCode === "invalid_grant"
  );
}

function refused(facts: ErrorFacts, at: string, options: HubSpotErrorOptions): HubSpotError {
  const unknown = facts.reasons.find((reason) => reason.code === "PROPERTY_DOESNT_EXIST");
  if (unknown !== undefined) {
    const which = unknown.property === null ? "a property" : `property "${unknown.property}"`;
    return new HubSpotValidationError(
      "PROPERTY_UNKNOWN",
      `PROPERTY_UNKNOWN: ${at}: ${which} does not exist in this account; check its internal name`,
      options,
    );
  }
  const what = facts.reasons.map((reason) => `${reason.property ?? "request"}: ${reason.code}`).join(", ");
  const why = what === "" ? (facts.category ?? "no reason given") : what;
  return new HubSpotValidationError("VALIDATION_FAILED", `VALIDATION_FAILED: ${at} was refused (${why})`, options);
}
