import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs, Tenant } from "../../ports/ids.ts";
import type { Job, JobRun } from "../../ports/job.ts";
import { remembered } from "../../util/remembered.ts";
import { recoverIntents } from "../apply/recover.ts";
import { createRemoteFeed, pollLocal, type RemoteFeed } from "../run/feeds.ts";
import { briefFence } from "../run/fence.ts";
import type { SyncFigures } from "../run/figures.ts";
import type { SyncHealth } from "../run/health-port.ts";
import { applyWork } from "../run/incremental.ts";
import { changeState, readState } from "../run/state.ts";
import type { SyncDeps, SyncScope } from "../scope.ts";
import { openBreaker } from "./tenant-sync.ts";

/** A sync that is switched on for a tenant and not paused. Opening it asks the portal, which may fail. */
export interface ActiveSync {
  readonly tenant: Tenant;
  readonly name: string;
  /** Whether changes travel as they come; else its schedule works them off. */
  readonly realtime: boolean;
  open(): Promise<SyncScope>;
}

/** The syncs as the jobs see them. */
export interface ActiveSyncs {
  all(): Promise<readonly ActiveSync[]>;
  find(tenant: Tenant, sync: string): Promise<ActiveSync | null>;
}

/** How many due queues one round of `sync:apply` looks at. */
const queuesPerRound = 20;
/** How long a sync that was started, paused or given up elsewhere may go unnoticed. */
const sharedMs = 1_000;
/** How long a sync that could not even be opened is left alone. */
const retryMs = 30_000;
const watchMs = 60_000;
/** How much of the figures a killed process may lose. */
const figuresMs = 5_000;

/** The jobs of all syncs of an instance. Each run is a bounded piece: a poll, or a batch per queue. */
export function syncJobs(
  deps: SyncDeps,
  active: ActiveSyncs,
  leaseMs: number,
  health: SyncHealth,
  figures: SyncFigures,
): readonly Job[] {
  const feeds = new Map<SyncScope, RemoteFeed>();
  const feedOf = (scope: SyncScope): RemoteFeed => {
    const feed = feeds.get(scope) ?? createRemoteFeed(scope);
    feeds.set(scope, feed);
    return feed;
  };
  // Each job says for itself that its trouble is over: that changes are found does not mean that they can be applied.
  const applying = isolation(deps, "sync:apply");
  const shut = new Set<string>();
  const opened = async (sync: ActiveSync): Promise<SyncScope> => {
    shut.add(keyOf(sync));
    const scope = await sync.open();
    shut.delete(keyOf(sync));
    return scope;
  };
  // The jobs of one round ask once: with a thousand tenants that is a thousand reads a second less for each of them.
  const all = remembered(() => deps.clock.now(), sharedMs, active.all);
  const realtime = async () => (await all()).filter((sync) => sync.realtime);
  return [
    periodic("sync:local", realtime, deps, ({ sync }) => sync.declared.poll.localMs, pollLocal),
    periodic(
      "sync:remote",
      realtime,
      deps,
      ({ sync }) => sync.declared.poll.remoteMs,
      (scope) => feedOf(scope).poll(),
    ),
    periodic(
      "sync:recover",
      all,
      deps,
      () => leaseMs,
      (scope, { signal }) => recoverIntents(scope, { lane: "incremental", fence: briefFence(scope), signal }),
    ),
    watchJob(deps, realtime, health),
    {
      name: "sync:figures",
      async run() {
        await figures.flush();
        return { did: 0, nextAt: deps.clock.now() + figuresMs };
      },
    },
    {
      name: "sync:apply",
      async run({ now, deadline, signal }) {
        let did = 0;
        for (const sync of await dueSyncs(deps, active, now, shut)) {
          if (signal.aborted || deps.clock.now() >= deadline) break;
          did += await applying(sync, signal, async () => applyOrBreak(await opened(sync), signal));
        }
        return { did };
      },
    },
  ];
}

const keyOf = ({ tenant, name }: ActiveSync): string => JSON.stringify([tenant, name]);

/**
 * Syncs with work due; those that could not be opened the last time come last. Queues that wait for their schedule, are
 * paused, or belong to tenants whose grants are over take nobody's turn however many they are.
 */
async function dueSyncs(
  deps: SyncDeps,
  active: ActiveSyncs,
  now: EpochMs,
  shut: ReadonlySet<string>,
): Promise<readonly ActiveSync[]> {
  for (let limit = queuesPerRound; ; limit *= 4) {
    const queues = await deps.storage.work.due(now, limit);
    const found = await Promise.all(queues.map(({ tenant, queue }) => active.find(tenant, queue)));
    const due = found.flatMap((sync) => (sync?.realtime === true ? [sync] : []));
    const first = due.filter((sync) => !shut.has(keyOf(sync)));
    if (first.length >= queuesPerRound || queues.length < limit)
      return [...first, ...due.filter((sync) => shut.has(keyOf(sync)))].slice(0, queuesPerRound);
  }
}

/** Looks at what waits, once a minute for each sync whose changes should travel at once. */
function watchJob({ clock }: SyncDeps, syncs: () => Promise<readonly ActiveSync[]>, health: SyncHealth): Job {
  return {
    name: "sync:watch",
    async run({ signal }) {
      for (const sync of await syncs()) if (!signal.aborted) await health.watch(sync);
      return { did: 0, nextAt: clock.now() + watchMs };
    },
  };
}

type Isolated = (sync: ActiveSync, signal: AbortSignal, work: () => Promise<number>) => Promise<number>;

/** One tenant's trouble is told and stays that tenant's. A store that is down is everybody's: the job fails as a whole. */
function isolation({ clock, logger, alerts, storage }: SyncDeps, job: string): Isolated {
  // The codes this process has told; absent: it has met nothing yet, and another one may have told some.
  const failing = new Map<string, ReadonlySet<string>>();
  const told = async ({ tenant, name }: ActiveSync) =>
    (await storage.openAlerts.list(tenant, 100)).flatMap(({ details }) =>
      details.job === job && details.sync === name ? [String(details.code)] : [],
    );
  return async (sync, signal, work) => {
    const { tenant, name } = sync;
    const key = keyOf(sync);
    try {
      const did = await work();
      if (did === 0) return 0;
      for (const code of failing.get(key) ?? (await told(sync)))
        await alerts?.clear?.(tenant, `sync.errors_high:${name}:${code}`);
      failing.set(key, new Set());
      return did;
    } catch (error) {
      if (signal.aborted || (isHubspokeError(error) && error.category === "storage" && error.code !== "LEASE_LOST"))
        throw error;
      const code = isHubspokeError(error) ? error.code : "INTERNAL";
      logger?.error("sync.failed", { sync: name, tenant, code });
      // Another worker took over: that is how it should be.
      if (code === "LEASE_LOST") return 0;
      failing.set(key, new Set([...(failing.get(key) ?? []), code]));
      await alerts?.raise({
        name: "sync.errors_high",
        tenant,
        at: clock.now(),
        key: `sync.errors_high:${name}:${code}`,
        severity: "critical",
        message: `sync "${name}" cannot work (${code}); it goes on trying`,
        details: { sync: name, code, job },
      });
      return 0;
    }
  };
}

/** A batch, or none of a sync that was paused meanwhile: a schedule's run may be many of them. */
export async function applyOrBreak(scope: SyncScope, signal: AbortSignal): Promise<number> {
  if ((await readState(scope.deps.storage.cursors, scope)).paused !== null) return 0;
  try {
    return await applyWork(scope, { signal });
  } catch (error) {
    if (!isHubspokeError(error, "SYNC_BREAKER_OPEN")) throw error;
    await openBreaker(scope, error, async (reason) => {
      const at = scope.deps.clock.now();
      await changeState(scope.deps.storage.cursors, scope, at, (state) => ({ ...state, paused: { reason, at } }));
    });
    return 0;
  }
}

/** Runs a piece per sync whenever that sync's interval has passed. `false` switches it off. */
function periodic(
  name: string,
  syncs: () => Promise<readonly ActiveSync[]>,
  deps: SyncDeps,
  everyMs: (scope: SyncScope) => number | false,
  run: (scope: SyncScope, t: JobRun) => Promise<number>,
): Job {
  const isolated = isolation(deps, name);
  const due = new Map<string, EpochMs>();
  return {
    name,
    async run(t) {
      let did = 0;
      let next = Number.POSITIVE_INFINITY;
      for (const sync of await syncs()) {
        const key = keyOf(sync);
        if ((due.get(key) ?? 0) <= t.now && !t.signal.aborted) {
          // Set first: one that fails waits its interval like one that succeeds.
          due.set(key, t.now + retryMs);
          did += await isolated(sync, t.signal, async () => {
            const scope = await sync.open();
            const every = everyMs(scope);
            due.set(key, every === false ? Number.POSITIVE_INFINITY : t.now + every);
            return every === false ? 0 : run(scope, t);
          });
        }
        next = Math.min(next, due.get(key) ?? t.now);
      }
      return Number.isFinite(next) ? { did, nextAt: next } : { did };
    },
  };
}
