import { cipher, equalText, toBase64Url } from "@hubspoke/core/crypto";
import { HubspokeError } from "@hubspoke/core/errors";

/** Where a product keeps who has signed in. It is given hashes: what is stored opens nothing. */
export interface Sessions<User> {
  keep(hash: string, user: User): Promise<void>;
  find(hash: string): Promise<User | null>;
  forget(hash: string): Promise<void>;
}

/** A request, as far as a login needs it: of Fetch, or of Express by `asked`. */
export interface Asked {
  readonly url: string;
  readonly headers: Pick<Headers, "get">;
}

/** Stands in for the login of a product's own: whoever may enter is whoever they say they are. */
export interface Login<User> {
  /** The `Set-Cookie` of a new session. Errors: ACCESS_DENIED. */
  signIn(asked: Asked, user: User, password: unknown): Promise<string>;
  /** The `Set-Cookie` that takes it away; the session is over whatever the browser does. */
  signOut(asked: Asked): Promise<string>;
  userOf(asked: Asked): Promise<User | null>;
}

export interface LoginOptions<User> {
  /** The cookie's name. */
  readonly cookie: string;
  /** Without one the login opens on this machine alone. */
  readonly password: string | undefined;
  readonly sessions: Sessions<User>;
}

export function standInLogin<User>({ cookie, password, sessions }: LoginOptions<User>): Login<User> {
  const tokenIn = ({ headers }: Asked): string | null => {
    const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
    const token = pairs.find(([name]) => name === cookie)?.[1] ?? "";
    return /^[\w-]{43}$/.test(token) ? token : null;
  };
  const set = ({ url }: Asked, value: string, more = ""): string =>
    `${cookie}=${value}; Path=/; HttpOnly; SameSite=Lax${url.startsWith("https:") ? "; Secure" : ""}${more}`;

  return {
    async signIn(asked, user, given) {
      requirePassword(asked, password, given);
      const token = toBase64Url(cipher.randomBytes(32));
      await sessions.keep(await hashOf(token), user);
      return set(asked, token);
    },
    async signOut(asked) {
      const token = tokenIn(asked);
      if (token !== null) await sessions.forget(await hashOf(token));
      return set(asked, "", "; Max-Age=0");
    },
    async userOf(asked) {
      const token = tokenIn(asked);
      return token === null ? null : sessions.find(await hashOf(token));
    },
  };
}

/** Of the names this machine has for itself; another site's name that leads here is none of them. */
const here: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether somebody may come in by a login that stands in for another. Errors: ACCESS_DENIED. */
export function requirePassword({ url }: Asked, password: string | undefined, given: unknown): void {
  if (password ? equalText(String(given ?? ""), password) : here.has(new URL(url).hostname)) return;
  const why = password ? "the password is another" : "this login opens on this machine alone: set LOGIN_PASSWORD";
  throw new HubspokeError("ACCESS_DENIED", why);
}

/**
 * Where a server listens: HOST, else this machine alone. A server that others can reach needs LOGIN_PASSWORD, because its
 * login asks for nothing else. Errors: CONFIG_INVALID.
 */
export function hostFor({ HOST, LOGIN_PASSWORD }: Readonly<Record<string, string | undefined>>): string {
  const host = HOST || "127.0.0.1";
  if (LOGIN_PASSWORD || host === "::1" || here.has(host)) return host;
  const advice = "its login stands in for your own and asks for nothing: set LOGIN_PASSWORD, or leave HOST away";
  throw new HubspokeError(
    "CONFIG_INVALID",
    `CONFIG_INVALID: HOST=${host} lets others reach this server, and ${advice}`,
  );
}

async function hashOf(token: string): Promise<string> {
  return toBase64Url(await cipher.sha256(new TextEncoder().encode(token)));
}
