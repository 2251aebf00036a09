import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import { fromTexts, outside, toTexts } from "../../listing/stretches.ts";
import type { EpochMs, RowId } from "../../ports/ids.ts";
import type { SyncRunRow } from "../../ports/sync-stores.ts";
import { type Counts, createTally } from "../apply/tally.ts";
import { createSpellings } from "../observe/spellings.ts";
import type { SyncScope } from "../scope.ts";
import { createBreaker, pushedBy } from "./breaker.ts";
import { remoteCursor } from "./feeds.ts";
import { acquireRun, keepAlive, type RunLease } from "./fence.ts";
import { createAllowance, createOutbound } from "./outbound.ts";
import { type Checkpoint, flushAll, type Pass, revisionOf, save } from "./pass.ts";
import { localPhase, missingPhase, settlePhase } from "./phases.ts";
import { createMeter, type Phase, type SyncProgress } from "./progress.ts";
import { remotePhase } from "./remote-phase.ts";
import { SeenIds } from "./seen-ids.ts";

/** How a full pass is watched and stopped. */
export interface PassOptions {
  /** Called after each batch: the pass goes on when it returns. */
  readonly onProgress?: (progress: SyncProgress) => void;
  /** Records expected in HubSpot, for progress; when absent the number of linked ones, or what HubSpot says. */
  readonly expected?: number;
  /** Stops it after the batch it is at, with ABORTED; the next call goes on from there. A way to work in slices. */
  readonly signal?: AbortSignal;
}

/** What a full pass did. */
export interface PassResult {
  /** The run's, as `status()` and the store have it. */
  readonly id: RowId;
  /** `done`: a pass that ends otherwise throws, and the run's row says why. */
  readonly state: SyncRunRow["state"];
  /** By action, of the whole run, resumed parts included. */
  readonly counts: Counts;
  /** Whether it went on from where another process had stopped. */
  readonly resumed: boolean;
  /** Whether nothing had to be written on either side and nothing is left open or refused: both sides are proved equal. */
  readonly equal: boolean;
}

/**
 * One full pass over both sides: HubSpot's list, then local records nobody met, then pairs that HubSpot did not list.
 * A checkpoint follows every page; a killed pass is continued by the next call, in this process or another. A
 * reconciliation that goes on after a kill still looks at everything within the call that ends it.
 */
export async function fullPass(
  scope: SyncScope,
  kind: "backfill" | "reconcile",
  options: PassOptions = {},
): Promise<PassResult> {
  const lease = await takeLease(scope, options.signal);
  const alive = keepAlive(scope, lease);
  try {
    const { row, resumed } = await openRun(scope, kind);
    const pass = await openPass(scope, row, lease, options);
    try {
      await runPhases(pass);
      await save(pass, { state: "done", finishedAt: scope.deps.clock.now() });
    } catch (error) {
      await close(pass, error);
      throw error;
    }
    const counts = pass.tally.counts();
    return { id: row.id, state: pass.row.state, counts, resumed, equal: await isEqual(scope, counts) };
  } finally {
    await alive.stop();
    await lease.release();
  }
}

/** Another process may hold the lease for as long as a lease lasts after it was killed. */
async function takeLease(scope: SyncScope, signal: AbortSignal | undefined): Promise<RunLease> {
  const { clock } = scope.deps;
  const until = clock.now() + scope.settings.leaseMs + 1_000;
  for (;;) {
    const lease = await acquireRun(scope);
    if (lease !== null) return lease;
    if (clock.now() >= until) {
      const message = `sync "${scope.name}": another process runs a full pass; see status()`;
      throw new HubspokeError("LEASE_LOST", message, { details: { sync: scope.name } });
    }
    await clock.sleep(Math.min(500, scope.settings.leaseMs / 4), signal);
  }
}

const start: Checkpoint = { phase: "remote", at: null, done: 0 };

/**
 * Where a run goes on. A reconciliation proves what it proves as of the call that ends it: what a killed process had
 * looked at was edited since, perhaps, so it goes on to the end and then looks at that once more. One that its caller
 * stopped, to work in slices, goes on as it is: else it would never end.
 */
function continued(kind: SyncRunRow["kind"], { checkpoint, errorCode }: SyncRunRow, now: EpochMs): Checkpoint {
  const from = JSON.parse(checkpoint) as Checkpoint;
  if (kind === "backfill" || errorCode === "ABORTED") return from;
  if (from.phase !== "remote" || from.ids === undefined) return { ...start, since: now };
  return { ...from, again: toTexts(outside(fromTexts(from.ids))), since: now };
}

async function openRun(scope: SyncScope, kind: SyncRunRow["kind"]): Promise<{ row: SyncRunRow; resumed: boolean }> {
  const { deps, tenant, name, portalId } = scope;
  const current = await deps.storage.runs.current(tenant, name, kind);
  const now = deps.clock.now();
  const mapped = revisionOf(scope);
  if (current !== null && current.portalId === portalId) {
    const { revision } = JSON.parse(current.checkpoint) as Checkpoint;
    const from = revision === mapped.revision ? continued(kind, current, now) : { ...start, since: now };
    const checkpoint = JSON.stringify({ ...from, ...mapped });
    return { row: { ...current, state: "running", errorCode: null, checkpoint }, resumed: true };
  }
  const checkpoint = { ...start, ...mapped };
  const row: SyncRunRow = {
    id: deps.newId(),
    tenant,
    sync: name,
    portalId,
    kind,
    state: "running",
    startedAt: now,
    updatedAt: now,
    finishedAt: null,
    checkpoint: JSON.stringify(checkpoint),
    counts: {},
    errorCode: null,
    version: 0,
  };
  await startFeeds(scope, now);
  return { row, resumed: false };
}

/** From the moment a pass begins, changes behind its back are the search feed's: its watermark starts here. */
async function startFeeds({ deps, tenant, portalId, name }: SyncScope, now: number): Promise<void> {
  const stored = await deps.storage.cursors.read(tenant, portalId, remoteCursor(name));
  if (stored === null) await deps.storage.cursors.advance(tenant, portalId, remoteCursor(name), String(now), 0, now);
}

async function openPass(scope: SyncScope, row: SyncRunRow, lease: RunLease, options: PassOptions): Promise<Pass> {
  const { deps, tenant, name } = scope;
  const { signal } = options;
  const spellings = createSpellings(scope, lease, signal);
  const session = { lane: "backfill" as const, fence: lease, spellings, ...(signal && { signal }) };
  const tally = createTally(scope, row.counts);
  const allowance = createAllowance(scope);
  allowance.take(pushedBy(row.counts) + (row.counts.createdHubspot ?? 0));
  const linked = await deps.storage.links.count(tenant, name);
  const meter = createMeter(() => deps.clock.now());
  const pass: Pass = {
    scope,
    session,
    tally,
    lease,
    row,
    breaker: createBreaker(scope, async () => linked, tally),
    allowance,
    outbound: createOutbound(scope, session, tally, allowance),
    oscillating: new Map(),
    seen: new SeenIds(),
    expected: options.expected ?? (linked > 0 ? linked : undefined),
    since: (JSON.parse(row.checkpoint) as Checkpoint).since ?? row.startedAt,
    measure: (phase, done) => meter.report(phase, done, tally.counts(), phase === "remote" ? pass.expected : undefined),
    tell: (progress) => options.onProgress?.(progress),
    report: (phase, done) => pass.tell(pass.measure(phase, done)),
    ...(signal && { signal }),
  };
  await save(pass, {});
  return pass;
}

async function runPhases(pass: Pass): Promise<void> {
  const from = JSON.parse(pass.row.checkpoint) as Checkpoint;
  const order: readonly Phase[] = ["remote", "local", "missing", "settle"];
  const steps: Record<Phase, (pass: Pass, from: Checkpoint) => Promise<void>> = {
    remote: remotePhase,
    local: localPhase,
    missing: missingPhase,
    settle: settlePhase,
  };
  for (const phase of order.slice(order.indexOf(from.phase))) {
    const start = phase === from.phase ? from : { phase, at: null, done: 0 };
    await steps[phase](pass, start);
    await flushAll(pass);
  }
}

/** A run that failed stays where it is and is continued by the next call; one stopped by its breaker waits for a person. */
async function close(pass: Pass, error: unknown): Promise<void> {
  if (isHubspokeError(error, "LEASE_LOST")) return;
  const errorCode = isHubspokeError(error) ? error.code : "INTERNAL";
  const stopped = errorCode === "SYNC_BREAKER_OPEN";
  await save(
    pass,
    stopped ? { state: "stopped-by-breaker", errorCode, finishedAt: pass.scope.deps.clock.now() } : { errorCode },
  );
}

/** Any of these, and the sides were not equal, or are not. */
const unequal = [
  "refused",
  "skipped:refused",
  "recovered",
  "unsettled",
  "pulled",
  "pushed",
  "createdLocal",
  "createdHubspot",
  "deletedLocal",
  "archivedHubspot",
  "associated",
  "linked",
  "relinked",
  "unlinked",
];

/** Every record was compared and nothing had to be written, and nothing is left that a person or recovery has to settle. */
async function isEqual({ deps, tenant, name }: SyncScope, counts: Counts): Promise<boolean> {
  if (unequal.some((count) => (counts[count] ?? 0) > 0)) return false;
  const { conflicts, intents, quarantine } = deps.storage;
  const [open, quarantined, parked] = await Promise.all([
    intents.open(tenant, name, deps.clock.now() + 1, 1),
    quarantine.count(tenant, name),
    conflicts.list({ tenant, sync: name, status: "open", limit: 1 }),
  ]);
  return open.length === 0 && quarantined === 0 && parked.items.length === 0;
}
