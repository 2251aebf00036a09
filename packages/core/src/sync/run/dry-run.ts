import { chunk } from "../../util/chunk.ts";
import { newLink } from "../apply/commit.ts";
import type { Counts } from "../apply/tally.ts";
import { askLocal } from "../ask-local.ts";
import { isWrite, linkedRecords } from "../associations/associate.ts";
import { type AssociationLook, type LinkedRecord, lookAtAssociation } from "../associations/look.ts";
import { type Candidate, remoteBatch } from "../observe/gather.ts";
import { idsOf } from "../observe/pair.ts";
import { createSpellings } from "../observe/spellings.ts";
import { countPlan, type PlanExample } from "../plan/count-plan.ts";
import { planCandidates } from "../plan/plan-candidates.ts";
import type { RecordPlan } from "../plan/types.ts";
import type { Session, SyncScope } from "../scope.ts";
import { walking } from "../walk.ts";
import { remotePages } from "./remote-pages.ts";

/** What a run would do. Ids and field names only: no value leaves the planner. */
export interface SyncPlan {
  /**
   * By the planner's words: `equal`, `link`, `push`, `pull`, `conflict`, `skipped:…`. Records that are equal are
   * counted as well.
   */
  readonly counts: Counts;
  /** The first few of each action. */
  readonly examples: Readonly<Record<string, readonly PlanExample[]>>;
  /** Whether nothing would be written on either side. */
  readonly equal: boolean;
}

const examplesKept = 5;
const harmless = new Set(["equal", "agree", "link"]);

/** Goes through both sides with the planner of a real run and writes nothing anywhere. */
export async function dryRun(scope: SyncScope, signal?: AbortSignal): Promise<SyncPlan> {
  const counts: Record<string, number> = {};
  const examples: Record<string, PlanExample[]> = {};
  const matched = new Set<string>();
  const session = {
    lane: "backfill" as const,
    spellings: createSpellings(scope, undefined, signal),
    ...(signal && { signal }),
  };
  const look = async (candidates: readonly Candidate[]) => {
    const { plans, failed } = await planCandidates(scope, session, candidates);
    for (const { plan } of plans) {
      const { localId } = idsOf(plan.pair);
      if (localId !== null) matched.add(localId);
      countPlan(
        plan,
        (name, by) => add(counts, name, by),
        (name, example) => keep(examples, name, example),
      );
    }
    const apart = new Set(plans.flatMap(({ plan, candidates: own }) => (plan.kind === "skip" ? own : [])));
    for (const { decision, record, association } of await lookAtAssociations(
      scope,
      session,
      candidates.filter((candidate) => !apart.has(candidate)),
      plans.map(({ plan }) => plan),
    )) {
      add(counts, `associate:${decision.kind}`, 1);
      const { localId, hubspotId } = record.link;
      keep(examples, `associate:${decision.kind}`, { localId, hubspotId, fields: [association.name] });
    }
    for (const { pair, result } of failed) {
      const ids = idsOf(pair);
      if (ids.localId !== null) matched.add(ids.localId);
      add(counts, "failed", 1);
      keep(examples, "failed", { ...ids, fields: result.status === "failed" ? result.fields : [] });
    }
  };
  for await (const { records } of remotePages(scope, { signal }))
    await look(records.map((record) => ({ side: "remote", key: record.id, remote: record })));
  for await (const ids of localPages(scope, signal))
    await look(ids.filter((id) => !matched.has(id)).map((key) => ({ side: "local", key })));
  return {
    counts,
    examples,
    equal: Object.keys(counts).every((name) => harmless.has(name) || name.startsWith("skipped:")),
  };
}

/**
 * What would be done to the associations of records that are linked already, or that this run would link. Those of
 * records that are yet to be created are looked at once they are there.
 */
async function lookAtAssociations(
  scope: SyncScope,
  session: Pick<Session, "lane" | "signal">,
  candidates: readonly Candidate[],
  plans: readonly RecordPlan[],
): Promise<readonly AssociationLook[]> {
  const port = scope.deps.associations;
  if (port === undefined || scope.associations.length === 0) return [];
  const records = [
    ...(await linkedRecords(scope, candidates)).keys(),
    ...plans.flatMap((plan) => toBeLinked(scope, plan)),
  ];
  const looks = await Promise.all(
    scope.associations.map((association) => lookAtAssociation(scope, session, port, association, records)),
  );
  return looks.flat().filter(({ decision }) => isWrite(decision));
}

function toBeLinked(scope: SyncScope, { kind, pair }: RecordPlan): readonly LinkedRecord[] {
  const { link, local, remote, readAt } = pair;
  if (kind !== "fields" || link !== null || local === null || remote === null) return [];
  return [{ link: newLink(scope, local.id, remote.id, readAt), local, localOnly: false }];
}

function add(counts: Record<string, number>, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by;
}

function keep(examples: Record<string, PlanExample[]>, name: string, example: PlanExample): void {
  examples[name] ??= [];
  if (examples[name].length < examplesKept) examples[name].push(example);
}

/** Every local record's id, a batch at a time. */
async function* localPages(scope: SyncScope, signal: AbortSignal | undefined): AsyncGenerator<readonly string[]> {
  const pageDone = walking(scope, undefined, signal);
  let cursor: string | null = null;
  for (;;) {
    const page = await askLocal(scope, () => scope.sync.declared.local.changes(scope.tenant, cursor, remoteBatch));
    yield* chunk(
      page.changes.filter(({ deleted }) => !deleted).map(({ id }) => id),
      remoteBatch,
    );
    cursor = page.cursor;
    if (!page.more) return;
    await pageDone();
  }
}
