import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotError } from "../errors/hubspot-errors.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { ClaimedOutboxRow, OutboxStore } from "../ports/outbox-store.ts";
import { checkedInput, type JobPerson, type JobResult, type KindRegistry, type OutboxJob } from "./kind.ts";
import { type OutboxBell, type OutboxDeps, outboxBinding, parkedAlert, type SealedJob } from "./outbox.ts";
import { verdictOn } from "./verdict.ts";

export interface OutboxJobDeps {
  readonly store: OutboxStore;
  readonly kinds: KindRegistry;
  readonly bell: OutboxBell;
  readonly sealer: Sealer;
  readonly clock: Pick<Clock, "now">;
  /** Spreads repeats in time. */
  readonly random: Random;
  readonly alerts: AlertSink;
  readonly logger: Logger;
  readonly metrics?: Metrics | undefined;
  /** Whether anybody gets what is measured. Default: somebody does. */
  readonly measured?: (() => boolean) | undefined;
  /** Whether somebody of these was erased. */
  readonly anyErased: (tenant: Tenant, people: readonly JobPerson[]) => Promise<boolean>;
  readonly pinned: OutboxDeps["pinned"];
  /** Whether the tenant's account lacks what jobs may need, and is being given it just now. */
  readonly preparing?: (tenant: Tenant) => boolean;
}

const leaseMs = 300_000;
/** Jobs at work at once in one process. */
const batchSize = 10;
/** What is over stays known so long, so that a repeat is recognised. */
const keepMs = 30 * 86_400_000;
const hourMs = 3_600_000;
const depthEveryMs = 15_000;
/** How long a job waits that an account refused while it was set up. */
const preparingMs = 5_000;
/** Failures in a row of one job before people hear that it is late. */
const toldAfter = 3;
const lateAlert = (kind: string): string => `outbox:${kind}:late`;

/** The worker's job that does what was put in the outbox. */
export function outboxJob(deps: OutboxJobDeps): Job {
  const { store, clock, metrics, bell, measured = () => true } = deps;
  let sweptAt = 0;
  let measuredAt = 0;

  async function housekeeping(now: EpochMs): Promise<void> {
    if (now - sweptAt >= hourMs && (await store.deleteExpired(now, 500)) < 500) sweptAt = now;
    if (metrics !== undefined && measured() && now - measuredAt >= depthEveryMs) {
      measuredAt = now;
      const { waiting } = await store.depth();
      metrics.record("outbox.depth_jobs", waiting);
    }
  }

  return {
    name: "outbox",
    woken: () => bell.rung,
    async run({ now, deadline, signal }) {
      let did = 0;
      bell.rung = false;
      await housekeeping(now);
      for (let at = now; at < deadline && !signal.aborted; at = clock.now()) {
        const claimed = await store.claim(at, leaseMs, batchSize, deps.kinds.names());
        if (claimed.length === 0) return { did };
        await Promise.all(claimed.map((row) => attempt(deps, row, signal)));
        did += claimed.length;
      }
      return { did, nextAt: clock.now() };
    },
  };
}

/** One attempt at one job. Rejects only when the store does: the lease then ends by itself. */
async function attempt(deps: OutboxJobDeps, row: ClaimedOutboxRow, signal: AbortSignal): Promise<void> {
  const { store, clock, alerts } = deps;
  const { tenant, id, lease, kind } = row;
  let result: JobResult;
  try {
    result = await perform(deps, row, signal);
  } catch (error) {
    await failed(deps, row, signal.aborted, error);
    return;
  }
  const now = clock.now();
  const state = result.skipped === undefined ? "done" : "skipped";
  const facts = { ...result.result, ...(result.skipped === undefined ? {} : { skipped: result.skipped }) };
  const text = Object.keys(facts).length === 0 ? null : JSON.stringify(facts);
  await store.complete(tenant, id, lease, { state, result: text }, now, now + keepMs);
  if (row.tries >= toldAfter) await alerts.clear?.(tenant, lateAlert(kind));
}

async function perform(deps: OutboxJobDeps, row: ClaimedOutboxRow, signal: AbortSignal): Promise<JobResult> {
  const { store, sealer, clock, kinds, anyErased } = deps;
  const { tenant, id, lease, tries, idempotencyKey, createdAt } = row;
  const kind = kinds.get(row.kind);
  const sealed = (await sealer.openJson(outboxBinding(tenant, id), row.sealed)) as SealedJob;
  const input = checkedInput(kind, sealed.input);
  if (kind.portalBound === true) requireSamePortal(sealed.portalId, await deps.pinned(tenant));
  const people = kind.people?.(input) ?? [];
  if (people.length > 0 && (await anyErased(tenant, people))) return { skipped: "erased" };
  const job: OutboxJob = {
    id,
    tenant,
    idempotencyKey,
    tries,
    createdAt,
    signal,
    async confirm() {
      if (await store.renew(tenant, id, lease, clock.now() + leaseMs)) return;
      throw new HubspokeError("LEASE_LOST", "LEASE_LOST: another process has taken this job over, or it was removed");
    },
    async about(contactId) {
      if (!(await anyErased(tenant, [{ kind: "contact", value: contactId }]))) return;
      throw new HubspokeError("SUPPRESSED", "SUPPRESSED: this person was erased; nothing is written about them");
    },
  };
  try {
    return (await kind.run(input, job)) ?? {};
  } catch (error) {
    if (isHubspokeError(error, "SUPPRESSED")) return { skipped: "erased" };
    if (sealed.whenDisconnected === "skip" && isHubspokeError(error, "AUTH_DISCONNECTED")) {
      return { skipped: "not-connected" };
    }
    throw error;
  }
}

/** Equal ids are other people in another account. */
function requireSamePortal(then: PortalId | null, now: PortalId | null): void {
  if (then === null || then === now) return;
  throw new HubspokeError(
    "PORTAL_MISMATCH",
    "PORTAL_MISMATCH: the tenant was moved to another HubSpot account since this job was put in; discard it, or put it in again for the new account",
  );
}

async function failed(deps: OutboxJobDeps, row: ClaimedOutboxRow, stopping: boolean, error: unknown): Promise<void> {
  const { store, clock, random, logger } = deps;
  const { tenant, id, lease, kind, tries } = row;
  const code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
  if (code === "LEASE_LOST") return;
  const now = clock.now();
  // A worker that is told to stop gives its jobs to the next one at once.
  if (stopping) {
    await store.retry(tenant, id, lease, now, now, code);
    return;
  }
  const retryAfterMs = error instanceof HubSpotError ? error.retryAfterMs : null;
  const found = verdictOn({ code, tries, ageMs: now - row.createdAt, random: random(), retryAfterMs });
  // What is refused by an account that is being set up, a property that it lacks for example, may be taken a moment later.
  const waits = found.action === "fail" && deps.preparing?.(tenant) === true;
  const verdict = waits ? ({ action: "retry", waitMs: preparingMs } as const) : found;
  logger.warn("outbox.job_failed", { tenant, kind, code, tries: tries + 1, action: verdict.action });
  if (verdict.action === "retry") {
    await store.retry(tenant, id, lease, now, now + verdict.waitMs, code);
    if (tries + 1 === toldAfter) await tell(deps, row, code, "late");
  } else if (await store.fail(tenant, id, lease, now, code)) {
    await tell(deps, row, code, "parked");
  }
}

async function tell(
  { alerts, clock, logger }: OutboxJobDeps,
  { tenant, kind, tries }: ClaimedOutboxRow,
  code: string,
  state: "late" | "parked",
): Promise<void> {
  const parked = state === "parked";
  try {
    await alerts.raise({
      name: "outbox.failed",
      tenant,
      at: clock.now(),
      key: parked ? parkedAlert(kind) : lateAlert(kind),
      severity: parked ? "critical" : "warning",
      message: parked
        ? `a "${kind}" job is parked (${code}): see outbox.list({ state: "failed" }), mend the cause, then outbox.replay`
        : `a "${kind}" job has failed ${tries + 1} times (${code}); it goes on trying`,
      details: { kind, code, tries: tries + 1 },
    });
  } catch {
    logger.error("outbox.alert_failed", { kind });
  }
}
