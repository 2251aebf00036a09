import type { Clients } from "../client/create-clients.ts";
import type { Directory } from "../directory/directory.ts";
import type { OAuth } from "../oauth/oauth.ts";
import type { Tenant } from "../ports/ids.ts";
import type { TenantRow, TenantStore } from "../ports/tenant-store.ts";
import type { SuppressionList } from "../privacy/suppression-list.ts";

/** The host's customers, as this library knows them. */
export interface Tenants {
  /** A tenant's account and whether it is connected; null when it never was. */
  get(tenant: Tenant): Promise<TenantRow | null>;
  /** In the order of names, up to `limit` (default 100) after `after`. */
  list(after?: Tenant, limit?: number): Promise<readonly TenantRow[]>;
  /** Revokes the tenant's grant and removes every row of it from every table. Safe to repeat. */
  delete(tenant: Tenant): Promise<void>;
}

export interface TenantsDeps {
  readonly store: TenantStore;
  readonly oauth: OAuth | undefined;
  readonly clients: Pick<Clients, "forget">;
  readonly directory: Pick<Directory, "forgetTenant">;
  readonly suppression: Pick<SuppressionList, "forget">;
  readonly portals: { forget(tenant: Tenant): void };
  /** Writes what waits of the audit trail: rows written later would outlive the tenant. */
  readonly flushAudit: () => Promise<void>;
}

export function tenantsFor(deps: TenantsDeps): Tenants {
  const { store, oauth, clients, directory, suppression, portals, flushAudit } = deps;
  return {
    get: (tenant) => store.get(tenant),
    list: (after, limit = 100) => store.list(after ?? null, limit),
    async delete(tenant) {
      await oauth?.disconnect(tenant);
      await flushAudit();
      await store.deleteAll(tenant);
      directory.forgetTenant(tenant);
      suppression.forget(tenant);
      portals.forget(tenant);
      clients.forget(tenant);
    },
  };
}
