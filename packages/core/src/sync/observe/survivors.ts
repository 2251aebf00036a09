import type { LinkRow } from "../../ports/link-store.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { SyncScope } from "../scope.ts";

/**
 * The pair each survivor of a merge belongs to, by the survivor's id: it has a new id that no link knows, and names the
 * old ones only once it is read (hubspot-facts §7.1).
 */
export async function pairsOfSurvivors(
  { deps, tenant, name }: SyncScope,
  records: readonly RemoteRecord[],
): Promise<ReadonlyMap<string, LinkRow>> {
  const merged = records.flatMap(({ mergedIds }) => mergedIds);
  if (merged.length === 0) return new Map();
  const rows = await deps.storage.links.byHubspotIds(tenant, name, [...new Set(merged)]);
  const linked = new Map(rows.filter(({ state }) => state === "linked").map((row) => [row.hubspotId, row]));
  return new Map(
    records.flatMap(({ id, mergedIds }) => {
      const row = mergedIds.flatMap((old) => linked.get(old) ?? [])[0];
      return row === undefined ? [] : [[id, row] as const];
    }),
  );
}
