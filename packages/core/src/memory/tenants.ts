import type { TenantRow, TenantStore } from "../ports/tenant-store.ts";
import type { Sync } from "./expose.ts";
import { byText, where } from "./rows.ts";

/** `forget` removes a tenant's rows from every other store. */
export function memoryTenants(
  rows: Map<string, TenantRow>,
  forget: (tenant: string, keep?: "keep what is set up") => void,
): Sync<TenantStore> {
  return {
    get: (tenant) => rows.get(tenant) ?? null,
    pin(tenant, portalId, now) {
      const pinned = rows.get(tenant);
      if (pinned === undefined) {
        rows.set(tenant, { tenant, portalId, pinnedAt: now, status: "active" });
        return { outcome: "pinned" };
      }
      return pinned.portalId === portalId ? { outcome: "same" } : { outcome: "other", portalId: pinned.portalId };
    },
    rebind(tenant, from, to, now) {
      const pinned = rows.get(tenant);
      if (pinned?.portalId !== from) return false;
      rows.set(tenant, { ...pinned, portalId: to, pinnedAt: now });
      return true;
    },
    setStatus(tenant, status) {
      const pinned = rows.get(tenant);
      if (pinned !== undefined) rows.set(tenant, { ...pinned, status });
    },
    byPortal: (portalId) => sorted(where(rows, (row) => row.portalId === portalId)),
    list: (after, limit) => sorted(where(rows, (row) => after === null || row.tenant > after)).slice(0, limit),
    deleteAll: (tenant) => forget(tenant),
    deleteLeftovers(tenant) {
      if (!rows.has(tenant)) forget(tenant, "keep what is set up");
    },
  };
}

function sorted(rows: TenantRow[]): TenantRow[] {
  return rows.sort((a, b) => byText(a.tenant, b.tenant));
}
