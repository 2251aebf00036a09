import { HubspokeError } from "../errors/hubspoke-error.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { addressAllowlist } from "./addresses.ts";
import type { Authorize } from "./authorize.ts";
import { type RouterName, routerNames } from "./route.ts";

/** What a host decides when it mounts Hubspoke. */
export interface MountOptions {
  /** Default: all. */
  readonly routers?: readonly RouterName[];
  /** Who is asking. There is no default: without it only `webhooks` can be mounted. */
  readonly authorize?: Authorize;
  /** Origins besides the mount's own that may change state, for example `https://app.example.com`. */
  readonly origins?: readonly string[];
  /** Requests of one actor a minute in this process, over all routes; more are 429 with `Retry-After`. Default: no limit. */
  readonly perMinute?: number;
  /**
   * Addresses and CIDR blocks that may ask at all, webhooks included; others are 403. Default: any. HubSpot publishes no
   * stable list of its own addresses, so keep webhooks in a mount without this, or list your proxy's.
   */
  readonly addresses?: readonly string[];
}

/** What the adapter knows about one request, beside the request. */
export interface HandleOptions extends MountOptions {
  /** Where Hubspoke is mounted, for example `/hubspot`; `/:workspace/hubspot` where the framework matched a parameter. */
  readonly basePath?: string;
  /** The client's address as the host declared its proxies; never read from forwarded headers here. */
  readonly ip?: string;
  /**
   * Set when something read the request's body before and its bytes are gone. `parsed` is what it made of them: good
   * enough for our own JSON routes, never for a signature.
   */
  readonly consumed?: { readonly parsed: unknown };
}

/** What adapters mount; `createHubSpoke` returns one. */
export interface Mountable {
  /** Answers every refusal as a Response with a code; rejects for nothing a request can cause. */
  handle(request: Request, options: HandleOptions): Promise<Response>;
}

/**
 * The routers to mount. Throws MOUNT_WITHOUT_AUTHORIZE when one of them would answer strangers, and CONFIG_INVALID
 * for a router or origin that is none. Adapters call it when they are mounted, so that a server that would refuse
 * every request does not start.
 */
export function checkMount(
  options: Omit<MountOptions, "authorize"> & { readonly authorize?: unknown },
): readonly RouterName[] {
  const mounted = options.routers ?? routerNames;
  for (const router of mounted) {
    if (routerNames.includes(router)) continue;
    const near = didYouMean(router, routerNames);
    throw invalid(
      `"${router}" is no router; there are ${routerNames.join(", ")}${near ? ` (did you mean ${near}?)` : ""}`,
    );
  }
  for (const origin of options.origins ?? []) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw invalid("origins must hold origins such as https://app.example.com: no path and no trailing slash");
    }
  }
  const { perMinute } = options;
  if (perMinute !== undefined && !(Number.isSafeInteger(perMinute) && perMinute > 0)) {
    throw invalid("perMinute must be a whole number above 0");
  }
  addressAllowlist(options.addresses ?? []);
  const open = mounted.filter((router) => router !== "webhooks");
  if (open.length > 0 && typeof options.authorize !== "function") {
    throw new HubspokeError(
      "MOUNT_WITHOUT_AUTHORIZE",
      `the routers ${open.join(", ")} would answer anybody. Pass authorize: (request) => ({ tenant, actor: { id, role } }), or mount only webhooks with routers: ["webhooks"]`,
      { details: { routers: open } },
    );
  }
  return mounted;
}

function invalid(message: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", message);
}
