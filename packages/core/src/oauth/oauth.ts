import type { KeyRing } from "../crypto/key-ring.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { ApiVersion } from "../model/api-version.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { Credential, CredentialSource } from "../ports/credentials.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { LeaseStore } from "../ports/lease-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import type { OAuthStateStore, TokenStore } from "../ports/token-store.ts";
import type { Transport } from "../ports/transport.ts";
import { toHex } from "../util/bytes.ts";
import type { OAuthApp } from "./app.ts";
import { Connection, type ConnectionStatus, type Disconnected } from "./connection.ts";
import { Connector } from "./connector.ts";
import { oauthEndpoints } from "./endpoints.ts";
import { GrantVault } from "./grant-vault.ts";
import { type ImportedGrant, Importer, type ImportGrant } from "./importer.ts";
import { oauthJobs } from "./jobs.ts";
import { type BeginLogin, type BegunLogin, type Login, LoginStates, type ReturnedLogin } from "./login-states.ts";
import { RefreshLease } from "./refresh-lease.ts";
import { Refresher } from "./refresher.ts";
import { Release } from "./release.ts";
import { type Background, Reports } from "./reports.ts";
import type { Introspection } from "./token-answer.ts";
import { TokenEndpoint } from "./token-endpoint.ts";
import { TokenSource } from "./token-source.ts";

/** Everything about a HubSpot app's grants: a source of tokens, and the life of a connection. */
export interface OAuth extends CredentialSource {
  /** Where HubSpot sends browsers back, exactly as in the app's settings. */
  readonly redirectUri: string;
  /**
   * The tenant's access token, refreshed ahead of its end. Errors: AUTH_DISCONNECTED, AUTH_INVALID, PORTAL_MISMATCH,
   * those of the token endpoint.
   */
  get(tenant: Tenant): Promise<Credential>;
  /** After a 401 on `stale`: another token, or null when a new one would not help. Once over all processes. */
  refresh(tenant: Tenant, stale: Credential): Promise<Credential | null>;
  /** Starts a login: the address of HubSpot's consent page, and the session for the browser's cookie. */
  beginLogin(login: BeginLogin): Promise<BegunLogin>;
  /** Checks and uses up the state a browser came back with. Errors: OAUTH_STATE_INVALID. */
  takeLogin(returned: ReturnedLogin): Promise<Login>;
  /** Connects the tenant, or says why not. Errors: OAUTH_EXCHANGE_FAILED, PORTAL_MISMATCH, those of the store. */
  finishLogin(login: Login, answer: { readonly code: string } | { readonly error: string }): Promise<ConnectionStatus>;
  /**
   * Takes over a refresh token that another library obtained with the same app: asks HubSpot whose it is, pins the tenant
   * to that account, stores the token sealed, and proves it by one refresh. Nothing is revoked when it is refused, for the
   * other library may live on it. Safe to repeat, also after a crash; stop the other library's refreshing first. Errors:
   * INPUT_INVALID (no refresh token, HubSpot does not know it, another tenant has the account), PORTAL_MISMATCH,
   * AUTH_INVALID (HubSpot refuses clientId or clientSecret), and those of the token endpoint and the store.
   */
  importGrant(grant: ImportGrant): Promise<ImportedGrant>;
  /** Whether and to which account the tenant is connected, from the storage alone. */
  status(tenant: Tenant): Promise<ConnectionStatus>;
  /** What HubSpot says about the tenant's access token. */
  introspect(tenant: Tenant): Promise<Introspection>;
  /**
   * Revokes the grant and removes it; `uninstall` also takes the app out of the account. Done here whatever HubSpot
   * answers.
   */
  disconnect(tenant: Tenant, options?: { readonly uninstall?: boolean }): Promise<Disconnected>;
  /** For the worker. */
  readonly jobs: readonly Job[];
}

/** What OAuth is made of. */
export interface OAuthDeps {
  /** Carries calls to the token endpoint, beside the client and its rate budget. */
  readonly transport: Transport;
  /** Says when a login or an access token has ended. */
  readonly clock: Clock;
  /** Spreads in time what several processes would do at once; secrets come from `cipher`. */
  readonly random: Random;
  /** The runtime's CSPRNG and hash: states, sessions and PKCE. */
  readonly cipher: Pick<Cipher, "randomBytes" | "sha256">;
  /** Seals grants and logins for the store. */
  readonly sealer: Sealer;
  /** Says which key new grants are sealed under. */
  readonly ring: Pick<KeyRing, "currentId">;
  /** Leases let one process at a time refresh a tenant's grant. */
  readonly storage: {
    readonly tokens: TokenStore;
    readonly oauthStates: OAuthStateStore;
    readonly leases: LeaseStore;
    readonly tenants: TenantStore;
  };
  /** Checked by the composition: https, or this machine. */
  readonly baseUrl: string;
  /** The instance's; the app's own `apiVersion` goes before it. */
  readonly apiVersion: ApiVersion;
  /** The one account this instance is for, where one is configured. */
  readonly portalId?: PortalId | undefined;
  /** Scopes the configuration needs, beside those of the app (see `scopesFor`). */
  readonly neededScopes?: readonly string[] | undefined;
  /** Gets codes and ids, never tokens. Default: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** Told when HubSpot has ended a tenant's grant. Default: nobody is. */
  readonly alerts?: AlertSink | undefined;
  /** `waitUntil` on Workers; floats elsewhere. Without it a refresh ahead of expiry is waited for. */
  readonly background?: Background | undefined;
  /** Told after a tenant was connected or imported here: what was held against it before is over. */
  readonly onConnected?: ((tenant: Tenant) => void) | undefined;
}

/** Binds an app to one instance. Does no I/O. */
export function createOAuth(app: OAuthApp, deps: OAuthDeps): OAuth {
  const { transport, clock, random, cipher, sealer, ring, storage, baseUrl, background } = deps;
  const { tokens, oauthStates, leases, tenants } = storage;
  const newId = (): string => toHex(cipher.randomBytes(16));
  const endpoints = oauthEndpoints[app.apiVersion ?? deps.apiVersion];
  const neededScopes = [...new Set([...app.scopes, ...(deps.neededScopes ?? [])])];

  const reports = new Reports({ clock, logger: deps.logger, alerts: deps.alerts, background });
  const endpoint = new TokenEndpoint({ app, transport, clock, baseUrl, endpoints });
  const vault = new GrantVault(tokens, sealer, newId, reports);
  const lease = new RefreshLease({ leases, clock, random, reports, holder: newId() });
  const refresher = new Refresher({ vault, endpoint, lease, tenants, clock, random, reports });
  const source = new TokenSource({ clientId: app.clientId, vault, refresher, clock, random, reports, background });
  const release = new Release({ vault, endpoint, tenants, reports });
  const connector = new Connector({
    vault,
    endpoint,
    release,
    tenants,
    clock,
    reports,
    portalId: deps.portalId ?? null,
  });
  const connection = new Connection({ vault, source, lease, release, tenants, reports, neededScopes });
  const importer = new Importer({
    vault,
    endpoint,
    source,
    connection,
    tenants,
    clock,
    reports,
    newId,
    portalId: deps.portalId ?? null,
  });
  const logins = new LoginStates({ app, store: oauthStates, sealer, cipher, clock, newId });

  return {
    redirectUri: app.redirectUri,
    get: (tenant) => source.get(tenant),
    refresh: (tenant, stale) => source.refresh(tenant, stale),
    beginLogin: (login) => logins.begin(login),
    takeLogin: (returned) => logins.take(returned),
    async finishLogin(login, answer) {
      if ("error" in answer) throw connector.denied(answer.error);
      const grant = await connector.connect(login, answer.code);
      source.forget(login.tenant);
      deps.onConnected?.(login.tenant);
      return connection.statusOf(grant);
    },
    async importGrant(grant) {
      const imported = await importer.run(grant);
      deps.onConnected?.(grant.tenant);
      return imported;
    },
    status: (tenant) => connection.status(tenant),
    async introspect(tenant) {
      const { token } = await source.get(tenant);
      return endpoint.introspect(token, "access_token");
    },
    disconnect: (tenant, options) => connection.disconnect(tenant, options),
    jobs: oauthJobs({ vault, states: oauthStates, ring }),
  };
}
