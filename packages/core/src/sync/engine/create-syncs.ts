import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { ObjectType } from "../../model/object-type.ts";
import { canonicalObject } from "../../model/object-type.ts";
import type { PortalId, Tenant } from "../../ports/ids.ts";
import type { Job } from "../../ports/job.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import { bindAssociations } from "../associations/bind-associations.ts";
import { namedBy, tellingLinks } from "../associations/dependents.ts";
import { bindSync } from "../declare/bind.ts";
import { checkLocalFields } from "../declare/check-local-fields.ts";
import { defineSync } from "../declare/define-sync.ts";
import type { DeclaredSync, FieldSpecs, SyncDefinition } from "../declare/definition.ts";
import { effectiveSync } from "../mappings/effective.ts";
import { tenantMappings } from "../mappings/tenant-mappings.ts";
import { openSelfSource } from "../observe/self-source.ts";
import { catchUp } from "../run/catch-up.ts";
import { createFigures, type SyncFigures } from "../run/figures.ts";
import { createHealth } from "../run/health.ts";
import { readState } from "../run/state.ts";
import { defaultSettings, type SyncDeps, type SyncScope } from "../scope.ts";
import { type ActiveSync, applyOrBreak, syncJobs } from "./jobs.ts";
import { type SyncOverview, syncOverview } from "./overview.ts";
import { createTenantSync, type TenantSync } from "./tenant-sync.ts";
import { type SyncTimes, timesOf } from "./timetable.ts";

/** A defined sync: it runs for a tenant. */
export interface SyncHandle {
  /** As declared: what commands, routes and logs call it. */
  readonly name: string;
  /** With its defaults filled in; a tenant's stored mappings are not in it. */
  readonly definition: DeclaredSync;
  /** The sync of one tenant. Does no I/O; every call may make one anew. */
  for(tenant: Tenant): TenantSync;
}

/** All syncs of an instance. */
export interface Syncs {
  /** Checks a definition and makes it known to the worker. Does no I/O. Throws SYNC_DECLARATION_INVALID. */
  define<const F extends FieldSpecs, const O extends ObjectType>(definition: SyncDefinition<F, O>): SyncHandle;
  /** "These HubSpot records may have changed": marks them in every sync of that object. What a webhook says. */
  hint(hint: { readonly tenant: Tenant; readonly object: string; readonly ids: readonly string[] }): Promise<number>;
  /** The same from the local side, for hosts that know at once. */
  hintLocal(hint: { readonly tenant: Tenant; readonly sync: string; readonly ids: readonly string[] }): Promise<number>;
  /** Every sync as a dashboard shows it, and how the last hour went. Asks the storage alone; `portalId` null: none known yet. */
  overview(tenant: Tenant, portalId: PortalId | null): Promise<readonly SyncOverview[]>;
  /** How the last hour went, by minute and sync, all processes together. */
  readonly minutes: SyncFigures["read"];
  /** For the worker. */
  readonly jobs: readonly Job[];
}

type StoredMappings = Awaited<ReturnType<SyncDeps["storage"]["mappings"]["list"]>>;

const none: StoredMappings = { rows: [], revision: 0 };

/** The sync engine over its ports. Several live in one process without sharing anything. */
export function createSyncs(deps: SyncDeps): Syncs {
  const settings = { ...defaultSettings, ...deps.settings };
  const defined = new Map<string, DeclaredSync>();
  const figures = createFigures(deps.storage.cursors, () => deps.clock.now());
  const health = createHealth(deps, figures);
  const opened = new Map<string, { readonly revision: number; readonly scope: Promise<SyncScope> }>();

  /** Opened once per tenant, sync and portal, and anew when its mappings were changed; a failure is not remembered. */
  async function open(tenant: Tenant, name: string): Promise<SyncScope> {
    const declared = defined.get(name);
    if (declared === undefined) throw unknownSync(name);
    const portalId = await deps.portalOf(tenant);
    const key = JSON.stringify([tenant, name, portalId]);
    const stored = declared.mappings === null ? none : await deps.storage.mappings.list(tenant, name);
    const { revision } = stored;
    const known = opened.get(key);
    const started =
      known?.revision === revision ? known : { revision, scope: openScope(tenant, portalId, declared, stored) };
    opened.set(key, started);
    try {
      return await started.scope;
    } catch (error) {
      if (opened.get(key) === started) opened.delete(key);
      throw error;
    }
  }

  async function openScope(
    tenant: Tenant,
    portalId: string,
    declared: DeclaredSync,
    stored: StoredMappings,
  ): Promise<SyncScope> {
    const { object, name } = declared;
    const effective = effectiveSync(declared, stored);
    await checkLocalFields(effective.declared);
    const portal = await deps.remote.properties({ tenant, object });
    const sync = bindSync(effective.declared, portal, { declared, mappings: effective.mappings });
    const self = await openSelfSource(deps.storage.cursors, tenant, portalId);
    const associations = await bindAssociations(effective.declared, defined, deps.associations, tenant);
    const { revision } = effective;
    return { deps: telling, settings, sync, tenant, portalId, name, object, self, associations, revision, health };
  }

  async function knownPortal(tenant: Tenant): Promise<PortalId> {
    return (await deps.pinnedPortal?.(tenant)) ?? deps.portalOf(tenant);
  }

  /** Asks the store alone: that a tenant may not be worked for must stop nobody else, and shows when its sync is opened. */
  async function active(tenant: Tenant, name: string): Promise<ActiveSync | null> {
    const portalId = await knownPortal(tenant);
    const { on, paused, realtime } = await readState(deps.storage.cursors, { tenant, portalId, name });
    if (!on || paused !== null) return null;
    const declared = defined.get(name)?.schedule === "realtime";
    return { tenant, name, realtime: realtime ?? declared, open: () => open(tenant, name) };
  }

  async function mark(
    tenant: Tenant,
    name: string,
    side: "local" | "remote",
    ids: readonly string[],
    priority: number,
  ): Promise<number> {
    const now = deps.clock.now();
    const portalId = await knownPortal(tenant);
    const marks = ids.map((key) => ({ tenant, portalId, queue: name, side, key, priority, availableAt: now }));
    if (marks.length > 0) await deps.storage.work.mark(marks, now);
    return marks.length;
  }

  function tenantSync(tenant: Tenant, times: SyncTimes): TenantSync {
    const { declared } = times;
    const mappings = tenantMappings({ deps, declared, tenant });
    const { name } = declared;
    const place = async () => ({ deps, tenant, portalId: await knownPortal(tenant), name });
    return createTenantSync(() => open(tenant, name), { tenant, times, mappings, place });
  }

  /** What a sync's two schedules run. One that was paused or switched off meanwhile does nothing. */
  function timesFor(declared: DeclaredSync): SyncTimes {
    const { name } = declared;
    const times: SyncTimes = timesOf(deps.timetable, declared, {
      async changes({ tenant, signal }) {
        const sync = await active(tenant, name);
        if (sync?.realtime === false) await catchUp(await sync.open(), signal, applyOrBreak);
      },
      async reconcile({ tenant, signal }) {
        if ((await active(tenant, name)) === null) return;
        await tenantSync(tenant, times).reconcile({ signal });
      },
    });
    return times;
  }

  /** Records of other syncs that name these: their associations may have waited for them. */
  async function markDependents(tenant: Tenant, rows: readonly LinkRow[]): Promise<void> {
    const [first] = rows;
    const linked = defined.get(first?.sync ?? "");
    for (const declared of defined.values()) {
      const specs = Object.values(declared.associations).filter(({ sync }) => sync === linked?.name);
      if (linked === undefined || specs.length === 0 || (await active(tenant, declared.name)) === null) continue;
      for (const { side, ids } of await namedBy(deps, { tenant, linked, declared, specs }, rows))
        await mark(tenant, declared.name, side, ids, 1);
    }
  }
  const hasDependents = (sync: string): boolean =>
    [...defined.values()].some(({ associations }) => Object.values(associations).some((spec) => spec.sync === sync));
  const telling: SyncDeps = {
    ...deps,
    storage: Object.create(deps.storage, {
      links: { value: tellingLinks(deps.storage.links, hasDependents, markDependents) },
    }) as SyncDeps["storage"],
  };

  const actives = {
    async all() {
      const tenants = await deps.tenants();
      const found = await Promise.all(
        tenants.flatMap((tenant) => [...defined.keys()].map((name) => active(tenant, name))),
      );
      return found.flatMap((sync) => sync ?? []);
    },
    find: async (tenant: Tenant, name: string) => (defined.has(name) ? active(tenant, name) : null),
  };

  return {
    define(definition) {
      const declared = defineSync(definition);
      if (defined.has(declared.name))
        throw new HubspokeError(
          "SYNC_DECLARATION_INVALID",
          `sync "${declared.name}" is defined twice: give one of them another name`,
          { details: { sync: declared.name } },
        );
      const times = timesFor(declared);
      defined.set(declared.name, declared);
      return {
        name: declared.name,
        definition: declared,
        for: (tenant) => tenantSync(tenant, times),
      };
    },
    async hint({ tenant, object, ids }) {
      const wanted = canonicalObject(object);
      let marked = 0;
      for (const declared of defined.values())
        if (declared.object === wanted) marked += await mark(tenant, declared.name, "remote", ids, 0);
      return marked;
    },
    async hintLocal({ tenant, sync, ids }) {
      if (!defined.has(sync)) throw unknownSync(sync);
      return mark(tenant, sync, "local", ids, 0);
    },
    async overview(tenant, portalId) {
      return Promise.all([...defined.values()].map((one) => syncOverview(deps.storage, tenant, portalId, one)));
    },
    minutes: (tenant) => figures.read(tenant),
    jobs: syncJobs(deps, actives, settings.leaseMs, health, figures),
  };
}

function unknownSync(name: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `there is no sync "${name}": define() it first`, {
    details: { sync: name },
  });
}
