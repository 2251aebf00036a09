import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Tenant } from "../ports/ids.ts";

/**
 * One unambiguous tenant name out of several parts, for example workspace and user: `tenantKey("w1", "u2")`.
 * No two different lists of parts give the same name, because separators inside a part are escaped.
 * Throws INPUT_INVALID for an empty list or an empty part.
 */
export function tenantKey(...parts: readonly (string | number)[]): Tenant {
  if (parts.length === 0 || parts.some((part) => part === "")) {
    throw new HubspokeError("INPUT_INVALID", "tenantKey needs at least one part, and no part may be empty");
  }
  return parts.map((part) => encodeURIComponent(String(part))).join(":");
}
