import type { Background } from "../audit/tell.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { canonicalObject } from "../model/object-type.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { CursorStore } from "../ports/cursor-store.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { SyncHandle } from "../sync/engine/create-syncs.ts";
import type { SyncStatus } from "../sync/engine/tenant-sync.ts";
import { suggestion } from "../util/did-you-mean.ts";
import type { MaybeAsync } from "../util/maybe-async.ts";
import type { QueuesFor } from "../webhooks/inbox/marks.ts";

/** The syncs of an instance by name: what webhooks mark, what the router starts, what the worker runs. */
export interface SyncRegistry {
  add(handle: SyncHandle): void;
  all(): readonly SyncHandle[];
  readonly queuesFor: QueuesFor;
  /** The syncs that declare an association with an object's, in either direction. */
  readonly relatedQueuesFor: QueuesFor;
  readonly names: () => readonly string[];
  /** Asks for a reconciliation of every sync, durably. */
  readonly reconcileAll: (tenant: Tenant) => Promise<void>;
  /** What the `sync` router answers from. */
  readonly service: {
    status(ctx: Ctx): Promise<readonly ({ readonly name: string } & SyncStatus)[]>;
    /** Asks for a pass, durably, and answers before it is done. NOT_FOUND for a name that is no sync. */
    start(name: string, kind: PassKind, ctx: Ctx): Promise<{ sync: string; kind: PassKind; state: "requested" }>;
  };
  /** Starts passes that were asked for through the service, and continues those a killed process left behind. */
  readonly job: Job;
}

export type PassKind = "backfill" | "reconcile";

export interface SyncRegistryDeps {
  readonly cursors: CursorStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly portalOf: (tenant: Tenant) => Promise<PortalId>;
  /** What the store knows of it, without asking HubSpot. */
  readonly pinnedPortal: (tenant: Tenant) => MaybeAsync<PortalId | null>;
  readonly tenants: () => Promise<readonly Tenant[]>;
  /** A pass may take minutes: it runs beside the worker's other jobs where the runtime lets it. */
  readonly background: Background | undefined;
}

const prefix = "requested:";
/** What a request is when its pass is over. Deleting it would take along a newer one that nobody has begun. */
const done = "done";

/** A request is a durable row, so a pass that was asked for happens even if this process dies right after answering. */
export function createSyncRegistry(deps: SyncRegistryDeps): SyncRegistry {
  const { cursors, clock, logger } = deps;
  const handles = new Map<string, SyncHandle>();
  const underWay = new Set<string>();

  function handleOf(name: string): SyncHandle {
    const handle = handles.get(name);
    if (handle !== undefined) return handle;
    throw new HubspokeError("NOT_FOUND", `there is no sync "${name}".${suggestion(name, handles.keys())}`, {
      details: { sync: name },
    });
  }

  async function request(tenant: Tenant, name: string, kind: PassKind): Promise<void> {
    const portalId = await deps.portalOf(tenant);
    const cursor = await cursors.read(tenant, portalId, prefix + name);
    // Losing this race means that somebody else asked at the same time: the pass will run either way.
    await cursors.advance(tenant, portalId, prefix + name, kind, cursor?.version ?? 0, clock.now());
  }

  /**
   * One pass that was asked for, to its end. The request stays until then, so a killed pass is continued; and one that
   * was made anew meanwhile stays for a pass of its own, which begins after whatever it was asked for.
   */
  async function runPass(tenant: Tenant, name: string, signal: AbortSignal): Promise<void> {
    // Not asked of HubSpot: a grant that is over would keep the request, and the tenants after this one from theirs.
    const portalId = await deps.pinnedPortal(tenant);
    const asked = portalId === null ? null : await cursors.read(tenant, portalId, prefix + name);
    if (portalId === null || asked === null || asked.value === done) return;
    const sync = handleOf(name).for(tenant);
    try {
      await (asked.value === "backfill" ? sync.backfill({ signal }) : sync.reconcile({ signal }));
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      logger.error("sync.pass_failed", { tenant, sync: name, code: error.code });
      // What passes by itself, another process running it or being stopped half-way is asked again next round.
      if (error.retryable || error.code === "ABORTED") return;
    }
    await cursors.advance(tenant, portalId, prefix + name, done, asked.version, clock.now());
  }

  /** Starts what was asked for and is not under way here. */
  async function startRequested(tenant: Tenant, signal: AbortSignal): Promise<number> {
    let did = 0;
    for (const { name: cursor, value } of await cursors.list(tenant, prefix)) {
      const name = cursor.slice(prefix.length);
      const key = JSON.stringify([tenant, name]);
      if (value === done || !handles.has(name) || underWay.has(key) || signal.aborted) continue;
      underWay.add(key);
      did++;
      const pass = () => runPass(tenant, name, signal).finally(() => underWay.delete(key));
      if (deps.background === undefined) await pass();
      else deps.background(pass);
    }
    return did;
  }

  return {
    add: (handle) => void handles.set(handle.name, handle),
    all: () => [...handles.values()],
    queuesFor: (_tenant, objectType) => [...handles.values()].filter(isOf(objectType)).map(({ name }) => name),
    names: () => [...handles.keys()],
    async reconcileAll(tenant) {
      for (const name of handles.keys()) await request(tenant, name, "reconcile");
    },
    relatedQueuesFor(_tenant, objectType) {
      const own = new Set([...handles.values()].filter(isOf(objectType)).map(({ name }) => name));
      const named = (handle: SyncHandle) => Object.values(handle.definition.associations).map(({ sync }) => sync);
      return [...handles.values()].flatMap((handle) =>
        own.has(handle.name) ? named(handle) : named(handle).some((sync) => own.has(sync)) ? [handle.name] : [],
      );
    },
    service: {
      async status({ tenant }) {
        const all = [...handles.values()].map(async (handle) => ({
          name: handle.name,
          ...(await handle.for(tenant).status()),
        }));
        return Promise.all(all);
      },
      async start(name, kind, { tenant }) {
        handleOf(name);
        await request(tenant, name, kind);
        return { sync: name, kind, state: "requested" };
      },
    },
    job: {
      name: "sync:passes",
      async run({ signal }) {
        let did = 0;
        for (const tenant of await deps.tenants()) did += await startRequested(tenant, signal);
        return { did };
      },
    },
  };
}

function isOf(objectType: string): (handle: SyncHandle) => boolean {
  const object = canonicalObject(objectType);
  return ({ definition }) => definition.object === object;
}
