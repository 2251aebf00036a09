import * as z from "zod/mini";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, RowId, Tenant } from "../ports/ids.ts";
import type { OAuthStateStore } from "../ports/token-store.ts";
import { equalText, toBase64Url, toHex, utf8 } from "../util/bytes.ts";
import type { OAuthApp } from "./app.ts";
import { authorizeUrl } from "./authorize-url.ts";
import { stateInvalid } from "./errors.ts";
import { checkedReturnTo } from "./return-to.ts";

/** How the browser came: a popup is told and closed, a page is sent on. */
export type LoginMode = "redirect" | "popup";

/** A login to begin. */
export interface BeginLogin {
  /** Whom the login connects. Only the same tenant can finish it where the host names one on return. */
  readonly tenant: Tenant;
  /** Default `redirect`. `popup` answers with a page that tells the window that opened it, and closes. */
  readonly mode?: LoginMode;
  /** Where to go afterwards; for a popup, the origin that may hear of the result. Must be on the app's allowlist. */
  readonly returnTo?: string;
  /** The session already in the browser's cookie, so that logins in two tabs do not end each other. */
  readonly session?: string;
}

/** Where to send the browser, and the secret that stays in it. */
export interface BegunLogin {
  /** HubSpot's consent page with the state, and the code challenge where PKCE is on. */
  readonly authUrl: string;
  /** Goes into the browser's cookie, and nowhere else. */
  readonly session: string;
  /** Ten minutes after it began; after that OAUTH_STATE_INVALID. */
  readonly expiresAt: EpochMs;
}

/** A login that came back, taken out of the store: nobody gets it twice. */
export interface Login {
  /** As it was begun, from the store and not from the browser. */
  readonly tenant: Tenant;
  /** As it was begun. */
  readonly mode: LoginMode;
  /** Checked against the app's allowlist when it began; null: nowhere. */
  readonly returnTo: string | null;
  /** PKCE's, for the token endpoint; null where the app has `pkce: false`. */
  readonly verifier: Secret | null;
}

/** What a browser came back with. */
export interface ReturnedLogin {
  /** From the address HubSpot sent the browser to: 43 characters of base64url. Good once. */
  readonly state: string;
  /** From the browser's cookie. */
  readonly session: string | null;
  /** Where the host knows whose browser it is. */
  readonly tenant?: Tenant;
}

/** How long a login may take. */
export const loginMs: number = 10 * 60_000;
/** 256 bits from the runtime's CSPRNG, as base64url. */
const secretBytes = 32;
const secretShape = /^[\w-]{43}$/;

const sealedLogin = z.object({
  mode: z.enum(["redirect", "popup"]),
  returnTo: z.nullable(z.string()),
  redirectUri: z.string(),
  verifier: z.nullable(z.string()),
});

export interface LoginStatesOptions {
  readonly app: OAuthApp;
  readonly store: OAuthStateStore;
  readonly sealer: Sealer;
  readonly cipher: Pick<Cipher, "randomBytes" | "sha256">;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => RowId;
}

/**
 * Logins under way. The state in HubSpot's address is random, good once, for ten minutes, in the browser that holds the
 * session, for its tenant. The store has only its hash, so a dump of the database completes no login.
 */
export class LoginStates {
  readonly #options: LoginStatesOptions;

  constructor(options: LoginStatesOptions) {
    this.#options = options;
  }

  /** Errors: OAUTH_RETURN_REFUSED, INPUT_INVALID (no tenant), those of the store. */
  async begin({ tenant, mode = "redirect", returnTo, session: known }: BeginLogin): Promise<BegunLogin> {
    const { app, store, sealer, cipher, clock, newId } = this.#options;
    const target = returnTo === undefined ? null : checkedReturnTo(returnTo, app.returnTo, app.redirectUri);
    const state = this.#secret();
    const verifier = app.pkce ? this.#secret() : null;
    const session = known !== undefined && secretShape.test(known) ? known : this.#secret();
    const id = newId();
    const expiresAt = clock.now() + loginMs;
    const challenge = verifier === null ? null : toBase64Url(await cipher.sha256(utf8(verifier)));
    const login = { mode, returnTo: target, redirectUri: app.redirectUri, verifier };
    await store.put({
      stateHash: await this.#hash(state),
      tenant,
      sessionHash: await this.#hash(session),
      id,
      sealed: await sealer.sealJson(bindingOf(tenant, id), login),
      expiresAt,
    });
    return { authUrl: authorizeUrl(app, state, challenge), session, expiresAt };
  }

  /** Errors: OAUTH_STATE_INVALID, whatever was wrong; `details.why` says what, for logs. */
  async take({ state, session, tenant }: ReturnedLogin): Promise<Login> {
    const { app, store, sealer, clock } = this.#options;
    if (!secretShape.test(state)) throw stateInvalid("missing");
    const stateHash = await this.#hash(state);
    const row = await store.consume(stateHash);
    if (row === null || !equalText(row.stateHash, stateHash)) throw stateInvalid("unknown");
    const sessionHash = await this.#hash(session ?? "");
    if (session === null || !equalText(row.sessionHash, sessionHash)) throw stateInvalid("session");
    if (row.expiresAt <= clock.now()) throw stateInvalid("expired");
    if (tenant !== undefined && tenant !== row.tenant) throw stateInvalid("tenant");
    const opened = sealedLogin.safeParse(await sealer.openJson(bindingOf(row.tenant, row.id), row.sealed));
    if (!opened.success) {
      throw new HubspokeError(
        "ENVELOPE_MALFORMED",
        `ENVELOPE_MALFORMED: oauth_states.sealed of row ${row.id} opened, but holds no login; start the login again`,
      );
    }
    const { mode, returnTo, redirectUri, verifier } = opened.data;
    // HubSpot gave the code for the address the login began with; the configuration has changed since.
    if (redirectUri !== app.redirectUri) throw stateInvalid("redirect");
    return { tenant: row.tenant, mode, returnTo, verifier: verifier === null ? null : new Secret(verifier) };
  }

  #secret(): string {
    return toBase64Url(this.#options.cipher.randomBytes(secretBytes));
  }

  async #hash(secret: string): Promise<string> {
    return toHex(await this.#options.cipher.sha256(utf8(secret)));
  }
}

function bindingOf(tenant: Tenant, rowId: RowId) {
  return { tenant, table: "oauth_states", column: "sealed", rowId };
}
