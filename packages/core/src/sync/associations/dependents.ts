import type { Tenant } from "../../ports/ids.ts";
import type { LinkRow, LinkStore } from "../../ports/link-store.ts";
import type { WorkSide } from "../../ports/work-store.ts";
import { askLocal } from "../ask-local.ts";
import type { DeclaredSync } from "../declare/definition.ts";
import type { SyncDeps } from "../scope.ts";
import type { AssociationSpec } from "./association.ts";

/** Told of pairs that others may have waited for: they are linked now, or under another HubSpot id. */
export type OnLinked = (tenant: Tenant, rows: readonly LinkRow[]) => Promise<void>;

/** The same store; whoever waits for a record to be linked is told after it is stored. */
export function tellingLinks(
  links: LinkStore,
  hasDependents: (sync: string) => boolean,
  onLinked: OnLinked,
): LinkStore {
  return {
    byLocalIds: (tenant, sync, ids) => links.byLocalIds(tenant, sync, ids),
    byHubspotIds: (tenant, sync, ids) => links.byHubspotIds(tenant, sync, ids),
    delete: (tenant, sync, localId, version) => links.delete(tenant, sync, localId, version),
    scan: (tenant, sync, after, limit) => links.scan(tenant, sync, after, limit),
    count: (tenant, sync) => links.count(tenant, sync),
    async handOver(row, from) {
      const outcome = await links.handOver(row, from);
      if (outcome === "written" && hasDependents(row.sync)) await onLinked(row.tenant, [row]);
      return outcome;
    },
    async put(rows) {
      if (!hasDependents(rows[0]?.sync ?? "")) return links.put(rows);
      const moved = await movedAmong(links, rows);
      const outcomes = await links.put(rows);
      const linked = rows.filter((row, i) => outcomes[i] === "written" && row.state === "linked" && moved.has(row));
      const [first] = linked;
      if (first !== undefined) await onLinked(first.tenant, linked);
      return outcomes;
    },
  };
}

/** New pairs, and those that get another HubSpot id: their record was merged. */
async function movedAmong(links: LinkStore, rows: readonly LinkRow[]): Promise<ReadonlySet<LinkRow>> {
  const stored = rows.filter(({ version }) => version > 0);
  const [first] = stored;
  const before =
    first === undefined
      ? []
      : await links.byLocalIds(
          first.tenant,
          first.sync,
          stored.map(({ localId }) => localId),
        );
  const ids = new Map(before.map(({ localId, hubspotId }) => [localId, hubspotId]));
  return new Set(rows.filter((row) => row.version === 0 || ids.get(row.localId) !== row.hubspotId));
}

export interface Dependents {
  readonly tenant: Tenant;
  /** The sync whose records were linked. */
  readonly linked: DeclaredSync;
  /** The sync that names them, and how. */
  readonly declared: DeclaredSync;
  readonly specs: readonly AssociationSpec[];
}

/** The records of a sync that name these pairs, on either side. */
export async function namedBy(
  { associations }: Pick<SyncDeps, "associations">,
  { tenant, linked, declared, specs }: Dependents,
  rows: readonly LinkRow[],
): Promise<readonly { readonly side: WorkSide; readonly ids: readonly string[] }[]> {
  const localIds = rows.map(({ localId }) => localId);
  const named: { side: WorkSide; ids: readonly string[] }[] = [];
  for (const { localField } of specs) {
    const records = await askLocal(declared, () => declared.local.findBy(tenant, localField, localIds));
    named.push({ side: "local", ids: records.map(({ id }) => id) });
  }
  if (associations === undefined || specs.every(({ direction }) => direction === "to-hubspot")) return named;
  const path = { tenant, from: linked.object, to: declared.object, lane: "incremental" } as const;
  const found = await associations.read(
    path,
    rows.map(({ hubspotId }) => hubspotId),
  );
  const ids = new Set([...found.values()].flatMap((some) => some.map(({ id }) => id)));
  return [...named, { side: "remote", ids: [...ids] }];
}
