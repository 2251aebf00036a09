import type { Staged } from "./stage.ts";

/** One request below a mount. */
export interface Wanted {
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What one route does when it is used as described, and with what it may be used wrongly. */
export interface RouteCase extends Wanted {
  readonly status: number;
  /** The service's method and what arrives there besides the context; absent where no service of the echo is behind. */
  readonly asks?: readonly [method: string, ...given: unknown[]];
  /** The JSON of the answer; default: the echo. `null`: no body at all. */
  readonly answer?: unknown;
  /** For a browser: words of the page that is the answer. */
  readonly page?: string;
  /** Everything a caller can get wrong in the address and the body, each answered 400 INPUT_INVALID. */
  readonly wrong: Readonly<Record<string, Partial<Wanted>>>;
  /** What comes before it at the same mount, and what of that goes into the request. */
  readonly prepare?: (leg: Staged) => Promise<{ readonly query: string; readonly headers: Record<string, string> }>;
  /** Where HubSpot's signature speaks for a request: the path below the public address that is signed. */
  readonly signedAt?: string;
}

export type Cases = Readonly<Record<string, RouteCase>>;

/** More than any text may have. */
export const tooLong: string = "x".repeat(70_000);

/** Wrong pages of a list. */
export function wrongPages(path: string): RouteCase["wrong"] {
  return Object.fromEntries(
    ["0", "-1", "201", "ten", "1e2", "", "99999999999"].map((limit) => [
      `limit=${limit}`,
      { path: `${path}?limit=${limit}` },
    ]),
  );
}

/** A body of a route that takes an object: what is none, and what its schema refuses. */
export function wrongBodies(...bodies: readonly unknown[]): RouteCase["wrong"] {
  const named = [null, [], "text", 7, ...bodies].map((body) => {
    const name = JSON.stringify(body);
    return [name.length > 60 ? `${name.slice(0, 60)}…` : name, { body }] as const;
  });
  return Object.fromEntries(named);
}
