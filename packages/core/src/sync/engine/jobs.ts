import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { Job, JobRun } from "../../ports/job.ts";
import { recoverIntents } from "../apply/recover.ts";
import { createRemoteFeed, pollLocal, type RemoteFeed } from "../run/feeds.ts";
import { briefFence } from "../run/fence.ts";
import { applyWork } from "../run/incremental.ts";
import { changeState } from "../run/state.ts";
import type { SyncDeps, SyncScope } from "../scope.ts";
import { openBreaker } from "./tenant-sync.ts";

/** The syncs as the jobs see them: opened scopes of the tenants that switched them on. */
export interface ActiveScopes {
  all(): Promise<readonly SyncScope[]>;
  find(tenant: string, sync: string): Promise<SyncScope | null>;
}

/** How many due queues one round of `sync:apply` looks at. */
const queuesPerRound = 20;

/** The four jobs of all syncs of an instance. Each run is a bounded piece: a poll, or a batch per queue. */
export function syncJobs(
  deps: Pick<SyncDeps, "storage" | "clock">,
  scopes: ActiveScopes,
  leaseMs: number,
): readonly Job[] {
  const feeds = new Map<SyncScope, RemoteFeed>();
  const feedOf = (scope: SyncScope): RemoteFeed => {
    const feed = feeds.get(scope) ?? createRemoteFeed(scope);
    feeds.set(scope, feed);
    return feed;
  };
  return [
    periodic("sync:local", scopes, ({ sync }) => sync.declared.poll.localMs, pollLocal),
    periodic(
      "sync:remote",
      scopes,
      ({ sync }) => sync.declared.poll.remoteMs,
      (scope) => feedOf(scope).poll(),
    ),
    periodic(
      "sync:recover",
      scopes,
      () => leaseMs,
      (scope, { signal }) => recoverIntents(scope, { lane: "incremental", fence: briefFence(scope), signal }),
    ),
    {
      name: "sync:apply",
      async run({ now, deadline, signal }) {
        let did = 0;
        for (const { tenant, queue } of await deps.storage.work.due(now, queuesPerRound)) {
          if (signal.aborted || deps.clock.now() >= deadline) break;
          const scope = await scopes.find(tenant, queue);
          if (scope !== null) did += await applyOrBreak(scope, signal);
        }
        return { did };
      },
    },
  ];
}

async function applyOrBreak(scope: SyncScope, signal: AbortSignal): Promise<number> {
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

/** Runs a piece per scope whenever that scope's interval has passed. `false` switches it off for the scope. */
function periodic(
  name: string,
  scopes: ActiveScopes,
  everyMs: (scope: SyncScope) => number | false,
  run: (scope: SyncScope, t: JobRun) => Promise<number>,
): Job {
  const due = new Map<string, EpochMs>();
  return {
    name,
    async run(t) {
      let did = 0;
      let next = Number.POSITIVE_INFINITY;
      for (const scope of await scopes.all()) {
        const every = everyMs(scope);
        if (every === false) continue;
        const key = JSON.stringify([scope.tenant, scope.name]);
        const at = due.get(key) ?? t.now;
        if (at <= t.now && !t.signal.aborted) {
          // Set first: a scope that fails waits its interval like one that succeeds.
          due.set(key, t.now + every);
          did += await run(scope, t);
        }
        next = Math.min(next, due.get(key) ?? at);
      }
      return Number.isFinite(next) ? { did, nextAt: next } : { did };
    },
  };
}
