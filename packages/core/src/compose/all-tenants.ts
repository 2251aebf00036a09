import type { Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";

const pageSize = 500;

/** Every tenant that is connected, read in pages; with `everybody` also those whose rows are all that is left of them. */
export async function allTenants(
  tenants: Pick<TenantStore, "list">,
  { everybody = false }: { readonly everybody?: boolean } = {},
): Promise<readonly Tenant[]> {
  const found: Tenant[] = [];
  let after: Tenant | null = null;
  for (;;) {
    const page = await tenants.list(after, pageSize);
    for (const row of page) if (everybody || row.status === "active") found.push(row.tenant);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return found;
    after = last.tenant;
  }
}
