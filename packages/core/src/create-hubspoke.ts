import type { AuditReader } from "./audit/audit-reader.ts";
import { type Clients, createClients } from "./client/create-clients.ts";
import type { ClientOptions, HubSpotClient } from "./client/hubspot-client.ts";
import { allTenants } from "./compose/all-tenants.ts";
import { associationsFor } from "./compose/association-adapter.ts";
import { authenticationFor } from "./compose/authentication.ts";
import { closing } from "./compose/closing.ts";
import type { EnvOptionsSpread } from "./compose/config-from-env.ts";
import { type Declared, declaredBy } from "./compose/declared.ts";
import { deletedTenants } from "./compose/deleted-tenants.ts";
import { deliveriesTogether } from "./compose/deliveries.ts";
import { guardedDownloader } from "./compose/downloads.ts";
import { foundationOf } from "./compose/foundation.ts";
import { checkHealth } from "./compose/health.ts";
import { journalJobs } from "./compose/journal-feed.ts";
import { keptValues } from "./compose/kept-values.ts";
import { createKeyCheck } from "./compose/key-check.ts";
import { resealJob } from "./compose/key-rotation.ts";
import { type Keys, keysFor } from "./compose/keys.ts";
import type { HubspokeOptions } from "./compose/options.ts";
import { type Overview, overviewOf } from "./compose/overview.ts";
import { ownSecrets } from "./compose/own-secrets.ts";
import { peoplePart } from "./compose/people-part.ts";
import { portalProofs } from "./compose/portal-proofs.ts";
import { remotePortFor } from "./compose/remote-port-adapter.ts";
import { requireParts } from "./compose/require-parts.ts";
import { sealedTables } from "./compose/sealed-tables.ts";
import { serviceDesk } from "./compose/service-desk.ts";
import { type Services, servicesPart } from "./compose/services-part.ts";
import { clearConnectionAlerts } from "./compose/shared-alerts.ts";
import { budgetParts } from "./compose/shared-budgets.ts";
import { syncDesk } from "./compose/sync-desk.ts";
import { createSyncRegistry } from "./compose/sync-service.ts";
import { type Tenants, tenantsFor } from "./compose/tenants.ts";
import { type Verification, type VerifyOptions, verify } from "./compose/verify.ts";
import { withoutErased } from "./compose/without-erased.ts";
import type { Flags } from "./config/flags.ts";
import { createFieldHasher } from "./crypto/field-hash.ts";
import type { Directory } from "./directory/directory.ts";
import type { ObjectType } from "./model/object-type.ts";
import { createRoutes } from "./mount/create-routes.ts";
import type { HandleOptions, Mountable } from "./mount/options.ts";
import type { OAuth } from "./oauth/oauth.ts";
import type { Alert } from "./ports/alerts.ts";
import type { Tenant } from "./ports/ids.ts";
import type { MigrationReport } from "./ports/storage.ts";
import type { Privacy } from "./privacy/privacy.ts";
import { createSchedules, type Schedules } from "./schedules/schedules.ts";
import type { SetupDefinition, SetupHandle } from "./setup/definition.ts";
import { createSetups } from "./setup/setup.ts";
import type { FieldSpecs, SyncDefinition } from "./sync/declare/definition.ts";
import { createSyncs, type SyncHandle } from "./sync/engine/create-syncs.ts";
import { defined } from "./util/defined.ts";
import { remembered } from "./util/remembered.ts";
import { createInboxJob } from "./webhooks/dispatch.ts";
import { createWebhookHandler } from "./webhooks/handle-request.ts";
import { createWebhookHandlers, type WebhookHandlers } from "./webhooks/inbox/handlers.ts";
import { type WebhookQuarantine, webhookQuarantine } from "./webhooks/inbox/set-aside.ts";
import { createWorker, type Worker } from "./worker/create-worker.ts";

/** HubSpot inside a product: everything hangs off one of these. */
export interface Hubspoke extends Mountable, Services, AsyncDisposable {
  /** The typed client, for one tenant. Cheap: make one wherever it is needed. */
  client(options: ClientOptions): HubSpotClient;
  /** Who has which number: look-ups over the encrypted cache, and people by name. */
  readonly directory: Directory;
  /** Who saw whose data, when and why. */
  readonly audit: AuditReader;
  /** What a person may ask for: export, erasure. */
  readonly privacy: Privacy;
  /** The host's customers, as this library knows them. */
  readonly tenants: Tenants;
  /** The keys of the ring: which are still in use, and which may retire. */
  readonly keys: Keys;
  /** Troubles people were told about that are not over: a tenant's, or those that concern none. */
  openAlerts(tenant?: Tenant): Promise<readonly Alert[]>;
  /** Switches that are thrown while everything runs. */
  readonly flags: Flags;
  /** Connections by OAuth: logins, status, disconnect. Absent unless `auth` is an `oauthApp(…)`. */
  readonly oauth?: OAuth;
  /** Declares a two-way sync; `.for(tenant)` runs it. Throws SYNC_DECLARATION_INVALID saying what to change. */
  sync<const F extends FieldSpecs, const O extends ObjectType>(definition: SyncDefinition<F, O>): SyncHandle;
  /** A job of the host's own that comes back, for each tenant that starts it: `schedule({ … }).for(tenant).start()`. */
  readonly schedule: Schedules["define"];
  /** Every schedule of a tenant, those of syncs among them, edited while everything runs. */
  readonly schedules: Pick<Schedules, "list" | "edit">;
  /** The syncs declared so far, in their order. */
  syncs(): readonly SyncHandle[];
  /** What an account needs before its first use, in order: the worker does it until it is done. Errors: CONFIG_INVALID. */
  setup(definition: SetupDefinition): SetupHandle;
  /** How a tenant fares, for a dashboard: figures, ids and names, no value. Asks the storage alone, so it answers while HubSpot is away. */
  overview(tenant?: Tenant): Promise<Overview>;
  /** What else was declared: handlers, addresses, where services write. What `hubspoke app` and `doctor` go by. */
  declared(): Declared;
  /** The one driver of everything that happens later: `run(signal)` on servers, `tick()` from cron and in tests. */
  worker(): Worker;
  /** Runs `handler` for every webhook event of that type, in the worker; answers how to remove it. */
  readonly on: WebhookHandlers["on"];
  /** Events whose handlers failed every time: to be seen, and replayed once the handler is mended. */
  readonly webhooks: { readonly quarantine: WebhookQuarantine };
  /** Every router as one Fetch handler; `@hubspoke/express` and `@hubspoke/hono` mount it. */
  handle(request: Request, options: HandleOptions): Promise<Response>;
  /** Brings the database's schema up to this version. Ten processes may call it at once. */
  migrate(): Promise<MigrationReport>;
  /** Schema, keys, token, portal: run it at start and print what it says. */
  verify(tenant?: Tenant, options?: VerifyOptions): Promise<Verification>;
  /** Calls, retries and quota of this instance, and whether HubSpot answers it. */
  readonly calls: Pick<Clients, "stats" | "report" | "quota" | "availability">;
  /** Writes what waits, stops everything. Safe to repeat. */
  close(): Promise<void>;
}

/**
 * Wires one instance. Does no I/O: the first call opens the storage and, per tenant, learns and pins the portal.
 * Errors: CONFIG_INVALID, BASE_URL_REFUSED, KEY_LENGTH_INVALID, KEY_ID_INVALID, naming what to change.
 */
export function createHubSpoke(given: HubspokeOptions | EnvOptionsSpread): Hubspoke {
  requireParts(given);
  const options = defined(given);
  const foundation = foundationOf(options);
  const { storage, logger, clock, alerts, ring, sealer, index, newId, background } = foundation;
  const { auth, oauth, routes } = authenticationFor(options, foundation, (tenant) => {
    directory.reconnected(tenant);
    foundation.work.run(() => clearConnectionAlerts(alerts, tenant));
    foundation.work.run(() => services.reconnected(tenant));
  });
  const clients = createClients({
    ...options,
    ...foundation,
    ...budgetParts(foundation),
    ...portalProofs(foundation),
    auth,
    ownSecrets: ownSecrets(options),
    tenants: storage.tenants,
  });
  const tenants = remembered(
    () => clock.now(),
    1_000,
    () => allTenants(storage.tenants),
  );
  const keyCheck = createKeyCheck({ ring, sealer, cursors: storage.cursors, clock });
  const people = peoplePart(options, foundation, clients, tenants, keyCheck, {
    contactSyncs: () => registry.queuesFor("", "contacts"),
    forgetInServices: (tenant, portalId, person) => services.forget(tenant, portalId, person),
    inServices: (tenant, person) => services.about(tenant, person),
  });
  const { audit, auditReader, directory, flags, privacy, suppression } = people;
  const handlers = createWebhookHandlers();
  const kept = keptValues(foundation, handlers, suppression);
  const services = servicesPart({
    options,
    foundation,
    clients,
    people,
    makeDownloader: () => guardedDownloader({ ...options.downloads, clock }),
    tenants,
    mayChange: (ctx) => directory.allow(ctx, "config"),
    schedule: (definition) => schedules.define(definition),
    on: handlers.on,
    preparing: (tenant) => setups.preparing(tenant),
  });
  const observed = { alerts, logger, metrics: foundation.metrics };
  const registry = createSyncRegistry({
    ...foundation,
    cursors: storage.cursors,
    portalOf: clients.portalOf,
    pinnedPortal: people.portals.pinned,
    tenants,
    background,
  });
  const schedules = createSchedules({ ...foundation, store: storage.schedules });
  const setups = createSetups({ ...foundation, syncs: registry.all });
  const tables = [...sealedTables(foundation, registry.names), people.indexes.table];
  const syncs = createSyncs({
    remote: withoutErased(remotePortFor(clients), suppression, options.defaultRegion),
    storage,
    clock,
    hasher: createFieldHasher(ring),
    sealer,
    newId,
    async portalOf(tenant) {
      const portalId = await clients.portalOf(tenant);
      await keyCheck(tenant, portalId);
      return portalId;
    },
    pinnedPortal: people.portals.pinned,
    tenants,
    associations: associationsFor(clients),
    timetable: schedules,
    ...(options.syncSettings === undefined ? {} : { settings: options.syncSettings }),
    ...observed,
  });
  const inbox = createInboxJob({
    ...foundation,
    inbox: storage.inbox,
    tenants: storage.tenants,
    work: storage.work,
    quarantine: storage.quarantine,
    queuesFor: registry.queuesFor,
    relatedQueuesFor: registry.relatedQueuesFor,
    handlers,
    values: kept.values,
    onPrivacyDeletion: (deletion) => privacy.deletedInHubSpot(deletion),
    onChanges: directory.contactsChanged,
  });
  const deleted = deletedTenants(storage, clock);
  const worker = createWorker({
    clock,
    jobs: [
      inbox,
      ...journalJobs(options.journal, foundation, { ...people, registry, tenants }),
      ...syncs.jobs,
      registry.job,
      schedules.job,
      setups.job,
      ...people.jobs,
      ...services.jobs,
      resealJob({ ...foundation, cursors: storage.cursors, tenants: storage.tenants, tables }),
      kept.job,
      deleted.job,
      ...(oauth?.jobs ?? []),
    ],
    calls: () => clients.stats().calls,
    logger,
    alerts,
  });
  const overview = overviewOf({ storage, clock, alerts, clients, syncs, setups, schedules, services, people });
  const handle = createRoutes({
    ...(options.webhooks === undefined
      ? {}
      : {
          webhooks: createWebhookHandler(options.webhooks, {
            ...foundation,
            inbox: deliveriesTogether(storage.inbox),
            blindIndex: index,
            values: kept.values,
          }),
        }),
    directory,
    audit: auditReader,
    ...syncDesk({ registry, clients, audit, overview, allow: (ctx, action) => directory.allow(ctx, action) }),
    ...serviceDesk({
      ...services.surface,
      privacy,
      flags,
      newId,
      allow: (ctx, action) => directory.allow(ctx, action),
    }),
    ...(routes === undefined ? {} : { oauth: routes }),
    health: { check: (ctx) => checkHealth(storage, ctx) },
    clock,
    logger,
  });

  const hubspoke: Hubspoke = {
    ...services.surface,
    client: (scope) => clients.client(scope),
    directory,
    audit: auditReader,
    privacy,
    tenants: tenantsFor({
      ...foundation,
      portalId: options.portalId === undefined ? undefined : String(options.portalId),
      syncs: registry.names,
      oauth,
      clients,
      directory,
      suppression,
      portals: people.portals,
      deleted,
      flushAudit: () => audit.flush(),
    }),
    keys: keysFor({ ring, storage, tables }),
    openAlerts: (tenant) => alerts.open(tenant ?? null),
    flags,
    ...(oauth === undefined ? {} : { oauth }),
    sync(definition) {
      const declared = syncs.define(definition);
      registry.add(declared);
      return declared;
    },
    schedule: schedules.define,
    setup: setups.define,
    overview,
    schedules: { list: schedules.list, edit: schedules.edit },
    syncs: registry.all,
    declared: () => declaredBy(options, handlers.types(), services.usage()),
    worker: () => worker,
    on: handlers.on,
    webhooks: { quarantine: webhookQuarantine({ inbox: storage.inbox, quarantine: storage.quarantine, clock }) },
    handle,
    migrate: () => storage.migrate(),
    verify: (tenant = "default", more) => verify({ storage, sealer, clients, keyCheck }, tenant, more),
    calls: clients,
    close: closing({ directory, clients, audit, work: foundation.work, storage }),
    [Symbol.asyncDispose]: () => hubspoke.close(),
  };
  return hubspoke;
}
