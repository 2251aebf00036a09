import { type HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs, Page, PageCursor, RowId, Tenant } from "../../ports/ids.ts";
import type { QuarantineRow, SyncLogRow, SyncRunRow } from "../../ports/sync-stores.ts";
import type { TenantMappings } from "../mappings/tenant-mappings.ts";
import { forgetDeletes } from "../run/delete-guard.ts";
import { dryRun, type SyncPlan } from "../run/dry-run.ts";
import { fullPass, type PassOptions, type PassResult } from "../run/full-pass.ts";
import { changeState, readState, refuseIfPaused, type SyncState } from "../run/state.ts";
import type { SyncPlace, SyncScope } from "../scope.ts";
import { type Conflict, type ConflictQuery, listConflicts, resolveConflict } from "./conflicts.ts";
import { type ExplainOptions, type Explanation, explain } from "./explain.ts";
import { type QuarantineRef, replay } from "./quarantine.ts";
import {
  changeTimes,
  type SyncTimes,
  type SyncTimetable,
  startTimes,
  type TimetableChange,
  timetableOf,
} from "./timetable.ts";

/** How a sync stands: what runs, what waits, what is set aside. */
export interface SyncStatus extends SyncState {
  /** The full pass that runs or waits to be continued. */
  readonly running: SyncRunRow | null;
  /** Full passes that are over, newest first. */
  readonly lastRuns: readonly SyncRunRow[];
  /** Pairs that are kept equal. */
  readonly linked: number;
  /** Records that may have changed and were not looked at yet, and since when the oldest waits. */
  readonly waiting: { readonly records: number; readonly oldestMarkedAt: EpochMs | null };
  /** Records that were set aside, to be seen with `quarantine.list()`. */
  readonly quarantined: number;
}

/** One sync of one tenant: everything a person or a program can ask of it. */
export interface TenantSync {
  /** A dry run: what a pass would link, create, write and skip. Writes nothing anywhere. */
  plan(options?: { readonly signal?: AbortSignal }): Promise<SyncPlan>;
  /** First contact of both sides, and switches the sync on. Continues where a killed one stopped. */
  backfill(options?: PassOptions): Promise<PassResult>;
  /** A full pass both ways that repairs what drifted; `equal` when there was nothing to repair. */
  reconcile(options?: PassOptions): Promise<PassResult>;
  /** What runs, waits, is linked and set aside, from the storage alone: HubSpot is not asked. */
  status(): Promise<SyncStatus>;
  /** Switches the sync on without a backfill. */
  start(): Promise<void>;
  /**
   * Stops this sync for the tenant until `resume`, in other processes within a second; a full pass under way ends after
   * its batch with SYNC_PAUSED, and the next call goes on from there. What changes meanwhile is worked off then.
   */
  pause(reason?: string): Promise<void>;
  /** Also after a breaker stopped a run: its alert is over, and the next run counts anew, up to the same limit. */
  resume(): Promise<void>;
  /** This tenant's own field mappings, where the sync is declared with `mappings`. */
  readonly mappings: TenantMappings;
  /** When changes travel and full passes run, for this tenant, edited while everything runs. */
  readonly schedule: {
    status(): Promise<SyncTimetable>;
    /** Throws INPUT_INVALID for a timing that cannot be. */
    edit(change: TimetableChange): Promise<SyncTimetable>;
  };
  /**
   * Why a record is as it is: what was agreed, what changed where, and what the next look would do. Reads both sides,
   * writes nothing.
   */
  explain(
    id: { readonly localId: string } | { readonly hubspotId: string },
    options?: ExplainOptions,
  ): Promise<Explanation>;
  /**
   * Edits of both sides that met. `resolve` answers false for one that does not wait any more, and where nothing was
   * written: the record is archived, the sync is `readOnly`, or the other side refuses the value (then `log` says why).
   * It waits on then.
   */
  readonly conflicts: {
    list(query?: ConflictQuery): Promise<Page<Conflict>>;
    resolve(id: RowId, take: "local" | "hubspot"): Promise<boolean>;
  };
  /** Records that failed too often: they stand here and the rest goes on. */
  readonly quarantine: {
    list(options?: { readonly after?: PageCursor; readonly limit?: number }): Promise<Page<QuarantineRow>>;
    /** Tries quarantined records again; all when none are named. Answers how many. */
    replay(refs?: readonly QuarantineRef[]): Promise<number>;
  };
  /** What happened to records, newest first. */
  log(query?: {
    readonly status?: SyncLogRow["status"];
    readonly localId?: string;
    readonly after?: PageCursor;
    readonly limit?: number;
  }): Promise<Page<SyncLogRow> & { readonly total: number }>;
}

export interface TenantParts {
  readonly tenant: Tenant;
  readonly times: SyncTimes;
  readonly mappings: TenantMappings;
  readonly place: () => Promise<SyncPlace>;
}

export function createTenantSync(
  open: () => Promise<SyncScope>,
  { tenant, times, mappings, place }: TenantParts,
): TenantSync {
  const change = async (how: (state: SyncState, now: EpochMs) => SyncState): Promise<void> => {
    const at = await place();
    const now = at.deps.clock.now();
    await changeState(at.deps.storage.cursors, at, now, (state) => how(state, now));
  };
  const start = async () => {
    await change((state) => ({ ...state, on: true }));
    await startTimes(times, tenant);
  };
  const pause = (reason: string) => change((state, at) => ({ ...state, paused: state.paused ?? { reason, at } }));
  const timetable = async (): Promise<SyncTimetable> => {
    const at = await place();
    const { realtime = times.realtime } = await readState(at.deps.storage.cursors, at);
    return timetableOf(times, tenant, realtime);
  };
  const pass = async (kind: "backfill" | "reconcile", options: PassOptions | undefined): Promise<PassResult> => {
    const scope = await open();
    await refuseIfPaused(scope);
    try {
      const result = await fullPass(scope, kind, options);
      await start();
      return result;
    } catch (error) {
      // Its mappings were changed while it ran.
      if (isHubspokeError(error, "LEASE_LOST") && error.details.remapped === true) return pass(kind, options);
      if (isHubspokeError(error, "SYNC_BREAKER_OPEN")) await openBreaker(scope, error, pause);
      throw error;
    }
  };
  return {
    plan: async (options) => dryRun(await open(), options?.signal),
    backfill: (options) => pass("backfill", options),
    reconcile: (options) => pass("reconcile", options),
    status: async () => statusOf(await place()),
    start,
    pause: (reason = "paused by hand") => pause(reason),
    async resume() {
      const at = await place();
      await forgetDeletes(at);
      // First: once it goes on, its breaker may open anew, and that is told only where no alert of it is open.
      await at.deps.alerts?.clear?.(tenant, breakerAlert(at));
      await change((state) => ({ ...state, paused: null }));
    },
    mappings,
    schedule: {
      status: () => timetable(),
      async edit(wanted) {
        await changeTimes(times, tenant, wanted, (realtime) => change((state) => ({ ...state, realtime })));
        return timetable();
      },
    },
    explain: async (id, options = {}) => explain(await open(), id, options),
    conflicts: {
      list: async (query = {}) => listConflicts(await place(), query),
      resolve: async (id, take) => resolveConflict(await open(), id, take),
    },
    quarantine: {
      async list({ after, limit = 50 } = {}) {
        const { deps, name } = await place();
        return deps.storage.quarantine.list(tenant, name, after ?? null, limit);
      },
      replay: async (refs) => replay(await open(), refs),
    },
    async log({ limit = 50, ...query } = {}) {
      const { deps, name } = await place();
      return deps.storage.syncLog.list({ tenant, sync: name, limit, ...query });
    },
  };
}

/** A breaker that opened is a pause with an alert: nothing goes on until a person has looked. */
export async function openBreaker(
  { deps, tenant, name }: SyncScope,
  error: HubspokeError,
  pause: (reason: string) => Promise<void>,
): Promise<void> {
  await pause("stopped by its breaker");
  await deps.alerts?.raise({
    name: "sync.breaker_open",
    tenant,
    at: deps.clock.now(),
    key: breakerAlert({ name }),
    severity: "critical",
    message: error.message,
    details: { sync: name },
  });
}

const breakerAlert = ({ name }: Pick<SyncPlace, "name">): string => `sync.breaker_open:${name}`;

/** How many passes `status` shows, and how many more may stand among them that are not over. */
const shownRuns = 5;
const openRuns = 3;

async function statusOf(scope: SyncPlace): Promise<SyncStatus> {
  const { deps, tenant, name } = scope;
  const { cursors, links, quarantine, runs, work } = deps.storage;
  const [state, backfill, reconcile, newest, linked, depth, quarantined] = await Promise.all([
    readState(cursors, scope),
    runs.current(tenant, name, "backfill"),
    runs.current(tenant, name, "reconcile"),
    runs.list(tenant, name, shownRuns + openRuns),
    links.count(tenant, name),
    work.depth(tenant, name),
    quarantine.count(tenant, name),
  ]);
  const waiting = { records: depth.waiting, oldestMarkedAt: depth.oldestMarkedAt };
  const lastRuns = newest.filter(({ finishedAt }) => finishedAt !== null).slice(0, shownRuns);
  return { ...state, running: backfill ?? reconcile, lastRuns, linked, waiting, quarantined };
}
