import type { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Secret } from "../model/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { exchangeFailed, portalMismatch } from "./errors.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import type { Login } from "./login-states.ts";
import { pinPortal } from "./pin-portal.ts";
import { callbackReason } from "./refusal.ts";
import type { Release } from "./release.ts";
import type { Reports } from "./reports.ts";
import type { IssuedTokens } from "./token-answer.ts";
import { isUnavailable, type TokenEndpoint } from "./token-endpoint.ts";

export interface ConnectorOptions {
  readonly vault: GrantVault;
  readonly endpoint: TokenEndpoint;
  readonly release: Release;
  readonly tenants: TenantStore;
  readonly clock: Pick<Clock, "now">;
  readonly reports: Reports;
  /** The one account this instance is for, where one is configured. */
  readonly portalId: PortalId | null;
}

/** Turns a login that came back into a stored grant. */
export class Connector {
  readonly #options: ConnectorOptions;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /**
   * Exchanges the code, once, and stores the grant. The first account pins the tenant; any other account is refused
   * with PORTAL_MISMATCH before anything is stored, and its fresh grant is revoked. Errors: OAUTH_EXCHANGE_FAILED,
   * PORTAL_MISMATCH, those of the store.
   */
  async connect({ tenant, verifier }: Login, code: string): Promise<Grant> {
    const { clock, endpoint, tenants, reports } = this.#options;
    const sentAt = clock.now();
    const answer = await once(() => endpoint.exchange(code, verifier));
    if (answer.outcome === "refused") throw exchangeFailed(answer.refusal.reason ?? `status ${answer.status}`);
    const { accessToken, lifetimeMs } = answer.tokens;
    const { portalId, refreshToken, scopes } = await this.#complete(answer.tokens);
    await this.#pin(tenant, portalId, refreshToken);
    const grant = await this.#store({
      tenant,
      portalId,
      accessToken,
      refreshToken,
      obtainedAt: sentAt,
      expiresAt: sentAt + lifetimeMs,
      scopes,
      status: "active",
      version: 0,
    });
    await tenants.setStatus(tenant, "active");
    reports.info("oauth.connected", { tenant, portalId });
    return grant;
  }

  /** The error for a login that HubSpot sent back without a code, such as `access_denied` when the user said no. */
  denied(error: string): HubspokeError {
    return exchangeFailed(callbackReason(error));
  }

  /** Answers of v1 name neither account nor scopes: HubSpot is asked what it gave. */
  async #complete(tokens: IssuedTokens): Promise<{
    readonly refreshToken: Secret;
    readonly portalId: PortalId;
    readonly scopes: readonly string[];
  }> {
    const { refreshToken, portalId, scopes } = tokens;
    if (refreshToken === null) throw exchangeFailed("no refresh token");
    if (portalId !== null && scopes !== null) return { refreshToken, portalId, scopes };
    const asked = await once(() => this.#options.endpoint.introspect(tokens.accessToken, "access_token"));
    const named = portalId ?? asked.portalId;
    if (named === null) throw exchangeFailed("no account named");
    return { refreshToken, portalId: named, scopes: scopes ?? asked.scopes };
  }

  async #pin(tenant: Tenant, portalId: PortalId, refreshToken: Secret): Promise<void> {
    const { release, reports } = this.#options;
    const expected = await pinPortal(tenant, portalId, this.#options);
    if (expected === null) return;
    await release.revoke(tenant, portalId, refreshToken);
    reports.alert({
      name: "portal.mismatch",
      key: `oauth:portal.mismatch:${tenant}`,
      tenant,
      severity: "warning",
      message: `a login tried to connect HubSpot account ${portalId} to a tenant of account ${expected}; it was refused and nothing was stored`,
      details: { expectedPortalId: expected, actualPortalId: portalId },
    });
    throw portalMismatch(tenant, expected, portalId);
  }

  /** Over whatever is there: a user who connects again means the new grant. */
  async #store(fresh: Grant): Promise<Grant> {
    const { vault } = this.#options;
    for (;;) {
      const version = (await vault.row(fresh.tenant))?.version ?? 0;
      if ((await vault.save({ ...fresh, version })) === "written") return fresh;
    }
  }
}

/** Not repeated: the code may be spent already, and HubSpot takes a second use for theft. */
async function once<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw isUnavailable(error) ? exchangeFailed(error.code, error) : error;
  }
}
