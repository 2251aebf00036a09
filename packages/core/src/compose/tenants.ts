import type { Clients } from "../client/create-clients.ts";
import type { Directory } from "../directory/directory.ts";
import type { OAuth } from "../oauth/oauth.ts";
import type { Tenant } from "../ports/ids.ts";
import type { TenantRow } from "../ports/tenant-store.ts";
import type { SuppressionList } from "../privacy/suppression-list.ts";
import type { DeletedTenants } from "./deleted-tenants.ts";
import { type RebindDeps, type Rebinding, type Rebound, rebinder } from "./rebind.ts";

/** The host's customers, as this library knows them. */
export interface Tenants {
  /** A tenant's account and whether it is connected; null when it never was. */
  get(tenant: Tenant): Promise<TenantRow | null>;
  /** In the order of names, up to `limit` (default 100) after `after`. */
  list(after?: Tenant, limit?: number): Promise<readonly TenantRow[]>;
  /**
   * Moves a tenant to another HubSpot account: `rebind("acme", { from: "62515", to: "70001" })`. The grant ends, the pairs
   * of every sync are put aside (and come back with the account), and whatever else names records of the old account
   * goes: the same ids are other people in the new one. Connect the new account, or give the instance its token, then
   * run a backfill. Run it where the tenant's syncs are declared; safe to repeat after a crash. Other processes follow
   * within a minute. Errors: PORTAL_MISMATCH when the tenant is not in `from`, LEASE_LOST while a full pass runs, NOT_FOUND.
   */
  rebind(tenant: Tenant, accounts: Rebinding): Promise<Rebound>;
  /**
   * Revokes the tenant's grant and removes every row of it from every table. Safe to repeat. Stop its traffic first, in
   * every process: what is under way for it is written afterwards, and goes when the worker has a second look, two
   * minutes later. Its name stays in those of its leases and of that second look, and waiting events of its account,
   * which belong to the account, stay until they expire.
   */
  delete(tenant: Tenant): Promise<void>;
}

export interface TenantsDeps extends Pick<RebindDeps, "storage" | "clock" | "newId" | "syncs" | "portalId"> {
  readonly oauth: OAuth | undefined;
  readonly clients: Pick<Clients, "forget">;
  readonly directory: Pick<Directory, "forgetTenant">;
  readonly suppression: Pick<SuppressionList, "forget">;
  readonly portals: { forget(tenant: Tenant): void };
  readonly deleted: Pick<DeletedTenants, "note">;
  /** Writes what waits of the audit trail: rows written later would outlive the tenant. */
  readonly flushAudit: () => Promise<void>;
}

export function tenantsFor(deps: TenantsDeps): Tenants {
  const { oauth, clients, directory, suppression, portals, flushAudit } = deps;
  const store = deps.storage.tenants;
  const forget = (tenant: Tenant): void => {
    directory.forgetTenant(tenant);
    portals.forget(tenant);
    clients.forget(tenant);
  };
  return {
    get: (tenant) => store.get(tenant),
    list: (after, limit = 100) => store.list(after ?? null, limit),
    rebind: rebinder({ ...deps, forget, disconnect: async (tenant) => oauth?.disconnect(tenant) }),
    async delete(tenant) {
      await oauth?.disconnect(tenant);
      await deps.deleted.note(tenant);
      await flushAudit();
      await store.deleteAll(tenant);
      suppression.forget(tenant);
      forget(tenant);
    },
  };
}
