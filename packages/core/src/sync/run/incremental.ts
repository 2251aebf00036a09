import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Lane } from "../../model/lane.ts";
import type { ClaimedWork } from "../../ports/work-store.ts";
import { again } from "../apply/result.ts";
import { createTally, type Tally } from "../apply/tally.ts";
import { remoteBatch } from "../observe/gather.ts";
import type { Spellings, SyncScope } from "../scope.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import { withDeleteGuard } from "./delete-guard.ts";
import { claimFence } from "./fence.ts";
import { createAllowance, createOutbound, type WriteAllowance } from "./outbound.ts";
import type { Outcome } from "./outcome.ts";
import { finished, markOf, quarantine, unquarantine } from "./outcomes.ts";
import { processBatch } from "./process.ts";

export interface IncrementalOptions {
  readonly lane?: Lane;
  readonly signal?: AbortSignal;
  /** Shared by the batches of one run; new ones when absent. */
  readonly breaker?: Breaker;
  readonly tally?: Tally;
  readonly spellings?: Spellings;
  readonly allowance?: WriteAllowance;
}

/** How long a batch waits after the engine could not work at all (HubSpot, the source or the store is down). */
const outageMs = 15_000;

/** How long what is over `limitWrites` waits: what comes between runs writes so many records a minute. */
const overLimitMs = 60_000;
/** Batches beyond those that wait, for records that move while they are looked at. */
const looksAgain = 20;

/** In how many batches what waits is worked off. Bounded: a record that is never the same twice would let nothing end. */
export async function batchesWaiting({ deps, tenant, name }: SyncScope): Promise<number> {
  const { waiting } = await deps.storage.work.depth(tenant, name);
  return Math.ceil(waiting / remoteBatch) + looksAgain;
}

/** Claims up to a hundred dirty records, reads both sides, plans, applies. Answers how many were claimed. */
export async function applyWork(scope: SyncScope, options: IncrementalOptions = {}): Promise<number> {
  const { deps, settings, tenant, name } = scope;
  const { work, links } = deps.storage;
  const now = deps.clock.now();
  const claimed = await work.claim({ tenant, queue: name, now, leaseMs: settings.leaseMs, limit: remoteBatch });
  if (claimed.length === 0) return 0;
  const session = {
    lane: options.lane ?? ("incremental" as const),
    fence: claimFence(scope, claimed, now + settings.leaseMs),
    ...(options.spellings && { spellings: options.spellings }),
    ...(options.signal && { signal: options.signal }),
  };
  const tally = options.tally ?? createTally(scope);
  const allowance = options.allowance ?? createAllowance(scope);
  // Where nothing may be written ever, a minute later is no better.
  const overLimit = scope.sync.declared.limitWrites > 0 ? again(now + overLimitMs, "WRITE_LIMIT") : undefined;
  const outbound = createOutbound(scope, session, tally, allowance, overLimit);
  const linked = () => links.count(tenant, name);
  const breaker = withDeleteGuard(scope, options.breaker ?? createBreaker(scope, linked), tally);
  const run = {
    scope,
    session,
    tally,
    breaker,
    outbound,
    allowance,
    ...(overLimit && { overLimit }),
    oscillating: new Map(),
  };
  try {
    const settled = await processBatch(
      run,
      claimed.map(({ side, key }) => ({ side, key })),
    );
    const outcomes = await finished(run, [...settled, ...(await outbound.flush(true))]);
    await settleClaims(scope, claimed, outcomes);
    await scope.health?.note(scope, outcomes, Math.min(...claimed.map(({ firstMarkedAt }) => firstMarkedAt)));
  } catch (error) {
    if (!isHubspokeError(error, "LEASE_LOST")) await giveBack(scope, claimed, now + outageMs);
    throw error;
  } finally {
    await breaker.settle();
    await tally.flush();
  }
  return claimed.length;
}

async function settleClaims(
  scope: SyncScope,
  claimed: readonly ClaimedWork[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const { work } = scope.deps.storage;
  const { maxTries } = scope.settings;
  const byKey = new Map(outcomes.map(({ candidate, result }) => [`${candidate.side} ${candidate.key}`, result]));
  const finished: ClaimedWork[] = [];
  const later: { readonly ref: ClaimedWork; readonly at: number }[] = [];
  const failed: Parameters<typeof quarantine>[1][number][] = [];
  const retries: { readonly ref: ClaimedWork; readonly at: number; readonly code: string }[] = [];
  for (const ref of claimed) {
    const result = byKey.get(`${ref.side} ${ref.key}`) ?? { status: "done" as const };
    const tries = ref.tries + 1;
    if (result.status === "done") finished.push(ref);
    else if (result.status === "again") later.push({ ref, at: result.at });
    else if (result.status === "retry" && tries < maxTries)
      retries.push({ ref, at: backoff(result.at, ref.tries), code: result.code });
    else {
      const fields = result.status === "failed" ? result.fields : [];
      failed.push({ candidate: ref, code: result.code, fields, tries });
    }
  }
  await quarantine(scope, failed);
  await unquarantine(scope, finished);
  for (const { ref, at, code } of retries) await work.retry([ref], at, code);
  // A newer mark keeps the record dirty when its claim is completed, and counts no try: it did not fail.
  const marks = later.map(({ ref, at }) => markOf(scope, ref, at, ref.priority));
  if (marks.length > 0) await work.mark(marks, scope.deps.clock.now());
  const quarantined = new Set(failed.map(({ candidate }) => candidate));
  await work.complete([...finished, ...later.map(({ ref }) => ref), ...claimed.filter((ref) => quarantined.has(ref))]);
}

/** An outage is nobody's failure: the records stay dirty and no try is counted. */
async function giveBack(scope: SyncScope, claimed: readonly ClaimedWork[], at: number): Promise<void> {
  const { work } = scope.deps.storage;
  await work.mark(
    claimed.map((ref) => markOf(scope, ref, at, ref.priority)),
    scope.deps.clock.now(),
  );
  await work.complete(claimed);
}

function backoff(at: number, tries: number): number {
  return at + Math.min(60_000, 1_000 * 2 ** tries);
}
