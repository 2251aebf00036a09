import {
  type AuthorizeAnswer,
  type ClientInfo,
  checkMount,
  type HandleOptions,
  type Mountable,
  type MountOptions,
} from "@hubspoke/core/webhooks";
import { type Context, type Env, Hono } from "hono";
import { requestOf } from "./raw-body.ts";

/** What `authorize` is given beside the request. */
export interface HonoClient<E extends Env> extends ClientInfo {
  /** Hono's context, with whatever your middleware put on it. */
  readonly c: Context<E>;
}

/** What is mounted, and who may ask. */
export interface HonoMountOptions<E extends Env> extends Omit<MountOptions, "authorize"> {
  /**
   * Who is asking: `(request, { c }) => ({ tenant: c.var.workspace, actor: { id: c.var.userId, role: "support" } })`.
   * Without it only the router `webhooks` can be mounted.
   */
  readonly authorize?: (request: Request, client: HonoClient<E>) => AuthorizeAnswer | Promise<AuthorizeAnswer>;
  /**
   * The client's address, from whatever your deployment is sure of: `getConnInfo(c).remote.address`, or the header of
   * a proxy that always sets it, such as `cf-connecting-ip` behind Cloudflare. Forwarded headers are never read unasked.
   */
  readonly clientIp?: (c: Context<E>) => string | undefined;
}

/**
 * Hubspoke as a Hono app: `app.route("/hubspot", honoRouter(hubspoke, { authorize }))`.
 *
 * On Workers, where an instance lives for one invocation, pass where to find it: `honoRouter((c) => c.var.hubspoke, …)`.
 *
 * If something reads bodies before it, put `keepRawBody` first; webhooks whose bytes are gone are answered 500
 * WEBHOOK_BODY_CONSUMED. Throws MOUNT_WITHOUT_AUTHORIZE or CONFIG_INVALID at once.
 */
export function honoRouter<E extends Env = Env>(
  hubspoke: Mountable | ((c: Context<E>) => Mountable),
  options: HonoMountOptions<E> = {},
): Hono<E> {
  checkMount(options);
  const of = typeof hubspoke === "function" ? hubspoke : () => hubspoke;
  const app = new Hono<E>();
  // The pattern this handler matched under, `/hubspot/*`: where the app mounted it.
  app.all("*", (c) => handleWith(of(c), c, options, c.req.routePath.replace(/\/?\*$/, "")));
  return app;
}

/** One request, with what Hono knows of it. `moved`: the request under another address. */
export async function handleWith<E extends Env>(
  hubspoke: Mountable,
  c: Context<E>,
  { authorize, clientIp, ...rest }: HonoMountOptions<E>,
  basePath: string,
  moved: (request: Request) => Request = (request) => request,
): Promise<Response> {
  const { request, consumed } = await requestOf(c);
  const ip = clientIp?.(c);
  const options: HandleOptions = {
    ...rest,
    basePath,
    ...(ip === undefined ? {} : { ip }),
    ...(consumed === undefined ? {} : { consumed }),
    ...(authorize === undefined ? {} : { authorize: (asked, client) => authorize(asked, { ...client, c }) }),
  };
  return hubspoke.handle(moved(request), options);
}
