import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { StretchText } from "../../listing/stretches.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { SyncRunRow } from "../../ports/sync-stores.ts";
import type { Candidate } from "../observe/gather.ts";
import type { SyncScope } from "../scope.ts";
import type { RunLease } from "./fence.ts";
import type { WriteAllowance } from "./outbound.ts";
import type { Outcome } from "./outcome.ts";
import { finished, markOf, settleUnclaimed } from "./outcomes.ts";
import { processBatch, type Run } from "./process.ts";
import type { Phase, SyncProgress } from "./progress.ts";
import type { SeenIds } from "./seen-ids.ts";
import { refuseIfPaused } from "./state.ts";

/** Where a pass stands: ids and counts only. */
export interface Checkpoint {
  readonly phase: Phase;
  /** The position in the local feed or among the pairs, in those phases. */
  readonly at: string | null;
  readonly done: number;
  /** Records of the phase as far as was known then, and how many went through a second: for people who watch. */
  readonly total?: number;
  readonly rate?: number;
  /** In HubSpot's list: the ids whose records were not worked off yet; absent: all. */
  readonly ids?: readonly StretchText[];
  /** The ids to be listed after those: a killed process looked at them, and they were edited since, perhaps. */
  readonly again?: readonly StretchText[];
  /** From when on this run looks at everything, where that is later than its start. */
  readonly since?: EpochMs;
  /** The stored mappings it was written under; absent: none. Under others everything is to be looked at again. */
  readonly revision?: number;
}

/** A full pass in progress. */
export interface Pass extends Run {
  row: SyncRunRow;
  readonly allowance: WriteAllowance;
  readonly lease: RunLease;
  /** What this process has listed. */
  readonly seen: SeenIds;
  /** About how many records HubSpot has, as soon as anybody told. */
  expected: number | undefined;
  readonly since: EpochMs;
  readonly measure: (phase: Phase, done: number) => SyncProgress;
  /** To whoever watches it. */
  readonly tell: (progress: SyncProgress) => void;
  /** Both. */
  readonly report: (phase: Phase, done: number) => void;
  readonly signal?: AbortSignal;
}

export async function work(pass: Pass, candidates: readonly Candidate[]): Promise<void> {
  refuseAborted(pass);
  if (candidates.length === 0) return;
  await pass.lease.hold();
  await refuseRemapped(pass);
  await refuseIfPaused(pass.scope);
  const settled = await processBatch(pass, candidates);
  await settle(pass, [...settled, ...(await pass.outbound.flush(false))]);
}

async function settle(pass: Pass, outcomes: readonly Outcome[]): Promise<void> {
  const own = await finished(pass, outcomes);
  pass.tally.count("unsettled", await settleUnclaimed(pass.scope, own));
  await pass.scope.health?.note(pass.scope, own);
}

export async function flushAll(pass: Pass): Promise<void> {
  if (pass.outbound.waiting().length > 0) await refuseIfPaused(pass.scope);
  await settle(pass, await pass.outbound.flush(true));
  await pass.tally.flush();
}

/**
 * Moves the checkpoint. Writes that still wait for a full batch are marked as work first: killed now, they would be
 * behind the checkpoint and nobody else would think of them.
 */
export async function checkpoint(pass: Pass, at: Checkpoint): Promise<void> {
  const { scope, outbound, tally } = pass;
  const now = scope.deps.clock.now();
  const marks = outbound.waiting().map((key) => markOf(scope, { side: "local", key }, now + scope.settings.leaseMs));
  if (marks.length > 0) await scope.deps.storage.work.mark(marks, now);
  const since = pass.since > pass.row.startedAt ? { since: pass.since } : {};
  const progress = at.done > 0 ? pass.measure(at.phase, at.done) : null;
  const place = { ...at, ...speedOf(progress), ...since, ...revisionOf(scope) };
  await save(pass, { checkpoint: JSON.stringify(place), counts: tally.counts() });
  if (progress !== null) pass.tell(progress);
}

function speedOf(progress: SyncProgress | null): Pick<Checkpoint, "total" | "rate"> {
  if (progress === null) return {};
  const { total, ratePerSecond } = progress;
  return { ...(total !== undefined && { total }), rate: ratePerSecond };
}

export async function save(pass: Pass, change: Partial<SyncRunRow>): Promise<void> {
  const { runs } = pass.scope.deps.storage;
  const row = { ...pass.row, ...change, counts: pass.tally.counts(), updatedAt: pass.scope.deps.clock.now() };
  if ((await runs.save(row)) === "stale") {
    const message = `sync "${pass.scope.name}": another process continued this run; this one stops without writing`;
    throw new HubspokeError("LEASE_LOST", message, { details: { sync: pass.scope.name } });
  }
  pass.row = { ...row, version: row.version + 1 };
}

export function revisionOf({ revision }: SyncScope): Pick<Checkpoint, "revision"> {
  return revision === 0 ? {} : { revision };
}

/** A pass stops as soon as its mappings are not the tenant's any more; it begins anew under those that are. */
async function refuseRemapped({ scope }: Pass): Promise<void> {
  const { deps, sync, tenant, name, revision } = scope;
  if (sync.declared.mappings === null || (await deps.storage.mappings.list(tenant, name)).revision === revision) return;
  const message = `sync "${name}": its mappings were changed during this pass; it begins anew under the new ones`;
  throw new HubspokeError("LEASE_LOST", message, { details: { sync: name, remapped: true } });
}

function refuseAborted({ signal, scope }: Pass): void {
  if (signal?.aborted !== true) return;
  const message = `sync "${scope.name}": stopped by its signal; call again to go on from the last checkpoint`;
  throw new HubspokeError("ABORTED", message, { details: { sync: scope.name } });
}
