import { type AuditReader, createAuditReader } from "../audit/audit-reader.ts";
import { type AuditWriter, createAuditWriter } from "../audit/audit-writer.ts";
import { KeptIndexes } from "../audit/kept-indexes.ts";
import type { Clients } from "../client/create-clients.ts";
import { createFlags, type Flags } from "../config/flags.ts";
import { createDirectory, type Directory } from "../directory/directory.ts";
import { createPhoneFinder } from "../directory/find-by-phone.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import { createPrivacy, type PrivacyService } from "../privacy/privacy.ts";
import { retentionJob, retentionOf } from "../privacy/retention.ts";
import { SuppressionList } from "../privacy/suppression-list.ts";
import { allTenants } from "./all-tenants.ts";
import { contactSearchFor } from "./contact-finder-adapter.ts";
import { contactQueryFor } from "./contact-query-adapter.ts";
import { auditUnder, featuresOf } from "./flags.ts";
import type { Foundation } from "./foundation.ts";
import type { KeyCheck } from "./key-check.ts";
import { knownHereFor } from "./known-here.ts";
import { onceAnHour } from "./once-an-hour.ts";
import type { HubspokeOptions } from "./options.ts";
import { personFinderFor } from "./person-finder.ts";
import { type Portals, portalsFor, provedPortals } from "./portals.ts";

/** Everything about people: who may see whom, what is kept of them, and what they may ask for. */
export interface PeoplePart {
  readonly audit: AuditWriter;
  readonly indexes: KeptIndexes;
  readonly auditReader: AuditReader;
  readonly flags: Flags;
  readonly directory: Directory;
  readonly suppression: SuppressionList;
  readonly privacy: PrivacyService;
  readonly portals: Portals;
  readonly jobs: readonly Job[];
}

/** Does no I/O. Errors: CONFIG_INVALID. */
export function peoplePart(
  options: HubspokeOptions,
  foundation: Foundation,
  clients: Clients,
  tenants: () => Promise<readonly Tenant[]>,
  keyCheck: KeyCheck,
  others: Pick<Parameters<typeof createPrivacy>[0], "contactSyncs" | "forgetInServices" | "inServices">,
): PeoplePart {
  const { storage, ring } = foundation;
  const { defaultRegion } = options;
  const portals = portalsFor(clients, storage.tenants, foundation.clock);
  const proved = provedPortals(portals, keyCheck);
  const finder = createPhoneFinder({ search: contactSearchFor(clients), defaultRegion });
  const suppression = new SuppressionList({ ...foundation, store: storage.suppression, secrets: storage.secrets });
  const mode = options.audit === undefined ? {} : { mode: options.audit };
  const audit = createAuditWriter({ ...foundation, ...mode, store: storage.audit });
  const flags = createFlags({
    ...foundation,
    store: storage.flags,
    audit,
    mayChange: (ctx) => directory.allow(ctx, "config"),
    defaults: options.flags,
  });
  const directory = createDirectory({
    ...foundation,
    finder,
    query: contactQueryFor(clients),
    portals: proved,
    store: storage.cache,
    history: storage.history,
    cursors: storage.cursors,
    leases: storage.leases,
    tenants,
    audit: auditUnder(flags, audit),
    defaultRegion,
    features: featuresOf(flags),
    isSuppressed: (tenant, questions) => suppression.match(tenant, questions),
    options: options.directory,
  });
  const indexes = new KeptIndexes({ ...foundation, secrets: storage.secrets });
  const auditReader = createAuditReader({
    ...foundation,
    store: storage.audit,
    writer: audit,
    indexes,
    defaultRegion,
    mayRead: (ctx) => directory.allow(ctx, "review"),
  });
  const privacy = createPrivacy({
    ...foundation,
    suppression,
    indexes,
    finder: personFinderFor(clients, finder, defaultRegion),
    audit,
    defaultRegion,
    allow: (ctx, action) => directory.allow(ctx, action),
    portalOf: proved.learn,
    knownHere: knownHereFor(foundation),
    tenants,
    forgetInDirectory: (tenant, contactIds, phones) => directory.forgetPeople(tenant, contactIds, phones),
    forgetSearches: directory.forgetSearches,
    historyAbout: directory.historyAbout,
    ...others,
  });
  const jobs: readonly Job[] = [
    ...directory.jobs,
    {
      name: "audit:flush",
      async run() {
        const did = audit.pending;
        await audit.flush();
        return { did };
      },
    },
    ...privacy.jobs,
    onceAnHour(
      storage.cursors,
      retentionJob(storage, retentionOf(options.retention), () => allTenants(storage.tenants, { everybody: true })),
    ),
    {
      name: "keys:reseal-secrets",
      async run({ now }) {
        return { did: await suppression.reseal(await ring.currentId(), 100), nextAt: now + 3_600_000 };
      },
    },
  ];
  return { audit, indexes, auditReader, flags, directory, suppression, privacy, portals, jobs };
}
