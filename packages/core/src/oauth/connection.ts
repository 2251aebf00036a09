import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import type { RefreshLease } from "./refresh-lease.ts";
import type { Release } from "./release.ts";
import type { Reports } from "./reports.ts";
import { missingScopes } from "./scopes.ts";
import type { TokenSource } from "./token-source.ts";

/** A tenant's connection, as a settings page shows it. */
export interface ConnectionStatus {
  /** False also after HubSpot ended the grant: `portalId` still says which account it was. */
  readonly connected: boolean;
  /** The account the tenant is or was connected to. */
  readonly portalId: PortalId | null;
  /** As HubSpot granted them, optional ones among them; empty while it is not connected. */
  readonly scopes: readonly string[];
  /** Scopes that are needed and not granted: the app must be installed again. */
  readonly missingScopes: readonly string[];
  /** When the present access token ends; it is refreshed before. */
  readonly expiresAt: EpochMs | null;
}

/** What became of a disconnect, here and at HubSpot. */
export interface Disconnected {
  /** False when the tenant was not connected. */
  readonly wasConnected: boolean;
  /** HubSpot has ended the refresh token. False also when another tenant lives on the same one, or HubSpot failed. */
  readonly revoked: boolean;
  /** The app was removed from the account. False also when another tenant of the account uses it, or HubSpot failed. */
  readonly uninstalled: boolean;
}

export interface ConnectionOptions {
  readonly vault: GrantVault;
  readonly source: TokenSource;
  readonly lease: RefreshLease;
  readonly release: Release;
  readonly tenants: TenantStore;
  readonly reports: Reports;
  readonly neededScopes: readonly string[];
}

/** How often a disconnect looks for the lease before it goes ahead without. */
const leaseTries = 20;

/** A tenant's standing connection: how it is, and its end. */
export class Connection {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  async status(tenant: Tenant): Promise<ConnectionStatus> {
    const { vault, tenants, neededScopes } = this.#options;
    const row = await vault.row(tenant);
    if (row !== null && row.status === "active") return this.statusOf(row);
    const portalId = row?.portalId ?? (await tenants.get(tenant))?.portalId ?? null;
    return { connected: false, portalId, scopes: [], missingScopes: neededScopes, expiresAt: null };
  }

  statusOf({ portalId, scopes, expiresAt }: Pick<Grant, "portalId" | "scopes" | "expiresAt">): ConnectionStatus {
    const missing = missingScopes(scopes, this.#options.neededScopes);
    return { connected: true, portalId, scopes, missingScopes: missing, expiresAt };
  }

  /**
   * Revokes the grant and removes it here; with `uninstall`, also removes the app from the account, as HubSpot's
   * certification asks (hubspot-facts §4). The rows go whatever HubSpot answers, and the result says what it did.
   */
  async disconnect(
    tenant: Tenant,
    { uninstall = false }: { readonly uninstall?: boolean } = {},
  ): Promise<Disconnected> {
    const { lease } = this.#options;
    if (uninstall) await this.#freshen(tenant);
    for (let tries = 0; tries < leaseTries; tries++) {
      // Under the lease: a refresh under way would end up with tokens that nobody here knows and nobody revokes.
      const done = await lease.tryRun(tenant, () => this.#remove(tenant, uninstall));
      if (done !== null) return done.result;
      await lease.pause();
    }
    return this.#remove(tenant, uninstall);
  }

  /** Uninstalling takes a living access token, and within the lease nobody could refresh it. */
  async #freshen(tenant: Tenant): Promise<void> {
    try {
      await this.#options.source.get(tenant);
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      this.#options.reports.failed("oauth.uninstall_without_token", error, { tenant });
    }
  }

  async #remove(tenant: Tenant, uninstall: boolean): Promise<Disconnected> {
    const { vault, tenants, source, release, reports } = this.#options;
    const row = await vault.row(tenant);
    const grant = row === null || row.status !== "active" ? null : await this.#open(row);
    const uninstalled = grant !== null && uninstall && (await release.uninstall(grant));
    const revoked =
      uninstalled || (grant !== null && (await release.revoke(tenant, grant.portalId, grant.refreshToken)));
    await vault.remove(tenant);
    await tenants.setStatus(tenant, "disconnected");
    source.forget(tenant);
    reports.info("oauth.disconnected", { tenant, revoked, uninstalled });
    return { wasConnected: row !== null && row.status === "active", revoked, uninstalled };
  }

  /** A row that no longer opens (a lost key) can still be removed. */
  async #open(row: Parameters<GrantVault["open"]>[0]): Promise<Grant | null> {
    try {
      return await this.#options.vault.open(row);
    } catch (error) {
      if (!isHubspokeError(error) || error.category !== "crypto") throw error;
      this.#options.reports.failed("oauth.grant_unreadable", error, { tenant: row.tenant });
      return null;
    }
  }
}
