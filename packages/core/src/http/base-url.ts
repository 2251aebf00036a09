import { HubspokeError } from "../errors/hubspoke-error.ts";

export const defaultBaseUrl = "https://api.hubapi.com";

/**
 * The one place the token is ever sent to: https, or http on this machine (the simulator). Returns origin and path
 * without a trailing slash. Errors: BASE_URL_REFUSED.
 */
export function checkedBaseUrl(value: string): string {
  const url = parse(value);
  // `localhost:4010` parses, as a scheme of that name.
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused("begins with neither https:// nor http://");
  if (url.username !== "" || url.password !== "") throw refused("must not hold a user name or password");
  if (url.search !== "" || url.hash !== "") throw refused("must not have a query or fragment");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw refused("must be https, or http on this machine (localhost, 127.0.0.1, [::1]); it has http://");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function parse(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function refused(why: string): HubspokeError {
  return new HubspokeError(
    "BASE_URL_REFUSED",
    `BASE_URL_REFUSED: baseUrl ${why}. The HubSpot token is sent there; the default is ${defaultBaseUrl}`,
  );
}
