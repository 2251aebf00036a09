import type { EpochMs, Page, PortalId, Tenant } from "../../ports/ids.ts";
import type { QuarantineRow, SyncLogRow, SyncRunRow } from "../../ports/sync-stores.ts";
import type { DeclaredSync } from "../declare/definition.ts";
import type { Checkpoint } from "../run/pass.ts";
import { readState, type SyncState } from "../run/state.ts";
import type { SyncStorage } from "../scope.ts";

/** How far a full pass is, and how fast it goes. */
export interface PassOverview {
  /** `backfill` is first contact, `reconcile` the proof that both sides are equal. */
  readonly kind: SyncRunRow["kind"];
  /** `running` with an `errorCode`: the next call goes on with it. `stopped-by-breaker` waits for `resume`. */
  readonly state: SyncRunRow["state"];
  /** Epoch ms, kept when another process goes on with it. */
  readonly startedAt: EpochMs;
  /** Of the last checkpoint. */
  readonly updatedAt: EpochMs;
  /** `remote`: HubSpot's list, `local`: ours, `missing`: pairs HubSpot did not list, `settle`: records to be looked at again. */
  readonly phase: Checkpoint["phase"];
  /** Records looked at in this phase. */
  readonly done: number;
  /** Records of this phase, as far as is known. */
  readonly total: number | null;
  /** Records a second; null before there is a figure. */
  readonly ratePerSecond: number | null;
  /** Milliseconds until the phase is through; null while that is not known, and when the pass is over. */
  readonly etaMs: number | null;
  /** What was done so far, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why it stopped; null when it did not. */
  readonly errorCode: string | null;
}

/** One sync of a tenant as a dashboard shows it: figures, ids and field names, and no value. */
export interface SyncOverview extends SyncState {
  /** As declared: what `sync/{name}` routes take. */
  readonly name: string;
  /** HubSpot's object: `contacts`, `2-345` … */
  readonly object: string;
  /** Pairs that are kept equal. */
  readonly linked: number;
  /** Records that may have changed and were not looked at yet. */
  readonly waiting: { readonly records: number; readonly oldestMarkedAt: EpochMs | null };
  /** The pass that runs or waits to be continued, else the last one; null: none yet. */
  readonly pass: PassOverview | null;
  /** Records that were set aside, the first twenty of how many. */
  readonly quarantine: {
    readonly total: number;
    readonly items: readonly Omit<QuarantineRow, "tenant" | "portalId">[];
  };
  /** What went wrong with records lately, newest first: a value HubSpot does not take is here while the rest travels. */
  readonly errors: readonly Omit<SyncLogRow, "tenant" | "sync">[];
  /** Edits that wait for a person. `more`: there are more than these. */
  readonly conflicts: { readonly open: number; readonly more: boolean };
}

const listed = 20;
const counted = 100;

/** Read from the storage alone: HubSpot need not answer. `portalId` null: the tenant has not met its account yet. */
export async function syncOverview(
  storage: SyncStorage,
  tenant: Tenant,
  portalId: PortalId | null,
  { name, object }: DeclaredSync,
): Promise<SyncOverview> {
  const state: SyncState =
    portalId === null ? { on: false, paused: null } : await readState(storage.cursors, { tenant, portalId, name });
  const [backfill, reconcile, last, linked, depth, quarantined, set, errors, conflicts] = await Promise.all([
    storage.runs.current(tenant, name, "backfill"),
    storage.runs.current(tenant, name, "reconcile"),
    storage.runs.list(tenant, name, 1),
    storage.links.count(tenant, name),
    storage.work.depth(tenant, name),
    storage.quarantine.count(tenant, name),
    storage.quarantine.list(tenant, name, null, listed),
    storage.syncLog.list({ tenant, sync: name, status: "error", limit: listed }),
    storage.conflicts.list({ tenant, sync: name, status: "open", limit: counted }),
  ]);
  const pass = backfill ?? reconcile ?? last[0] ?? null;
  return {
    ...{ name, object, ...state, linked },
    waiting: { records: depth.waiting, oldestMarkedAt: depth.oldestMarkedAt },
    pass: pass === null ? null : passOverview(pass),
    quarantine: { total: quarantined, items: set.items.map(({ tenant: _, portalId: __, ...row }) => row) },
    errors: errors.items.map(({ tenant: _, sync: __, ...row }) => row),
    conflicts: openOf(conflicts),
  };
}

function openOf({ items, next }: Page<unknown>): SyncOverview["conflicts"] {
  return { open: items.length, more: next !== undefined };
}

function passOverview({ kind, state, startedAt, updatedAt, counts, errorCode, checkpoint }: SyncRunRow): PassOverview {
  const { phase, done, total = null, rate = null } = JSON.parse(checkpoint) as Checkpoint;
  const left = state !== "running" || total === null || rate === null || rate === 0 ? null : Math.max(0, total - done);
  const etaMs = left === null || rate === null ? null : Math.round((left / rate) * 1_000);
  return { kind, state, startedAt, updatedAt, phase, done, total, ratePerSecond: rate, etaMs, counts, errorCode };
}
