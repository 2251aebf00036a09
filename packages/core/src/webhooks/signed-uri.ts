/** The escapes HubSpot's documentation says it undoes before signing, and no others: `%20`, `%3D`, `%26`, `%2B` stay. */
const undone = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/**
 * The URIs HubSpot may have signed, likeliest first: the address as it is, and with the documented escapes undone.
 * The documentation undoes them, HubSpot's SDKs do not, and which of the two its servers do could not be verified
 * (hubspot-facts §5.4).
 *
 * Host and path are the configured ones. A query is the configured one, or else the request's: where HubSpot adds
 * parameters of its own they are signed, so taking them from the request lets nobody forge anything.
 */
export function signedUris(publicUrl: string, requestUrl: string): readonly string[] {
  const raw = publicUrl.includes("?") ? publicUrl : publicUrl + new URL(requestUrl).search;
  const decoded = raw.replace(undone, decodeURIComponent);
  return decoded === raw ? [raw] : [raw, decoded];
}
