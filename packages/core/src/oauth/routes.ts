import * as z from "zod/mini";
import { errorCodes } from "../errors/codes.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Ctx } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";
import { toBase64Url } from "../util/bytes.ts";
import { readSessionCookie, setSessionCookie } from "./cookie.ts";
import { stateInvalid } from "./errors.ts";
import type { Login } from "./login-states.ts";
import type { OAuth } from "./oauth.ts";
import { type LoginResult, loginPage, privateHeaders } from "./pages.ts";

/**
 * The routes of a connect button, as functions from a request to a Response. `ctx` is who the host says is asking; the
 * callback has none, because HubSpot sends the browser there: its cookie and state stand in. Except for the callback,
 * failures are thrown as Hubspoke errors for the mount to answer.
 */
export interface OAuthRoutes {
  /**
   * Starts a login: `?mode=popup|redirect&returnTo=…`. A browser that navigates here is sent to HubSpot (302); anything
   * else gets `{ authUrl }`. Sets the session cookie. Errors: INPUT_INVALID, OAUTH_RETURN_REFUSED.
   */
  initiate(request: Request, ctx: Ctx): Promise<Response>;
  /**
   * Where HubSpot sends the browser. Redirects to `returnTo` with `hubspot=connected` or `hubspot=failed&code=…`, or
   * answers a small page, which in a popup tells its opener and closes. With `ctx`, where the host knows whose browser
   * it is, a login of another tenant is refused.
   */
  callback(request: Request, ctx?: Ctx): Promise<Response>;
  /** `{ connected, portalId, scopes, missingScopes, expiresAt }`. */
  status(request: Request, ctx: Ctx): Promise<Response>;
  /** `body`: the parsed JSON, `{ "uninstall"?: boolean }` or nothing. Answers `{ wasConnected, revoked, uninstalled }`. */
  disconnect(request: Request, ctx: Ctx, body?: unknown): Promise<Response>;
}

/** What the OAuth routes are made of. */
export interface OAuthRoutesDeps {
  /** Does the work; the routes keep the session's cookie. */
  readonly oauth: OAuth;
  /** For the nonce of the page that ends a popup. */
  readonly cipher: Pick<Cipher, "randomBytes">;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
}

/** The body of a disconnect, which may be left out. */
export const disconnectBody: z.ZodMiniType<{ readonly uninstall?: boolean | undefined } | null | undefined> = z.nullish(
  z.object({ uninstall: z.optional(z.boolean()) }),
);

/** The routes of a login: to HubSpot, back from it, status and disconnect. */
export function oauthRoutes({ oauth, cipher, logger }: OAuthRoutesDeps): OAuthRoutes {
  const nonce = (): string => toBase64Url(cipher.randomBytes(16));

  /** Tells the browser, in the way the login was begun. A login nobody began here is told on a page alone. */
  function tell(login: Login | null, result: LoginResult, status: number): Response {
    const opener = login?.mode === "popup" ? new URL(login.returnTo ?? oauth.redirectUri).origin : null;
    if (login === null || login.returnTo === null || opener !== null) {
      return loginPage({ status, result, openerOrigin: opener, nonce: nonce() });
    }
    const target = new URL(login.returnTo);
    target.searchParams.set("hubspot", result.connected ? "connected" : "failed");
    if (result.code !== null) target.searchParams.set("code", result.code);
    return new Response(null, { status: 302, headers: { ...privateHeaders, location: target.href } });
  }

  return {
    async initiate(request, ctx) {
      const { searchParams } = new URL(request.url);
      const mode = searchParams.get("mode") ?? "redirect";
      if (mode !== "redirect" && mode !== "popup") {
        throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: mode must be redirect or popup");
      }
      const returnTo = searchParams.get("returnTo");
      const session = readSessionCookie(request.headers);
      const { authUrl, session: cookie } = await oauth.beginLogin({
        tenant: ctx.tenant,
        mode,
        ...(returnTo === null ? {} : { returnTo }),
        ...(session === null ? {} : { session }),
      });
      const headers = { ...privateHeaders, "set-cookie": setSessionCookie(cookie) };
      return isNavigation(request)
        ? new Response(null, { status: 302, headers: { ...headers, location: authUrl } })
        : Response.json({ authUrl }, { headers });
    },

    async callback(request, ctx) {
      let login: Login | null = null;
      try {
        const { state, code, error } = callbackQuery(request);
        const session = readSessionCookie(request.headers);
        login = await oauth.takeLogin({ state, session, ...(ctx === undefined ? {} : { tenant: ctx.tenant }) });
        const { portalId } = await oauth.finishLogin(login, error === null ? { code: code ?? "" } : { error });
        return tell(login, { connected: true, portalId, code: null }, 200);
      } catch (error) {
        const code = isHubspokeError(error) ? error.code : "INTERNAL";
        const why = isHubspokeError(error) ? (error.details.why ?? error.details.reason) : undefined;
        logger?.warn("oauth.callback_failed", {
          code,
          ...(typeof why === "string" ? { why } : {}),
          ...(login === null ? {} : { tenant: login.tenant }),
        });
        return tell(login, { connected: false, portalId: null, code }, errorCodes[code].status);
      }
    },

    async status(_request, ctx) {
      return Response.json(await oauth.status(ctx.tenant), { headers: privateHeaders });
    },

    async disconnect(_request, ctx, body) {
      const parsed = disconnectBody.safeParse(body);
      if (!parsed.success) {
        throw new HubspokeError(
          "INPUT_INVALID",
          'INPUT_INVALID: the body must be { "uninstall": true or false } or empty',
        );
      }
      const uninstall = parsed.data?.uninstall ?? false;
      return Response.json(await oauth.disconnect(ctx.tenant, { uninstall }), { headers: privateHeaders });
    },
  };
}

/** Each name once: of two states or codes, a proxy and this code might each believe another. */
function callbackQuery(request: Request): { state: string; code: string | null; error: string | null } {
  const { searchParams } = new URL(request.url);
  const [state, ...states] = searchParams.getAll("state");
  const [code, ...codes] = searchParams.getAll("code");
  const error = searchParams.get("error");
  if (state === undefined || states.length > 0 || codes.length > 0) throw stateInvalid("missing");
  if ((code === undefined || code === "") && error === null) throw stateInvalid("missing");
  return { state, code: code ?? null, error };
}

function isNavigation(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes("text/html");
}
