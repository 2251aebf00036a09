/** Groups of routes that are mounted or left out together. */
export const routerNames = [
  "webhooks",
  "contacts",
  "audit",
  "sync",
  "conflicts",
  "mappings",
  "workflows",
  "support",
  "privacy",
  "outbox",
  "oauth",
  "flags",
  "health",
  "openapi",
] as const;
/** A group of routes that can be mounted, or left out. */
export type RouterName = (typeof routerNames)[number];

/** One route: what it answers to, and who may ask. */
/** `text`; `flag`: true or false; a number: a whole number from 1 up to it; a list: one of it. */
export type QueryKind = "text" | "flag" | number | readonly string[];

/** One route, as data: what it is asked with, who may, and what it is for. */
export interface Route {
  /** Where it is `GET` behind `authorize`, HEAD is answered as well. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the mount's base path; `{name}` is one percent-encoded segment. */
  readonly path: string;
  /** Which switch of `routers` mounts it. */
  readonly router: RouterName;
  /**
   * `signature`: HubSpot's signature on the request. `authorize`: the host's function. `state`: the login's own secrets,
   * one in the address and one in the browser's cookie.
   */
  readonly auth: "signature" | "authorize" | "state";
  /** One line for people: the OpenAPI document's. */
  readonly summary: string;
  /** What its address may hold behind `?`. */
  readonly query?: Readonly<Record<string, QueryKind>>;
}
