import { list, object, text } from "../http/error-body.ts";
import { malformed } from "./wire.ts";

/** The HubSpot account behind a tenant. */
export interface AccountInfo {
  /** HubSpot's account id ("hub id"), decimal digits. A details body without one throws HUBSPOT_RESPONSE_INVALID. */
  readonly portalId: string;
  /**
   * As HubSpot writes it, such as `STANDARD` or `DEVELOPER_TEST`; null where it did not say. Not the subscription tier:
   * HubSpot's API tells that nowhere.
   */
  readonly accountType: string | null;
  /** IANA name: the daily quota returns at midnight there. */
  readonly timeZone: string | null;
  /** For record links: `https://{uiDomain}/contacts/{portalId}/record/{objectTypeId}/{id}`. */
  readonly uiDomain: string | null;
  /** Such as `na1` or `eu1`. */
  readonly dataHostingLocation: string | null;
}

/** What a private app's token may do. */
export interface TokenInfo {
  /** `hubId` of HubSpot's answer, decimal digits; null where it named none. */
  readonly portalId: string | null;
  /** The private app or service key the token belongs to, decimal digits; null where HubSpot named none. */
  readonly appId: string | null;
  /** As HubSpot lists them; sensitive ones may carry a suffix such as `.v2` (hubspot-facts §4). */
  readonly scopes: readonly string[];
}

export const accountInfoPath = "/account-info/{version}/details";
/** Undated, and the only way to a private app's scopes (hubspot-facts §4). */
export const tokenInfoPath = "/oauth/v2/private-apps/get/access-token-info";

export function accountInfoOf(body: unknown): AccountInfo {
  const from = object(body);
  const portalId = idText(from.portalId);
  if (portalId === null) throw malformed(`GET ${accountInfoPath}`, "no portalId");
  return {
    portalId,
    accountType: text(from.accountType),
    timeZone: text(from.timeZone),
    uiDomain: text(from.uiDomain),
    dataHostingLocation: text(from.dataHostingLocation),
  };
}

export function tokenInfoOf(body: unknown): TokenInfo {
  const from = object(body);
  return {
    portalId: idText(from.hubId),
    appId: idText(from.appId),
    scopes: list(from.scopes).filter((scope) => typeof scope === "string"),
  };
}

function idText(value: unknown): string | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? value : null;
}
