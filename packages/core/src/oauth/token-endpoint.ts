import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotUnavailableError, type UnavailableErrorCode } from "../errors/hubspot-errors.ts";
import { retryAfterMs } from "../limits/rate-headers.ts";
import type { Secret } from "../model/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import type { OAuthApp } from "./app.ts";
import type { OAuthEndpoints } from "./endpoints.ts";
import { appNotKnown } from "./errors.ts";
import { type Refusal, readRefusal } from "./refusal.ts";
import { type Introspection, type IssuedTokens, readIntrospection, readIssued } from "./token-answer.ts";

export type TokenAnswer =
  | { readonly outcome: "issued"; readonly tokens: IssuedTokens }
  | { readonly outcome: "refused"; readonly refusal: Refusal; readonly status: number };

export type TokenHint = "access_token" | "refresh_token";

/** One token request ends within these; a refresh's lease outlasts their sum. */
export const requestTimeouts: TransportRequest["timeouts"] = { connectMs: 5_000, headersMs: 10_000, bodyMs: 5_000 };
export const requestLimitMs: number = requestTimeouts.connectMs + requestTimeouts.headersMs + requestTimeouts.bodyMs;

export interface TokenEndpointOptions {
  readonly app: OAuthApp;
  readonly transport: Transport;
  readonly clock: Pick<Clock, "now">;
  /** Checked: https, or this machine. */
  readonly baseUrl: string;
  readonly endpoints: OAuthEndpoints;
}

/**
 * HubSpot's OAuth endpoints. Secrets and tokens travel in form bodies and one bearer header, never in an address, and
 * no success's text is kept. Nothing is sent twice here: a code is good for one request.
 *
 * Errors: ABORTED, CLOSED, and HubSpotUnavailableError (NETWORK_FAILED, TIMEOUT, HUBSPOT_UNAVAILABLE,
 * HUBSPOT_RESPONSE_INVALID) with `details.sent`.
 */
export class TokenEndpoint {
  readonly #options: TokenEndpointOptions;

  constructor(options: TokenEndpointOptions) {
    this.#options = options;
  }

  exchange(code: string, verifier: Secret | null): Promise<TokenAnswer> {
    const { redirectUri } = this.#options.app;
    return this.#issue({
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code,
      ...(verifier === null ? {} : { code_verifier: verifier.reveal() }),
    });
  }

  refresh(refreshToken: Secret): Promise<TokenAnswer> {
    return this.#issue({ grant_type: "refresh_token", refresh_token: refreshToken.reveal() });
  }

  /** Errors besides: AUTH_INVALID when HubSpot refuses the app. */
  async introspect(token: Secret, hint: TokenHint): Promise<Introspection> {
    const { endpoints } = this.#options;
    const response = await this.#post(endpoints.introspect, { token: token.reveal(), token_type_hint: hint });
    const reason = response.status < 400 ? null : readRefusal(response.text).reason;
    if (reason !== null) throw appNotKnown(reason, response.status);
    const read = response.status < 300 ? readIntrospection(parse(response.text)) : null;
    if (read === null) throw unexpected(response, `POST ${endpoints.introspect}`);
    return read;
  }

  /** Ends the refresh token. Access tokens already issued live on for up to thirty minutes (hubspot-facts §4). */
  async revoke(token: Secret, hint: TokenHint): Promise<void> {
    const { endpoints } = this.#options;
    const response = await this.#post(endpoints.revoke, { token: token.reveal(), token_type_hint: hint });
    if (response.status >= 300 && !readRefusal(response.text).grantGone) {
      throw unexpected(response, `POST ${endpoints.revoke}`);
    }
  }

  /** Removes the app from the account that the token is of. */
  async uninstall(accessToken: Secret): Promise<void> {
    const { baseUrl, endpoints } = this.#options;
    const response = await this.#send(
      {
        method: "DELETE",
        url: `${baseUrl}${endpoints.uninstall}`,
        headers: { authorization: `Bearer ${accessToken.reveal()}`, accept: "application/json" },
        timeouts: requestTimeouts,
      },
      `DELETE ${endpoints.uninstall}`,
    );
    if (response.status >= 300) throw unexpected(response, `DELETE ${endpoints.uninstall}`);
  }

  async #issue(form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
    const { token } = this.#options.endpoints;
    const response = await this.#post(token, form);
    if (response.status < 300) {
      const tokens = readIssued(parse(response.text));
      if (tokens === null) throw unexpected(response, `POST ${token}`);
      return { outcome: "issued", tokens };
    }
    return { outcome: "refused", refusal: readRefusal(response.text), status: response.status };
  }

  async #post(path: string, form: Readonly<Record<string, string>>): Promise<TransportResponse> {
    const { app, baseUrl, clock } = this.#options;
    const body = new URLSearchParams({
      ...form,
      client_id: app.clientId,
      client_secret: app.clientSecret.reveal(),
    }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    const label = `POST ${path}`;
    const request = { method: "POST", url: `${baseUrl}${path}`, headers, body, timeouts: requestTimeouts } as const;
    const response = await this.#send(request, label);
    const { status } = response;
    if (status < 300 || (status >= 400 && status < 500 && status !== 408 && status !== 429)) return response;
    throw unexpected(response, label, retryAfterMs(response.headers, clock.now()));
  }

  async #send(request: TransportRequest, label: string): Promise<TransportResponse> {
    try {
      return await this.#options.transport.send({
        ...request,
        headers: { ...request.headers, "user-agent": "hubspoke" },
      });
    } catch (error) {
      throw transportError(error, label);
    }
  }
}

function transportError(error: unknown, label: string): HubspokeError {
  if (isHubspokeError(error, "ABORTED") || isHubspokeError(error, "CLOSED")) return error;
  const known = isHubspokeError(error) ? error : null;
  const code = known?.code === "TIMEOUT" ? "TIMEOUT" : "NETWORK_FAILED";
  return new HubSpotUnavailableError(code, `${code}: ${label} got no answer; check the network and try again`, {
    route: label,
    details: { sent: known?.details.sent !== false },
    ...(known === null ? { unsafe: error } : { cause: known }),
  });
}

/** The text of a success holds tokens, so only a failure's is kept, out of reach of logs. */
function unexpected(response: TransportResponse, label: string, waitMs: number | null = null): HubspokeError {
  const { status, text } = response;
  const busy = status === 408 || status === 429 || status >= 500;
  const code: UnavailableErrorCode = busy ? "HUBSPOT_UNAVAILABLE" : "HUBSPOT_RESPONSE_INVALID";
  const why = busy ? "failed at HubSpot; try again" : "is not what HubSpot's OAuth answers; check baseUrl and proxies";
  return new HubSpotUnavailableError(code, `${code}: ${label} (status ${status}) ${why}`, {
    status,
    route: label,
    retryAfterMs: waitMs,
    details: { sent: true },
    ...(status < 300 ? {} : { unsafe: { status, body: text } }),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // refused by the reader; the parser's message would quote a token
  }
}

export function isUnavailable(error: unknown): error is HubSpotUnavailableError {
  return error instanceof HubspokeError && error.category === "unavailable";
}
