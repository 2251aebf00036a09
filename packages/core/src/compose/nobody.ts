import type { PortalId, Tenant } from "../ports/ids.ts";

/** Of no tenant and no account: what the library has to remember for itself. No tenant's name is empty. */
export const nobody: Tenant = "";
export const nowhere: PortalId = "";
