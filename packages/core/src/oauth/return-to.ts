import { HubspokeError } from "../errors/hubspoke-error.ts";

/**
 * The allowlist as absolute addresses; entries that begin with `/` stand on the redirect URI's own origin.
 * Errors: CONFIG_INVALID.
 */
export function checkReturnTargets(targets: readonly string[], redirectUri: string): readonly string[] {
  return targets.map((target) => {
    const url = parse(target, redirectUri);
    if (url === null || url.search !== "" || url.hash !== "") {
      throw new HubspokeError(
        "CONFIG_INVALID",
        "CONFIG_INVALID: returnTo of oauthApp must list https addresses or paths that begin with one slash, without query and fragment",
        { details: { name: "returnTo" } },
      );
    }
    return url.href;
  });
}

/**
 * The address a login returns to, made absolute, if it is on the allowlist: an open redirect behind a trusted name is
 * a phisher's tool. Compared after the URL was parsed, so that `..`, `\`, `@` and encodings mean what a browser takes
 * them for. Errors: OAUTH_RETURN_REFUSED.
 */
export function checkedReturnTo(returnTo: string, allowed: readonly string[], redirectUri: string): string {
  const url = parse(returnTo, redirectUri);
  if (url !== null && allowed.some((target) => isWithin(url, new URL(target)))) return url.href;
  throw new HubspokeError(
    "OAUTH_RETURN_REFUSED",
    "OAUTH_RETURN_REFUSED: this login may not return to the address in returnTo; list the address, or a path above it, in returnTo of oauthApp",
  );
}

function isWithin(url: URL, target: URL): boolean {
  if (url.origin !== target.origin) return false;
  const above = target.pathname.endsWith("/") ? target.pathname : `${target.pathname}/`;
  return url.pathname === target.pathname || url.pathname.startsWith(above);
}

function parse(text: string, redirectUri: string): URL | null {
  const isPath = /^\/(?![/\\])/.test(text);
  if (!isPath && !/^https?:\/\//i.test(text)) return null;
  if (!URL.canParse(text, redirectUri)) return null;
  const url = new URL(text, redirectUri);
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) return null;
  return url.username === "" && url.password === "" ? url : null;
}
