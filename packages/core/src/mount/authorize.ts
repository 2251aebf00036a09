import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Actor, Ctx } from "../ports/context.ts";
import type { Tenant } from "../ports/ids.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";

/** Somebody who may: on whose behalf, and who. */
export interface Grant {
  /** Everything the request does is this tenant's. Empty texts deny. */
  readonly tenant: Tenant;
  /** `id` and `role` for permissions, limits and the audit trail; empty texts deny. */
  readonly actor: Actor;
  /** Why, for the audit trail. */
  readonly purpose?: string;
  /** The host's own, kept in the audit trail to find the request in its logs. */
  readonly requestId?: string;
}

/** A denial is answered with 403 and its reason is not; a Response (a 401 with a challenge, a redirect) goes out as it is. */
export type AuthorizeAnswer = Grant | Response | { readonly denied: string };

/** What is known of whoever sent the request. */
export interface ClientInfo {
  /** As the adapter or `clientIp` says; absent where nothing trustworthy tells it. Sealed in the audit trail. */
  readonly ip?: string;
}

/**
 * The host's own check of who is asking: session, token, whatever it uses. It gets the request without its body.
 * Anything but a well-formed grant or a Response denies.
 */
export type Authorize = (request: Request, client: ClientInfo) => MaybeAsync<AuthorizeAnswer>;

/** The context for the services, or the host's own Response. Throws ACCESS_DENIED. */
export async function authorizeRequest(
  request: Request,
  client: ClientInfo,
  authorize: Authorize,
): Promise<Ctx | Response> {
  const { url, method, headers, signal } = request;
  const answer: unknown = await authorize(new Request(url, { method, headers, signal }), client);
  if (answer instanceof Response) return answer;
  if (!isGrant(answer)) {
    throw new HubspokeError("ACCESS_DENIED", "this is not allowed for whoever sent the request", { unsafe: answer });
  }
  const userAgent = headers.get("user-agent");
  return {
    tenant: answer.tenant,
    actor: { id: answer.actor.id, role: answer.actor.role },
    signal,
    ...(client.ip === undefined ? {} : { ip: client.ip }),
    ...(userAgent === null ? {} : { userAgent }),
    ...(typeof answer.purpose === "string" ? { purpose: answer.purpose } : {}),
    ...(typeof answer.requestId === "string" ? { requestId: answer.requestId } : {}),
  };
}

/** Checked at run time: a host's `undefined` for "no session" must never become somebody. */
function isGrant(value: unknown): value is Grant {
  if (typeof value !== "object" || value === null || "denied" in value) return false;
  const { tenant, actor } = value as Partial<Grant>;
  return isText(tenant) && isText(actor?.id) && isText(actor?.role);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
