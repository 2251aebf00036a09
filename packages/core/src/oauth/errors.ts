import { HubspokeError } from "../errors/hubspoke-error.ts";
import {
  HubSpotAuthError,
  HubSpotPortalMismatchError,
  HubSpotUnavailableError,
  type UnavailableErrorCode,
} from "../errors/hubspot-errors.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Refusal } from "./refusal.ts";

/** No grant, or a dead one. `sent`: the call that wanted the token has not left. */
export function disconnected(tenant: Tenant, why: "never-connected" | "grant-gone"): HubSpotAuthError {
  const said = why === "grant-gone" ? "HubSpot has ended its grant" : "it has no grant";
  return new HubSpotAuthError(
    "AUTH_DISCONNECTED",
    `AUTH_DISCONNECTED: tenant ${tenant} is not connected to HubSpot: ${said}. Let a user of the tenant connect HubSpot`,
    { details: { tenant, why, sent: false } },
  );
}

/** HubSpot refuses the app, not the grant: nothing is disconnected, because a correction brings every tenant back. */
export function appRefused(tenant: Tenant, refusal: Refusal, status: number): HubSpotAuthError {
  const reason = refusal.reason ?? "no reason given";
  return new HubSpotAuthError(
    "AUTH_INVALID",
    `AUTH_INVALID: HubSpot refused to refresh the token of tenant ${tenant} (status ${status}, ${reason}); check clientId and clientSecret of oauthApp. The tenant stays connected`,
    { details: { tenant, reason, sent: false } },
  );
}

/** HubSpot refuses the app when it is asked about a token. Nothing was stored or sent. */
export function appNotKnown(reason: string, status: number): HubSpotAuthError {
  return new HubSpotAuthError(
    "AUTH_INVALID",
    `AUTH_INVALID: HubSpot refused to say whose a token is (status ${status}, ${reason}); check clientId and clientSecret of oauthApp`,
    { details: { reason, sent: false } },
  );
}

/**
 * The token could not be had, so the call that wanted it was not sent: whatever it was, it may be sent again.
 * The token request's own status is left out, because callers read `status` as their call's.
 */
export function tokenUnavailable(
  tenant: Tenant,
  cause: HubSpotUnavailableError,
  waitMs: number | null,
): HubSpotUnavailableError {
  const code: UnavailableErrorCode = cause.code;
  return new HubSpotUnavailableError(
    code,
    `${code}: the token of tenant ${tenant} has run out and could not be refreshed; nothing was sent. Try again`,
    { cause, details: { tenant, sent: false }, retryAfterMs: waitMs },
  );
}

export function refreshNotShared(tenant: Tenant, waitedMs: number): HubSpotUnavailableError {
  return new HubSpotUnavailableError(
    "TIMEOUT",
    `TIMEOUT: other processes were refreshing the token of tenant ${tenant} for ${waitedMs} ms without a result; nothing was sent. Try again`,
    { details: { tenant, waitedMs, sent: false } },
  );
}

export function portalMismatch(tenant: Tenant, expected: PortalId, actual: PortalId): HubSpotPortalMismatchError {
  return new HubSpotPortalMismatchError(
    `PORTAL_MISMATCH: tenant ${tenant} belongs to HubSpot account ${expected} and the token to account ${actual}; nothing was stored, read or written. Connect account ${expected}, or move the tenant with tenants.rebind()`,
    { expectedPortalId: expected, actualPortalId: actual, details: { tenant, sent: false } },
  );
}

/** `why` is for logs: whoever sent a bad state learns only that it is bad. */
export function stateInvalid(
  why: "missing" | "unknown" | "expired" | "session" | "tenant" | "redirect",
): HubspokeError<"OAUTH_STATE_INVALID"> {
  return new HubspokeError(
    "OAUTH_STATE_INVALID",
    "OAUTH_STATE_INVALID: this login was not started in this browser, is older than ten minutes, or is already done; start it again",
    { details: { why } },
  );
}

export function exchangeFailed(reason: string, cause?: HubspokeError): HubspokeError<"OAUTH_EXCHANGE_FAILED"> {
  return new HubspokeError(
    "OAUTH_EXCHANGE_FAILED",
    `OAUTH_EXCHANGE_FAILED: HubSpot did not connect the account (${reason}); nothing was stored. Start the login again`,
    { details: { reason }, ...(cause === undefined ? {} : { cause }) },
  );
}
