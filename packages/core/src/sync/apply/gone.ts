import type { LinkRow, LinkState } from "../../ports/link-store.ts";
import { askLocal } from "../ask-local.ts";
import type { Pair } from "../observe/pair.ts";
import type { RecordPlan } from "../plan/types.ts";
import type { Session, SyncScope } from "../scope.ts";
import { admit, markSent, release, sendUntil } from "./admit.ts";
import { judgeSource, type SourceJudge } from "./at-fault.ts";
import { commitLinks } from "./commit.ts";
import { intentRow } from "./intent.ts";
import { closeAll } from "./parked.ts";
import { isKnown } from "./pushed.ts";
import { again, busy, done, type RecordResult } from "./result.ts";
import type { Tally } from "./tally.ts";

export type GonePlan = Extract<RecordPlan, { kind: "gone" }>;
export type ReturnedPlan = Extract<RecordPlan, { kind: "returned" }>;
export type RelinkPlan = Extract<RecordPlan, { kind: "relink" }>;

/** A pair of which one side, or both, does not exist any more: the declared policy, then what the pair remembers. */
export async function applyGone(
  scope: SyncScope,
  session: Session,
  plans: readonly GonePlan[],
  tally: Tally,
): Promise<readonly RecordResult[]> {
  const now = scope.deps.clock.now();
  const source = judgeSource(scope);
  const results: RecordResult[] = [];
  for (const plan of plans) results.push(await applyOne(scope, session, plan, now, tally, source));
  return results;
}

async function applyOne(
  scope: SyncScope,
  session: Session,
  plan: GonePlan,
  now: number,
  tally: Tally,
  source: SourceJudge,
): Promise<RecordResult> {
  const { link } = plan.pair;
  if (link === null) return done;
  const written = await writeOther(scope, session, plan, link, tally, source);
  if (written !== null) return written;
  const [row] = await commitLinks(scope, [{ link, fields: {}, state: stateAfter(plan), seenAt: plan.pair.readAt }]);
  if (row == null) return again(now, "LINK_MOVED");
  // What is archived in HubSpot may be restored, and then waits on.
  if (row.state !== "remote-archived") await closeAll(scope, row);
  tally.count(plan.policy === "ignore" ? "ignoredDeletes" : "unlinked");
  tally.log({
    status: "success",
    action: `${plan.policy}:${plan.side}-gone`,
    localId: link.localId,
    hubspotId: link.hubspotId,
  });
  return done;
}

function stateAfter({ side, policy }: GonePlan): LinkState {
  if (side === "both") return "remote-gone";
  if (policy === "unlink") return "unlinked";
  return side === "hubspot" ? "remote-archived" : "local-deleted";
}

/** Deletes or archives the counterpart where the policy says so. Null when it is gone now. */
async function writeOther(
  scope: SyncScope,
  session: Session,
  { policy, pair, side }: GonePlan,
  link: LinkRow,
  tally: Tally,
  source: SourceJudge,
): Promise<RecordResult | null> {
  if (policy !== "delete" && policy !== "archive") return null;
  if (policy === "archive" && scope.sync.declared.readOnly) return done;
  const intent = intentRow(scope, {
    direction: policy === "delete" ? "to-local" : "to-hubspot",
    kind: policy,
    localId: link.localId,
    hubspotId: link.hubspotId,
    readAt: pair.readAt,
    fence: session.fence.token,
  });
  const { admitted, until } = await admit(scope, session, [{ link, intent }]);
  if (admitted.length === 0) return busy(scope);
  // A delete here is guarded by its version: whatever became of it, the next look sees it.
  if (policy === "archive") await markSent(scope, admitted);
  const result =
    policy === "delete"
      ? await deleteLocal(scope, pair, source).catch(async (error: unknown) => {
          // It is a lock alone here, for the delete is guarded by its version: kept, it would hold up the next try.
          await release(scope, admitted);
          return source.failed(error);
        })
      : await archive(scope, session, link, until);
  if (result === null) tally.count(side === "hubspot" ? "deletedLocal" : "archivedHubspot");
  if (result?.status !== "again" || result.code !== "UNKNOWN_OUTCOME") await release(scope, admitted);
  return result;
}

async function deleteLocal(scope: SyncScope, { local }: Pair, source: SourceJudge): Promise<RecordResult | null> {
  if (local === null) return null;
  const deletes = [{ id: local.id, expectedVersion: local.version }];
  const [outcome] = await askLocal(scope, () => scope.sync.declared.local.delete(scope.tenant, deletes));
  source.worked();
  return outcome === "stale" ? again(scope.deps.clock.now(), "LOCAL_MOVED") : null;
}

async function archive(scope: SyncScope, session: Session, link: LinkRow, until: number): Promise<RecordResult | null> {
  const { remote, clock } = scope.deps;
  const [outcome] = await sendUntil(scope, session, until, (signal) =>
    remote.archive({ tenant: scope.tenant, object: scope.object, ids: [link.hubspotId], lane: session.lane, signal }),
  );
  if (outcome?.ok || outcome?.code === "NOT_FOUND") return null;
  if (outcome === undefined || !isKnown(outcome)) return again(clock.now() + scope.settings.leaseMs, "UNKNOWN_OUTCOME");
  return { status: "retry", at: clock.now() + 1_000, code: outcome.code };
}

/** The pair is forgotten; the next look matches the record or creates it, as it does with any that is new. */
export async function applyReturned(
  { deps, tenant, name }: SyncScope,
  plans: readonly ReturnedPlan[],
  tally: Tally,
): Promise<readonly RecordResult[]> {
  const results: RecordResult[] = [];
  for (const { pair } of plans) {
    const { localId = "", hubspotId = "", version = 0 } = pair.link ?? {};
    const forgotten = await deps.storage.links.delete(tenant, name, localId, version);
    if (forgotten) tally.log({ status: "success", action: "returned", localId, hubspotId });
    results.push(again(deps.clock.now(), forgotten ? "RETURNED" : "LINK_MOVED"));
  }
  return results;
}

/** HubSpot answered under another id: the record was merged into it. The base stays, so that only true edits travel. */
export async function applyRelink(
  scope: SyncScope,
  plans: readonly RelinkPlan[],
  tally: Tally,
): Promise<readonly RecordResult[]> {
  const now = scope.deps.clock.now();
  const results: RecordResult[] = [];
  for (const { pair, hubspotId } of plans) {
    const { link } = pair;
    if (link === null) continue;
    const [row] = await commitLinks(scope, [{ link, fields: {}, hubspotId }]);
    if (row === null) {
      // The survivor belongs to another local record: this one has no counterpart any more.
      const [left] = await commitLinks(scope, [{ link, fields: {}, state: "unlinked" }]);
      if (left === null) {
        results.push(again(now, "LINK_MOVED"));
        continue;
      }
      if (left !== undefined) await closeAll(scope, left);
      tally.log({ status: "skipped", action: "merged-into-linked", localId: link.localId, hubspotId });
      tally.count("unlinked");
      results.push(done);
      continue;
    }
    await markMerged(scope, pair, now);
    tally.count("relinked");
    tally.log({ status: "success", action: "relink", localId: link.localId, hubspotId });
    results.push(again(now, "RELINKED"));
  }
  return results;
}

/** What else the survivor swallowed may be linked too, and no feed names it any more. */
async function markMerged(
  { deps, tenant, portalId, name }: SyncScope,
  { link, remote }: Pair,
  now: number,
): Promise<void> {
  const others = (remote?.mergedIds ?? []).filter((id) => id !== link?.hubspotId && id !== remote?.id);
  const rows = others.length === 0 ? [] : await deps.storage.links.byHubspotIds(tenant, name, others);
  const marks = rows
    .filter(({ state }) => state === "linked")
    .map(({ hubspotId: key }) => ({
      tenant,
      portalId,
      queue: name,
      side: "remote" as const,
      key,
      priority: 1,
      availableAt: now,
    }));
  if (marks.length > 0) await deps.storage.work.mark(marks, now);
}
