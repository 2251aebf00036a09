/** A public app that accounts install by OAuth. */
export interface OAuthAppOptions {
  /** Names the app in webhooks, histories and limits. */
  readonly appId: number;
  /** What the authorize page and the token endpoint know the app by. */
  readonly clientId: string;
  /** Anything else at the token endpoint is 400 `BAD_CLIENT_SECRET`. */
  readonly clientSecret: string;
  /** Compared byte by byte, as HubSpot does: the authorize page refuses another. */
  readonly redirectUris: readonly string[];
  /** What the app is configured with; an install that asks for another list is blocked. */
  readonly scopes: readonly string[];
  /** Granted where the login asks for them. Default: none. */
  readonly optionalScopes?: readonly string[];
}

/** How the simulated OAuth behaves. */
export interface OAuthSettings {
  /** Seconds an access token lives; default 1800. */
  readonly expiresIn: number;
  /** How many characters an access token has; HubSpot says to allow for more than 512. Default 130. */
  readonly accessTokenLength: number;
  /** Whether a refresh returns a new refresh token and kills the old one; both happen. Default false. */
  readonly rotateRefreshTokens: boolean;
  /** "auto" (default) redirects at once; "page" shows a page with a button, as a person would see. */
  readonly approval: "auto" | "page";
}

export const DEFAULT_OAUTH: OAuthSettings = {
  expiresIn: 1_800,
  accessTokenLength: 130,
  rotateRefreshTokens: false,
  approval: "auto",
};

/** An authorization code on its way from the browser to the token endpoint. */
export interface PendingCode {
  readonly app: OAuthAppOptions;
  readonly portalId: number;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly challengeMethod: string;
  readonly expiresAt: number;
}

/** One install of one app in one portal. */
export interface Grant {
  readonly refreshToken: string;
  readonly app: OAuthAppOptions;
  readonly portalId: number;
  readonly userId: number;
  readonly scopes: readonly string[];
}
