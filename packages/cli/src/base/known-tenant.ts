import type { Hubspoke } from "@hubspoke/core";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";

const listed = 10;

/**
 * Throws INPUT_INVALID for a tenant the database does not know where it knows others: the first call would pin a
 * misspelt name to the account, and the worker would work for it from then on. What a database cannot say is no reason.
 */
export async function refuseStranger({ tenants }: Pick<Hubspoke, "tenants">, tenant: string): Promise<void> {
  const known = await othersThan(tenants, tenant);
  if (known.length === 0) return;
  const shown = known.slice(0, listed);
  const names = `${shown.join(", ")}${known.length > listed ? " and more" : ""}`;
  throw new HubspokeError(
    "INPUT_INVALID",
    `no tenant is named ${tenant}; known ${known.length === 1 ? "is" : "are"} ${names}. Say which with --tenant, or begin a new one with --new-tenant`,
    { details: { tenants: shown } },
  );
}

/** Empty where the tenant is known, and where there is none at all. */
async function othersThan(tenants: Hubspoke["tenants"], tenant: string): Promise<readonly string[]> {
  try {
    if ((await tenants.get(tenant)) !== null) return [];
    return (await tenants.list(undefined, listed + 1)).map((row) => row.tenant);
  } catch (error) {
    // The command meets the same trouble, and says it in its own way.
    if (isHubspokeError(error) && error.category === "storage") return [];
    throw error;
  }
}
