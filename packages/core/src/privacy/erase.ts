import type { KeptIndexes } from "../audit/kept-indexes.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { Storage } from "../ports/storage.ts";
import type { Identity } from "./subject.ts";

/** How many rows of each kind an erasure reached. */
export interface ErasedCounts {
  /** Kept answers to look-ups. */
  readonly cache: number;
  /** Searches and recents of your users that named the person. */
  readonly history: number;
  /** Pairs that lost the hashes of what was agreed; that there was one stays, so that it is not made again. */
  readonly links: number;
  /** Conflicts, intents, quarantine and log of syncs. */
  readonly sync: number;
  /** Webhook events that had not been handled. */
  readonly inbox: number;
  /** Rows that lost index, contact id, address and user agent; who did what and when stays. */
  readonly audit: number;
  /** Jobs, executions, flows and engagement. */
  readonly services: number;
}

export interface EraserDeps {
  readonly storage: Storage;
  /** Under what a number may stand. */
  readonly indexes: Pick<KeptIndexes, "indexesOf">;
  /** Drops what the directory keeps of these, in this process's memory too. Says how many entries went. */
  readonly forgetInDirectory: (
    tenant: Tenant,
    contactIds: readonly string[],
    phones: readonly string[],
  ) => Promise<number>;
  /** Searches of the tenant that name the person, removed. */
  readonly forgetSearches: (tenant: Tenant, identity: Identity) => Promise<number>;
  /** Names of the syncs whose HubSpot side is contacts. */
  readonly contactSyncs: () => readonly string[];
  /** What outbox, workflows, flows and engagement hold of the person, removed. Says how many rows went. */
  readonly forgetInServices: (tenant: Tenant, portalId: PortalId, identity: Identity) => Promise<number>;
}

export interface Erasure {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly identity: Identity;
  /** By HubSpot's own order, which concerns every tenant of the portal. */
  readonly ordered: boolean;
}

/** Removes what our own tables hold of a person. Safe to repeat: a second run finds what came in meanwhile. */
export async function eraseRows(
  deps: EraserDeps,
  { tenant, portalId, identity, ordered }: Erasure,
  now: EpochMs,
): Promise<ErasedCounts> {
  const { storage } = deps;
  const { contactIds, phones } = identity;
  // A waiting event belongs to all tenants of its portal. Where there are others, removing it would cost them an edit;
  // it names the contact by its id alone, and the suppression list keeps it from bringing the person back here, and the
  // value it may hold from this tenant's handlers.
  const ownsEvents = ordered || (await storage.tenants.byPortal(portalId)).every((row) => row.tenant === tenant);
  const cache = await deps.forgetInDirectory(tenant, contactIds, phones);
  let history = await deps.forgetSearches(tenant, identity);
  let [links, sync, inbox] = [0, 0, 0];
  for (const contactId of contactIds) {
    history += await storage.history.deleteByContact(tenant, contactId);
    if (ownsEvents) inbox += await storage.inbox.deleteByObject(portalId, contactId);
    for (const name of deps.contactSyncs()) {
      const swept = await eraseFromSync(storage, tenant, name, contactId, now);
      links += swept.links;
      sync += swept.rows;
    }
  }
  const indexes: string[] = [];
  for (const phone of phones) indexes.push(...(await deps.indexes.indexesOf(tenant, phone)));
  const audit = await storage.audit.forget(tenant, indexes, contactIds);
  const services = await deps.forgetInServices(tenant, portalId, identity);
  return { cache, history, links, sync, inbox, audit, services };
}

/** The link stays as `erased`, without its hashes: it is what keeps the pair from being made again. */
async function eraseFromSync(
  storage: Storage,
  tenant: Tenant,
  sync: string,
  hubspotId: string,
  now: EpochMs,
): Promise<{ readonly links: number; readonly rows: number }> {
  const { links, intents, conflicts, quarantine, syncLog, work } = storage;
  const [link] = await links.byHubspotIds(tenant, sync, [hubspotId]);
  const localId = link?.localId ?? null;
  const locals = localId === null ? [] : [localId];
  let erased = 0;
  for (let current = link; current !== undefined && current.state !== "erased"; ) {
    const [outcome] = await links.put([{ ...current, state: "erased", base: {}, updatedAt: now }]);
    if (outcome === "written") erased++;
    // Somebody wrote the row meanwhile: the newer one is erased.
    [current] = await links.byHubspotIds(tenant, sync, [hubspotId]);
  }
  const open = await intents.byRecord(tenant, sync, locals, [hubspotId]);
  await intents.clear(
    tenant,
    open.map(({ id }) => id),
  );
  const record = { tenant, sync, localId, hubspotId };
  let rows = open.length + (await conflicts.deleteByRecord(record)) + (await syncLog.deleteByRecord(record));
  rows += await quarantine.remove(tenant, sync, "remote", [hubspotId]);
  rows += await quarantine.remove(tenant, sync, "local", locals);
  await work.deleteByKey(tenant, sync, "remote", hubspotId);
  for (const local of locals) await work.deleteByKey(tenant, sync, "local", local);
  return { links: erased, rows };
}
