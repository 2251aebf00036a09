/** Why the token endpoint said no. */
export interface Refusal {
  /** HubSpot's `status`, else RFC 6749's `error`; `null` where neither was a known kind of word. */
  readonly reason: string | null;
  /** The grant itself is gone: uninstalled, revoked, or of an account that is no more. */
  readonly grantGone: boolean;
}

const hubspotStatus = /^BAD_[A-Z]+(_[A-Z]+)*$/;
const rfcErrors: ReadonlySet<unknown> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "access_denied",
]);

/**
 * Reads a refusal (a 4xx answer). Pure and total.
 *
 * Only `BAD_REFRESH_TOKEN`, `BAD_HUB`, and an `invalid_grant` that HubSpot does not explain otherwise mean that the
 * account is disconnected; a wrong secret or redirect URI is a mistake in our configuration, and dropping customers'
 * grants over it would be an outage of our own making (hubspot-facts §4).
 */
export function readRefusal(text: string): Refusal {
  const { status, error } = fields(text);
  const explained = typeof status === "string" && hubspotStatus.test(status) ? status : null;
  const standard = typeof error === "string" && rfcErrors.has(error) ? error : null;
  return {
    reason: explained ?? standard,
    grantGone:
      explained === null ? standard === "invalid_grant" : explained === "BAD_REFRESH_TOKEN" || explained === "BAD_HUB",
  };
}

/** What HubSpot put into `error` of a redirect back to us, if it is a word of the standard. */
export function callbackReason(error: string): string {
  return rfcErrors.has(error) ? error : "unknown";
}

function fields(text: string): { readonly status?: unknown; readonly error?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {}; // HTML or nothing, from a proxy: it says nothing about the grant
  }
}
