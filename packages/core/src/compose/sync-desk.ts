import type { AuditWriter } from "../audit/audit-writer.ts";
import type { Clients } from "../client/create-clients.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { ObjectType } from "../model/object-type.ts";
import type { ConflictService, MappingService, SyncService } from "../mount/services.ts";
import type { AuditAction } from "../ports/audit-store.ts";
import type { Ctx } from "../ports/context.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Conflict } from "../sync/engine/conflicts.ts";
import type { SyncHandle } from "../sync/engine/create-syncs.ts";
import type { TenantSync } from "../sync/engine/tenant-sync.ts";
import type { TimetableChange } from "../sync/engine/timetable.ts";
import { suggestion } from "../util/did-you-mean.ts";
import type { SyncRegistry } from "./sync-service.ts";

export interface SyncDeskDeps {
  readonly registry: SyncRegistry;
  readonly clients: Clients;
  readonly audit: Pick<AuditWriter, "record">;
  readonly overview: (tenant: Tenant) => Promise<unknown>;
  /** Throws ACCESS_DENIED. */
  readonly allow: (ctx: Ctx, action: AuditAction) => Promise<void>;
}

export interface SyncDesk {
  readonly sync: SyncService;
  readonly conflicts: ConflictService;
  readonly mappings: MappingService;
}

/**
 * What the routes about syncs answer from. Looking is for whoever the host authorised; what changes something, and what
 * shows values, needs the permission `manage`, and what is seen or settled of a person's data is in the audit trail.
 */
export function syncDesk({ registry, clients, audit, overview, allow }: SyncDeskDeps): SyncDesk {
  const handleOf = (name: string): SyncHandle => {
    const all = registry.all();
    const handle = all.find((one) => one.name === name);
    if (handle !== undefined) return handle;
    const names = all.map((one) => one.name);
    // What stood in an address is not repeated: it may be anything, somebody's number among it.
    throw new HubspokeError("NOT_FOUND", `there is no sync of this name.${suggestion(name, names)}`);
  };
  const syncOf = (name: string, { tenant }: Ctx): TenantSync => handleOf(name).for(tenant);
  const managed = async (name: string, ctx: Ctx, action: AuditAction = "sync"): Promise<TenantSync> => {
    const sync = syncOf(name, ctx);
    await allow(ctx, action);
    return sync;
  };

  /** Whose data was looked at or decided on. A contact is named by its id; other records are no people. */
  async function reviewed(name: string, ctx: Ctx, hubspotIds: readonly (string | null)[]): Promise<void> {
    const isContact = handleOf(name).definition.object === "contacts";
    const entry = { action: "review", subjectIndex: null, outcome: "ok", errorCode: null } as const;
    const ids = isContact ? hubspotIds : [null];
    await audit.record(
      ctx,
      ids.map((contactId) => ({ ...entry, contactId })),
    );
  }

  const sync: SyncService = {
    status: (ctx) => registry.service.status(ctx),
    overview: ({ tenant }) => overview(tenant),
    one: async (name, ctx) => ({ name, ...(await syncOf(name, ctx).status()) }),
    async start(name, kind, ctx) {
      await managed(name, ctx);
      return registry.service.start(name, kind, ctx);
    },
    plan: async (name, ctx) => (await managed(name, ctx)).plan(ctx.signal === undefined ? {} : { signal: ctx.signal }),
    async pause(name, reason, ctx) {
      await (await managed(name, ctx)).pause(reason);
      return sync.one(name, ctx);
    },
    async resume(name, ctx) {
      await (await managed(name, ctx)).resume();
      return sync.one(name, ctx);
    },
    log: (name, query, ctx) => syncOf(name, ctx).log(query),
    async explain(name, { localId, hubspotId }, values, ctx) {
      const one = values ? await managed(name, ctx, "review") : syncOf(name, ctx);
      const explained = await one.explain(localId === undefined ? { hubspotId: hubspotId ?? "" } : { localId }, {
        values,
      });
      if (values) await reviewed(name, ctx, [explained.hubspotId]);
      return explained;
    },
    quarantine: (name, page, ctx) => syncOf(name, ctx).quarantine.list(page),
    replay: async (name, records, ctx) => (await managed(name, ctx)).quarantine.replay(records),
    schedule: (name, ctx) => syncOf(name, ctx).schedule.status(),
    editSchedule: async (name, change, ctx) =>
      (await managed(name, ctx, "config")).schedule.edit(objectOf(change) as TimetableChange),
  };

  const conflicts: ConflictService = {
    async list(name, { values, ...query }, ctx) {
      const one = values ? await managed(name, ctx, "review") : syncOf(name, ctx);
      const page = await one.conflicts.list({ ...query, values });
      if (values && page.items.length > 0) await reviewed(name, ctx, idsOf(page.items));
      return page;
    },
    async resolve(name, id, take, ctx) {
      const settled = await (await managed(name, ctx, "review")).conflicts.resolve(id, take);
      // Which record it was stands in the conflict itself.
      const what = `conflict ${id}: ${take}${settled ? "" : ", not settled"}`;
      await reviewed(name, { ...ctx, purpose: ctx.purpose === undefined ? what : `${what} (${ctx.purpose})` }, [null]);
      return settled;
    },
  };

  const mappings: MappingService = {
    list: (name, ctx) => syncOf(name, ctx).mappings.list(),
    replace: async (name, set, expectedRevision, ctx) =>
      (await managed(name, ctx, "config")).mappings.replace(set, { expectedRevision }),
    validate: (name, set, ctx) => syncOf(name, ctx).mappings.validate(set),
    async choices(name, ctx) {
      const { definition } = handleOf(name);
      const object = definition.object as ObjectType;
      const properties = await clients.client({ tenant: ctx.tenant }).properties(object).list();
      return {
        object,
        fields: (await definition.local.fields?.()) ?? Object.keys(definition.fields),
        properties: properties
          .filter(({ archived }) => !archived)
          .map(({ name: property, label, type, readOnly, options }) => ({
            name: property,
            label,
            type,
            readOnly,
            options,
          })),
        transforms: syncOf(name, ctx).mappings.transforms(),
      };
    },
  };
  return { sync, conflicts, mappings };
}

function idsOf(items: readonly Conflict[]): readonly (string | null)[] {
  return [...new Set(items.map(({ hubspotId }) => hubspotId))];
}

function objectOf(value: unknown): object {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && Object.keys(value).every((name) => name === "changes" || name === "reconcile")) return value;
  throw new HubspokeError("INPUT_INVALID", 'the body must be { "changes"?, "reconcile"? }');
}
