import { createHash, randomBytes } from "node:crypto";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import type { OAuthAppOptions } from "./app.ts";

/**
 * What becomes of a refresh token that was used (hubspot-facts §4 allows the first two): it stays, it works until its
 * successor is used, or, stricter than HubSpot, it is dead at once.
 */
export type Rotation = "same" | "grace" | "strict";

export interface SeenCall {
  readonly path: string;
  readonly method: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
}

/** What goes wrong with one call. `before`/`after`: ms the call waits before or after HubSpot works on it. */
export type Fault =
  | { readonly kind: "hang" }
  | { readonly kind: "lost" }
  | { readonly kind: "unsent" }
  | { readonly kind: "answer"; readonly status: number; readonly text: string }
  | { readonly kind: "slow"; readonly before?: number; readonly after?: number };

interface Family {
  readonly portalId: string;
  readonly scopes: readonly string[];
  alive: boolean;
}

interface Code extends Family {
  readonly redirectUri: string;
  readonly challenge: string | null;
}

/** HubSpot's OAuth endpoints, from its documentation (hubspot-facts §4). Every secret it makes begins with `canary-`. */
export interface FakeTokens extends Transport {
  readonly calls: SeenCall[];
  /** Applied to calls in order; null lets one pass. */
  readonly faults: (Fault | null)[];
  rotation: Rotation;
  latencyMs: number;
  /** Fields laid over every token answer; undefined removes one. */
  answer: Readonly<Record<string, unknown>>;
  clientSecret: string;
  /** A user says yes on the consent page: what comes back to the redirect URI. */
  consent(authUrl: string, portalId: string): { readonly state: string; readonly code: string };
  /** A refresh token that somebody else obtained with this app. */
  issued(portalId: string): string;
  /** The user removes the app. */
  uninstalled(portalId: string): void;
  /** Whether HubSpot's API would take the token now. */
  accepts(accessToken: string): boolean;
  refreshes(): SeenCall[];
}

const json = (status: number, body: unknown): TransportResponse => ({
  status,
  headers: {},
  text: JSON.stringify(body),
});
const no = (status: string, error: string): TransportResponse =>
  json(400, { status, error, message: `canary-text ${status}`, error_description: "canary-text" });
const secret = (kind: string): string => `canary-${kind}-${randomBytes(24).toString("base64url")}`;

export function fakeTokens(clock: Clock, app: OAuthAppOptions): FakeTokens {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, { readonly family: Family; successor: string | null }>();
  const accessTokens = new Map<string, { readonly family: Family; readonly until: number }>();

  const issue = (family: Family, refreshToken: string): TransportResponse => {
    const access = secret("access");
    accessTokens.set(access, { family, until: clock.now() + 1_800_000 });
    return json(200, {
      token_type: "bearer",
      access_token: access,
      refresh_token: refreshToken,
      expires_in: 1_800,
      hub_id: Number(family.portalId),
      user_id: 7,
      scopes: family.scopes,
      ...self.answer,
    });
  };

  const exchange = (form: Readonly<Record<string, string>>): TransportResponse => {
    const code = codes.get(form.code ?? "");
    if (code === undefined || !code.alive) return no("BAD_AUTH_CODE", "invalid_grant");
    code.alive = false;
    if (form.redirect_uri !== code.redirectUri) return no("BAD_REDIRECT_URI", "invalid_grant");
    const challenge = createHash("sha256")
      .update(form.code_verifier ?? "")
      .digest("base64url");
    if (code.challenge !== null && challenge !== code.challenge) return no("BAD_CODE_VERIFIER", "invalid_grant");
    const token = secret("refresh");
    const family = { portalId: code.portalId, scopes: code.scopes, alive: true };
    refreshTokens.set(token, { family, successor: null });
    return issue(family, token);
  };

  const refresh = (form: Readonly<Record<string, string>>): TransportResponse => {
    const used = form.refresh_token ?? "";
    const known = refreshTokens.get(used);
    if (known === undefined || !known.family.alive) return no("BAD_REFRESH_TOKEN", "invalid_grant");
    for (const [token, { successor }] of refreshTokens) if (successor === used) refreshTokens.delete(token);
    if (self.rotation === "same") return issue(known.family, used);
    const next = secret("refresh");
    refreshTokens.set(next, { family: known.family, successor: null });
    if (self.rotation === "strict") refreshTokens.delete(used);
    else known.successor = next;
    return issue(known.family, next);
  };

  const work = ({ path, method, form, headers }: SeenCall): TransportResponse => {
    if (path.endsWith("/external-install") && method === "DELETE") {
      const token = accessTokens.get((headers.authorization ?? "").replace("Bearer ", ""));
      if (token === undefined || token.until <= clock.now()) return json(401, { status: "error" });
      token.family.alive = false;
      return { status: 204, headers: {}, text: "" };
    }
    if (form.client_secret !== self.clientSecret) return no("BAD_CLIENT_SECRET", "invalid_client");
    if (path.endsWith("/introspect")) {
      const asked = refreshTokens.get(form.token ?? "")?.family;
      if (asked?.alive === true) {
        return json(200, { active: true, hub_id: Number(asked.portalId), scopes: asked.scopes, ...self.answer });
      }
      const token = accessTokens.get(form.token ?? "");
      if (token === undefined || token.until <= clock.now()) return json(200, { active: false });
      const { portalId, scopes } = token.family;
      return json(200, { active: true, hub_id: Number(portalId), user: "canary-user@example.com", user_id: 7, scopes });
    }
    if (path.endsWith("/revoke")) {
      const known = refreshTokens.get(form.token ?? "");
      if (known !== undefined) known.family.alive = false;
      return { status: 200, headers: {}, text: "" };
    }
    return form.grant_type === "authorization_code" ? exchange(form) : refresh(form);
  };

  const self: FakeTokens = {
    calls: [],
    faults: [],
    rotation: "grace",
    latencyMs: 200,
    answer: {},
    clientSecret: app.clientSecret,
    async send(request: TransportRequest) {
      const url = new URL(request.url);
      if (url.search !== "" || request.url.includes("canary-")) throw new Error("a secret travelled in an address");
      const call: SeenCall = {
        path: url.pathname,
        method: request.method,
        form: Object.fromEntries(new URLSearchParams(typeof request.body === "string" ? request.body : "")),
        headers: request.headers,
        at: clock.now(),
      };
      self.calls.push(call);
      const fault = self.faults.shift() ?? null;
      await clock.sleep(self.latencyMs + (fault?.kind === "slow" ? (fault.before ?? 0) : 0));
      switch (fault?.kind) {
        case "hang":
          return new Promise(() => {});
        case "unsent":
          throw new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: refused", { details: { sent: false } });
        case "answer":
          return { status: fault.status, headers: {}, text: fault.text };
      }
      const response = work(call);
      if (fault?.kind === "slow") await clock.sleep(fault.after ?? 0);
      if (fault?.kind === "lost") throw new HubspokeError("TIMEOUT", "TIMEOUT: late", { details: { sent: true } });
      return response;
    },
    close: async () => {},
    consent(authUrl, portalId) {
      const { searchParams } = new URL(authUrl);
      const code = secret("code");
      codes.set(code, {
        portalId,
        scopes: (searchParams.get("scope") ?? "").split(" "),
        redirectUri: searchParams.get("redirect_uri") ?? "",
        challenge: searchParams.get("code_challenge"),
        alive: true,
      });
      return { state: searchParams.get("state") ?? "", code };
    },
    issued(portalId) {
      const token = secret("refresh");
      refreshTokens.set(token, { family: { portalId, scopes: app.scopes, alive: true }, successor: null });
      return token;
    },
    uninstalled(portalId) {
      for (const { family } of refreshTokens.values()) if (family.portalId === portalId) family.alive = false;
    },
    accepts: (token) => (accessTokens.get(token)?.until ?? 0) > clock.now(),
    refreshes: () => self.calls.filter((call) => call.form.grant_type === "refresh_token"),
  };
  return self;
}
