import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Secret } from "../model/secret.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import { sameToken } from "./refresher.ts";
import type { Reports } from "./reports.ts";
import type { TokenEndpoint } from "./token-endpoint.ts";

export interface ReleaseOptions {
  readonly vault: GrantVault;
  readonly endpoint: TokenEndpoint;
  readonly tenants: TenantStore;
  readonly reports: Reports;
}

/**
 * Gives things back to HubSpot. What another tenant of the same account relies on is left to it. A failure is logged
 * and answered with false: nobody is kept from leaving because HubSpot is down.
 */
export class Release {
  readonly #options: ReleaseOptions;

  constructor(options: ReleaseOptions) {
    this.#options = options;
  }

  /** Ends a refresh token, unless another tenant holds the same one. True when HubSpot did. */
  revoke(tenant: Tenant, portalId: PortalId, refreshToken: Secret): Promise<boolean> {
    const { vault, endpoint } = this.#options;
    return this.#attempt("oauth.revoke_failed", tenant, portalId, async () => {
      for (const other of await this.#othersOn(tenant, portalId)) {
        const grant = await vault.find(other);
        if (grant !== null && sameToken(grant.refreshToken, refreshToken)) return false;
      }
      await endpoint.revoke(refreshToken, "refresh_token");
      return true;
    });
  }

  /** Removes the app from the account, unless another tenant uses it there. True when HubSpot did. */
  uninstall({ tenant, portalId, accessToken }: Grant): Promise<boolean> {
    return this.#attempt("oauth.uninstall_failed", tenant, portalId, async () => {
      if ((await this.#othersOn(tenant, portalId)).length > 0) return false;
      await this.#options.endpoint.uninstall(accessToken);
      return true;
    });
  }

  async #attempt(event: string, tenant: Tenant, portalId: PortalId, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      this.#options.reports.failed(event, error, { tenant, portalId });
      return false;
    }
  }

  async #othersOn(tenant: Tenant, portalId: PortalId): Promise<readonly Tenant[]> {
    const rows = await this.#options.tenants.byPortal(portalId);
    return rows.filter((row) => row.tenant !== tenant && row.status === "active").map((row) => row.tenant);
  }
}
