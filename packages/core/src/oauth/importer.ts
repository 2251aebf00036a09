import { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import type { Connection, ConnectionStatus } from "./connection.ts";
import { portalMismatch } from "./errors.ts";
import type { GrantVault } from "./grant-vault.ts";
import { pinPortal } from "./pin-portal.ts";
import type { Reports } from "./reports.ts";
import type { TokenEndpoint } from "./token-endpoint.ts";
import type { TokenSource } from "./token-source.ts";

/** A grant that another library obtained, with the same HubSpot app. */
export interface ImportGrant {
  /** Pinned to the account the token is of. INPUT_INVALID where another tenant has that account, unless `shared`. */
  readonly tenant: Tenant;
  /** As HubSpot gave it. Never put it on a command line or in a log. */
  readonly refreshToken: string;
  /** The account your own records say it is of: any other is refused. Default: whichever HubSpot names. */
  readonly portalId?: PortalId;
  /** True where another tenant of yours is meant to have the same account. Default false: taken for a mix-up. */
  readonly shared?: boolean;
}

/** How the tenant is connected after an import. */
export interface ImportedGrant extends ConnectionStatus {
  /** False when the tenant was connected already: its own grant was kept, and the given token not looked at. */
  readonly imported: boolean;
}

export interface ImporterOptions {
  readonly vault: GrantVault;
  readonly endpoint: TokenEndpoint;
  readonly source: TokenSource;
  readonly connection: Connection;
  readonly tenants: TenantStore;
  readonly clock: Pick<Clock, "now">;
  readonly reports: Reports;
  readonly newId: () => string;
  /** The one account this instance is for, where one is configured. */
  readonly portalId: PortalId | null;
}

/** Fits a form field and is no JSON, no line of a file, no header by mistake. */
const tokenShape = /^[\x21-\x7e]{1,16384}$/;

/**
 * Takes over a grant without a login. The order is what makes it safe to be killed anywhere: HubSpot is asked whose the
 * token is, which changes nothing there; then it is stored; only then is it used. A refresh may replace the token
 * (hubspot-facts §4), and a replacement that nobody stored would be a lost customer.
 */
export class Importer {
  readonly #options: ImporterOptions;

  constructor(options: ImporterOptions) {
    this.#options = options;
  }

  async run(grant: ImportGrant): Promise<ImportedGrant> {
    const { vault, source, connection } = this.#options;
    const { tenant, refreshToken, portalId: claimed } = grant;
    if (!tokenShape.test(refreshToken)) throw notAToken(tenant);
    const row = await vault.row(tenant);
    const imported = row?.status !== "active";
    if (imported) await this.#takeOver(grant, new Secret(refreshToken));
    else if (claimed !== undefined && claimed !== row.portalId) throw portalMismatch(tenant, row.portalId, claimed);
    source.forget(tenant);
    // The proof, also of an import that was killed before it: an access token that HubSpot gives for this grant.
    await source.get(tenant);
    return { ...(await connection.status(tenant)), imported };
  }

  async #takeOver({ tenant, portalId: claimed, shared = false }: ImportGrant, token: Secret): Promise<void> {
    const { endpoint, tenants, reports, clock, newId } = this.#options;
    const { active, portalId, scopes } = await endpoint.introspect(token, "refresh_token");
    if (!active || portalId === null) throw notAlive(tenant);
    if (claimed !== undefined && claimed !== portalId) throw portalMismatch(tenant, claimed, portalId);
    if (!shared) await this.#refuseTaken(tenant, portalId);
    const other = await pinPortal(tenant, portalId, this.#options);
    if (other !== null) throw portalMismatch(tenant, other, portalId);
    const now = clock.now();
    await this.#store({
      tenant,
      portalId,
      // Stands for none: it is over before anybody could use it, and the first to want a token refreshes.
      accessToken: new Secret(`none-${newId()}`),
      refreshToken: token,
      obtainedAt: now,
      expiresAt: now,
      scopes,
      status: "active",
    });
    await tenants.setStatus(tenant, "active");
    reports.info("oauth.imported", { tenant, portalId });
  }

  /** Two tenants may have one account; two that were mixed up in a list of tokens look just like that. */
  async #refuseTaken(tenant: Tenant, portalId: PortalId): Promise<void> {
    const rows = await this.#options.tenants.byPortal(portalId);
    const taken = rows.find((row) => row.tenant !== tenant && row.status === "active");
    if (taken === undefined) return;
    throw new HubspokeError(
      "INPUT_INVALID",
      `INPUT_INVALID: the refresh token for tenant ${tenant} is of HubSpot account ${portalId}, which tenant ${taken.tenant} has; nothing was stored. If both are meant to have it, import with shared: true`,
      { details: { tenant, portalId, takenBy: taken.tenant } },
    );
  }

  /** Over a dead grant or none. Whoever connected the tenant meanwhile keeps what they stored. */
  async #store(fresh: Omit<Parameters<GrantVault["save"]>[0], "version">): Promise<void> {
    const { vault } = this.#options;
    for (;;) {
      const row = await vault.row(fresh.tenant);
      if (row?.status === "active") return;
      if ((await vault.save({ ...fresh, version: row?.version ?? 0 })) === "written") return;
    }
  }
}

function notAToken(tenant: Tenant): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError(
    "INPUT_INVALID",
    `INPUT_INVALID: what was given for tenant ${tenant} is no refresh token: it is empty, or holds spaces or line breaks`,
    { details: { tenant } },
  );
}

function notAlive(tenant: Tenant): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError(
    "INPUT_INVALID",
    `INPUT_INVALID: HubSpot does not know the refresh token given for tenant ${tenant}, or no longer; nothing was stored. It was replaced by a newer one, revoked, or is of another app than clientId names`,
    { details: { tenant } },
  );
}
