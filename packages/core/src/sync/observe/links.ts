import type { LinkRow } from "../../ports/link-store.ts";
import type { SyncScope } from "../scope.ts";

/** The pairs of these local records. Nobody is asked for none: most looks name records of one side only. */
export async function linksOfLocal(
  { deps, tenant, name }: SyncScope,
  ids: readonly string[],
): Promise<readonly LinkRow[]> {
  return ids.length === 0 ? [] : deps.storage.links.byLocalIds(tenant, name, ids);
}

/** The pairs of these HubSpot records, in the same way. */
export async function linksOfRemote(
  { deps, tenant, name }: SyncScope,
  ids: readonly string[],
): Promise<readonly LinkRow[]> {
  return ids.length === 0 ? [] : deps.storage.links.byHubspotIds(tenant, name, ids);
}
