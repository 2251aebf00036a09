import type { Ctx } from "../../ports/context.ts";
import type { Tenant } from "../../ports/ids.ts";

/** Who does what nobody asked for at the moment: how flags see it, and how the audit trail names it. */
export function systemCtx(tenant: Tenant, purpose: string): Ctx {
  return { tenant, actor: { id: "hubspoke", role: "system" }, purpose };
}
