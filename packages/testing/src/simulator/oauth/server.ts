import type { RandomStream } from "../base/random.ts";
import type { Portal } from "../state/portal.ts";
import type { Grant, OAuthAppOptions, OAuthSettings, PendingCode } from "./app.ts";
import { OAuthError } from "./error.ts";

export interface OAuthWorld {
  readonly apps: readonly OAuthAppOptions[];
  readonly settings: () => OAuthSettings;
  readonly now: () => number;
  readonly random: RandomStream;
  readonly portal: (id: number) => Portal | undefined;
  /** An app came to a portal or left it. */
  readonly changed: (portal: Portal, appId: number, action: "APP_INSTALL" | "APP_UNINSTALL") => void;
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly grant: Grant;
}

type ByClient<T extends { readonly app: OAuthAppOptions }> = Omit<T, "app"> & { readonly clientId: string };

export interface SavedOAuth {
  readonly codes: readonly (readonly [string, ByClient<PendingCode>])[];
  readonly grants: readonly ByClient<Grant>[];
  readonly accessTokens: readonly (readonly [string, ByClient<Grant>])[];
}

const CODE_LIFE_MS = 10 * 60_000;
const USER_ID = 1001;
const REFRESH_TOKEN_LENGTH = 132;

/** Codes, grants and tokens of every app and portal. */
export class OAuthServer {
  readonly #world: OAuthWorld;
  readonly #codes: Map<string, PendingCode> = new Map();
  readonly #grants: Map<string, Grant> = new Map();
  readonly #grantOf: Map<string, Grant> = new Map();

  constructor(world: OAuthWorld) {
    this.#world = world;
  }

  get settings(): OAuthSettings {
    return this.#world.settings();
  }

  app(clientId: string): OAuthAppOptions | undefined {
    return this.#world.apps.find((app) => app.clientId === clientId);
  }

  /** The app a token request comes from. */
  authenticate(clientId: string, secret: string): OAuthAppOptions {
    const app = this.app(clientId);
    if (app === undefined) throw new OAuthError("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id");
    if (app.clientSecret !== secret) {
      throw new OAuthError("BAD_CLIENT_SECRET", "invalid_client", "missing or invalid client secret");
    }
    return app;
  }

  issueCode(pending: Omit<PendingCode, "expiresAt">): string {
    const code = this.#world.random.uuid();
    this.#codes.set(code, { ...pending, expiresAt: this.#world.now() + CODE_LIFE_MS });
    return code;
  }

  /** A code works once, and not for long. */
  takeCode(code: string, app: OAuthAppOptions): PendingCode {
    const pending = this.#codes.get(code);
    this.#codes.delete(code);
    if (pending === undefined || pending.app !== app || pending.expiresAt <= this.#world.now()) {
      throw new OAuthError("BAD_AUTH_CODE", "invalid_grant", "missing or unknown auth code");
    }
    return pending;
  }

  install(app: OAuthAppOptions, portalId: number, scopes: readonly string[]): IssuedToken {
    const issued = this.authorize(app, portalId, scopes);
    const portal = this.#world.portal(portalId);
    if (portal !== undefined) this.#world.changed(portal, app.appId, "APP_INSTALL");
    return issued;
  }

  /** Tokens for an app itself, which installs it nowhere. */
  authorize(app: OAuthAppOptions, portalId: number, scopes: readonly string[]): IssuedToken {
    const grant: Grant = {
      refreshToken: this.#token("na1-", REFRESH_TOKEN_LENGTH),
      app,
      portalId,
      userId: USER_ID,
      scopes,
    };
    this.#grants.set(grant.refreshToken, grant);
    return this.#issue(grant);
  }

  refresh(refreshToken: string, app: OAuthAppOptions): IssuedToken {
    const grant = this.grantOf(refreshToken);
    if (grant === undefined || grant.app !== app) {
      const description = "refresh token is invalid, expired or revoked";
      throw new OAuthError("BAD_REFRESH_TOKEN", "invalid_grant", description);
    }
    if (!this.settings.rotateRefreshTokens) return this.#issue(grant);
    const rotated = { ...grant, refreshToken: this.#token("na1-", REFRESH_TOKEN_LENGTH) };
    this.#grants.delete(refreshToken);
    this.#grants.set(rotated.refreshToken, rotated);
    return this.#issue(rotated);
  }

  /** By refresh token. */
  grantOf(refreshToken: string): Grant | undefined {
    return this.#grants.get(refreshToken);
  }

  /** By access token. */
  grantBehind(accessToken: string): Grant | undefined {
    return this.#grantOf.get(accessToken);
  }

  /** The refresh token dies; access tokens already given live on until they expire (hubspot-facts §4). */
  revoke(refreshToken: string): void {
    this.#grants.delete(refreshToken);
  }

  /** An app leaves a portal: everything it was given dies at once. */
  uninstall(portal: Portal, appId: number): void {
    for (const grant of [...this.#grants.values()]) {
      if (grant.portalId === portal.id && grant.app.appId === appId) this.#grants.delete(grant.refreshToken);
    }
    for (const access of [...portal.apps.values()]) {
      if (access.appId === appId && access.kind === "oauth") portal.apps.delete(access.token);
    }
    this.#world.changed(portal, appId, "APP_UNINSTALL");
  }

  save(): SavedOAuth {
    const grant = ({ app, ...rest }: Grant) => ({ ...rest, clientId: app.clientId });
    return {
      codes: [...this.#codes].map(([code, { app, ...rest }]) => [code, { ...rest, clientId: app.clientId }]),
      grants: [...this.#grants.values()].map(grant),
      accessTokens: [...this.#grantOf].map(([token, of]) => [token, grant(of)]),
    };
  }

  /** What belongs to an app that is no longer an option is left out. */
  load({ codes, grants, accessTokens }: SavedOAuth): void {
    const whole = <T extends { readonly clientId: string }>({ clientId, ...rest }: T) => {
      const app = this.app(clientId);
      return app === undefined ? undefined : { ...rest, app };
    };
    for (const [code, saved] of codes) {
      const pending = whole(saved);
      if (pending !== undefined) this.#codes.set(code, { ...pending, challenge: pending.challenge });
    }
    for (const saved of grants) {
      const grant = whole(saved);
      if (grant !== undefined) this.#grants.set(grant.refreshToken, grant);
    }
    for (const [token, saved] of accessTokens) {
      // The very grant that refreshes, where it still is one.
      const grant = this.#grants.get(saved.refreshToken) ?? whole(saved);
      if (grant !== undefined) this.#grantOf.set(token, grant);
    }
  }

  #issue(grant: Grant): IssuedToken {
    const portal = this.#world.portal(grant.portalId);
    if (portal === undefined) throw new OAuthError("BAD_HUB", "access_denied", "missing or unknown hub id");
    const accessToken = this.#token("C-", this.settings.accessTokenLength);
    portal.addToken({
      token: accessToken,
      appId: grant.app.appId,
      kind: "oauth",
      scopes: grant.scopes,
      expiresAt: this.#world.now() + this.settings.expiresIn * 1_000,
    });
    this.#grantOf.set(accessToken, grant);
    return { accessToken, grant };
  }

  #token(prefix: string, length: number): string {
    const { random } = this.#world;
    const words = Math.ceil((length - prefix.length) / 8);
    return (prefix + Array.from({ length: words }, () => random.hex8()).join("")).slice(0, length);
  }
}
