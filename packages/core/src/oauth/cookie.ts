import { loginMs } from "./login-states.ts";

/**
 * `__Host-`: the browser takes it only over https (or from this machine), for this host alone and every path, so that
 * no sibling subdomain can plant a session of its own.
 */
export const sessionCookie = "__Host-hubspoke_oauth";

/** `SameSite=Lax`: HubSpot sends the browser back from its own site, by a top-level navigation. */
export function setSessionCookie(session: string): string {
  return `${sessionCookie}=${session}; Path=/; Max-Age=${loginMs / 1_000}; Secure; HttpOnly; SameSite=Lax`;
}

/** The session in a request's cookies; null when there is none, or more than one. */
export function readSessionCookie(headers: Headers): string | null {
  const found = (headers.get("cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${sessionCookie}=`));
  const [only, more] = found;
  return only === undefined || more !== undefined ? null : only.slice(sessionCookie.length + 1);
}
