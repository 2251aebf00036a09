import type { ServerResponse } from "node:http";
import {
  type AuthorizeAnswer,
  type ClientInfo,
  checkMount,
  type HandleOptions,
  type Mountable,
  type MountOptions,
} from "@hubspoke/core/webhooks";
import { fromResponse } from "./from-response.ts";
import { isConsumed, keptBytes } from "./raw-body.ts";
import { type Address, toRequest } from "./to-request.ts";
import type { ExpressHandler, ExpressRequest } from "./types.ts";

/** What `authorize` is given beside the request. */
export interface ExpressClient<R extends ExpressRequest> extends ClientInfo {
  /** Express's own request, with whatever session or user your middleware put on it. */
  readonly req: R;
}

/** What is mounted, and who may ask. */
export interface ExpressMountOptions<R extends ExpressRequest> extends Omit<MountOptions, "authorize"> {
  /**
   * Who is asking: `(request, { req }) => ({ tenant: req.user.workspace, actor: { id: req.user.id, role: "support" } })`.
   * Without it only the router `webhooks` can be mounted.
   */
  readonly authorize?: (request: Request, client: ExpressClient<R>) => AuthorizeAnswer | Promise<AuthorizeAnswer>;
}

/**
 * Hubspoke as Express middleware: `app.use("/hubspot", expressRouter(hubspoke, { authorize }))`.
 *
 * Mount it before any body parser, or give the parser `keepRawBody`; webhooks whose bytes are gone are answered 500
 * WEBHOOK_BODY_CONSUMED. The client's address is Express's `req.ip`, so it follows the app's `trust proxy` setting.
 *
 * Throws MOUNT_WITHOUT_AUTHORIZE or CONFIG_INVALID at once.
 */
export function expressRouter<R extends ExpressRequest = ExpressRequest>(
  hubspoke: Mountable,
  options: ExpressMountOptions<R> = {},
): ExpressHandler<R> {
  checkMount(options);
  return (req, res, next) => {
    handleWith(hubspoke, req, res, options, req.baseUrl ?? "").catch(next);
  };
}

/** One request, with what Express knows of it. `address`: another one, with the method of the route there. */
export async function handleWith<R extends ExpressRequest>(
  hubspoke: Mountable,
  req: R,
  res: ServerResponse,
  { authorize, ...rest }: ExpressMountOptions<R>,
  basePath: string,
  address?: Address,
): Promise<void> {
  const consumed = isConsumed(req) && keptBytes(req) === undefined;
  const ip = req.ip ?? req.socket.remoteAddress;
  const handleOptions: HandleOptions = {
    ...rest,
    basePath,
    ...(ip === undefined ? {} : { ip }),
    ...(consumed ? { consumed: { parsed: req.body } } : {}),
    ...(authorize === undefined ? {} : { authorize: (request, client) => authorize(request, { ...client, req }) }),
  };
  await fromResponse(await hubspoke.handle(toRequest(req, res, !consumed, address), handleOptions), res);
}
