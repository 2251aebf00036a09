import { HubspokeError } from "../errors/hubspoke-error.ts";

/**
 * Keeps other sites' pages from changing state with a visitor's cookies: a request must be JSON, which a plain form
 * cannot send, and must say that it comes from this site or a listed one. Browsers set both headers themselves and
 * no page can forge them.
 *
 * Throws CONTENT_TYPE_REFUSED or ORIGIN_REFUSED.
 */
export function guardStateChange(request: Request, origins: readonly string[]): void {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new HubspokeError("CONTENT_TYPE_REFUSED", "send the body as content-type: application/json");
  }
  if (!isOwnOrigin(request, origins)) {
    throw new HubspokeError(
      "ORIGIN_REFUSED",
      "a request that changes state must come from this site: its Origin must be the mount's own or listed in origins. A program that is no browser sends the header Sec-Fetch-Site: same-origin",
    );
  }
}

function isOwnOrigin({ headers, url }: Request, origins: readonly string[]): boolean {
  const origin = headers.get("origin");
  if (origin !== null && origins.includes(origin)) return true;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  // Hosts are compared, not schemes: behind a proxy that ends TLS the request says http and the page https.
  return origin !== null && URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}
