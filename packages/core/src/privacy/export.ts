import type { KeptIndexes } from "../audit/kept-indexes.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { Storage } from "../ports/storage.ts";
import type { Identity, Person } from "./subject.ts";

/** Everything there is about a person, as plain data. */
export interface PersonalData {
  /** Everything the person was found to be known by: what was named, and what HubSpot has beside it. */
  readonly subject: Omit<Identity, "people">;
  /** As HubSpot has them now. */
  readonly hubspot: readonly Person[];
  /** Numbers of the person that are kept in the cache, and since when. */
  readonly cache: readonly { readonly fetchedAt: EpochMs; readonly contactId: string | null }[];
  /** Pairs with records of the host. */
  readonly links: readonly {
    readonly sync: string;
    readonly localId: string;
    readonly state: string;
    readonly updatedAt: EpochMs;
  }[];
  /** Changes of one side against the other that were decided or wait. Values are with both sides. */
  readonly conflicts: readonly {
    readonly sync: string;
    readonly field: string;
    readonly winner: string;
    readonly at: EpochMs;
  }[];
  /** What the person did with e-mails and the like, as it is scored. */
  readonly engagement: readonly {
    readonly contactId: string;
    readonly score: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly updatedAt: EpochMs;
  }[];
  /** What outbox, flows and workflows have about the person: what waits, failed or was done lately. */
  readonly services: {
    readonly jobs: readonly { readonly kind: string; readonly state: string; readonly createdAt: EpochMs }[];
    readonly flows: readonly { readonly flow: string; readonly state: string; readonly createdAt: EpochMs }[];
    readonly executions: readonly { readonly eventType: string; readonly status: string; readonly at: EpochMs }[];
  };
  /** Searches that would find the person, with their text, and who opened the person (null). */
  readonly history: readonly {
    readonly at: EpochMs;
    readonly actor: string;
    readonly searchedFor: string | null;
  }[];
  /** Who saw the person's data, when and why. */
  readonly accesses: readonly {
    readonly at: EpochMs;
    readonly actor: string;
    readonly action: string;
    readonly purpose: string | null;
    readonly outcome: string;
  }[];
}

export interface ExporterDeps {
  readonly storage: Storage;
  /** Under what a number may stand. */
  readonly indexes: Pick<KeptIndexes, "indexesOf">;
  readonly contactSyncs: () => readonly string[];
  readonly inServices: (tenant: Tenant, identity: Identity) => Promise<PersonalData["services"]>;
  readonly historyAbout: (tenant: Tenant, identity: Identity) => Promise<PersonalData["history"]>;
}

const page = 500;
/** More accesses than anybody reads; the rest is reachable through the audit trail itself. */
const mostAccesses = 10_000;

export async function exportRows(
  { storage, indexes: of, contactSyncs, inServices, historyAbout }: ExporterDeps,
  tenant: Tenant,
  portalId: PortalId,
  identity: Identity,
): Promise<PersonalData> {
  const { people, ...subject } = identity;
  const indexes: string[] = [];
  for (const phone of subject.phones) indexes.push(...(await of.indexesOf(tenant, phone)));
  const cached = await storage.cache.get(tenant, portalId, indexes);
  const links: PersonalData["links"][number][] = [];
  const conflicts: PersonalData["conflicts"][number][] = [];
  for (const sync of contactSyncs()) {
    for (const { localId, state, updatedAt } of await storage.links.byHubspotIds(tenant, sync, subject.contactIds)) {
      links.push({ sync, localId, state, updatedAt });
      const found = await storage.conflicts.byRecord(tenant, sync, localId);
      conflicts.push(...found.map(({ field, winner, at }) => ({ sync, field, winner, at })));
    }
  }
  const engagement: PersonalData["engagement"][number][] = [];
  for (const contactId of subject.contactIds) {
    const row = await storage.engagement.score(tenant, portalId, contactId);
    if (row !== null) engagement.push({ contactId, score: row.score, counts: row.counts, updatedAt: row.updatedAt });
  }
  return {
    subject,
    hubspot: people,
    cache: cached.map(({ fetchedAt, contactId }) => ({ fetchedAt, contactId })),
    links,
    conflicts,
    engagement,
    services: await inServices(tenant, identity),
    history: await historyAbout(tenant, identity),
    accesses: await accessesOf(storage, tenant, indexes, subject.contactIds),
  };
}

async function accessesOf(
  { audit }: Storage,
  tenant: Tenant,
  subjectIndexes: readonly string[],
  contactIds: readonly string[],
): Promise<PersonalData["accesses"]> {
  const found = new Map<string, PersonalData["accesses"][number]>();
  const queries = [{ subjectIndexes }, ...contactIds.map((contactId) => ({ contactId }))];
  for (const query of queries) {
    let after: string | undefined;
    do {
      const rows = await audit.query({ tenant, ...query, limit: page, ...(after === undefined ? {} : { after }) });
      for (const { id, at, actorId, action, purpose, outcome } of rows.items) {
        found.set(id, { at, actor: actorId, action, purpose, outcome });
      }
      after = rows.next;
    } while (after !== undefined && found.size < mostAccesses);
  }
  return [...found.values()].sort((a, b) => b.at - a.at);
}
