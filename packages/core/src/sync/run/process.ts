import type { FieldRule } from "../../conflict/types.ts";
import { applyLocally } from "../apply/apply-plans.ts";
import { judgeSource } from "../apply/at-fault.ts";
import { done, isBusy, leftAlone } from "../apply/result.ts";
import type { Tally } from "../apply/tally.ts";
import type { Candidate } from "../observe/gather.ts";
import { countPlan } from "../plan/count-plan.ts";
import { type Planned, planCandidates } from "../plan/plan-candidates.ts";
import type { RecordPlan } from "../plan/types.ts";
import type { Session, SyncScope } from "../scope.ts";
import type { Breaker } from "./breaker.ts";
import type { OutboundBuffer } from "./outbound.ts";
import type { Oscillating, Outcome } from "./outcome.ts";

export interface Run {
  readonly scope: SyncScope;
  readonly session: Session;
  readonly tally: Tally;
  readonly breaker: Breaker;
  readonly outbound: OutboundBuffer;
  /** Records with fields that oscillate, found while planning: whatever else was done, they are quarantined for those. */
  readonly oscillating?: Oscillating;
}

/**
 * One batch through the engine: read, plan, apply what needs no call, and leave the writes to HubSpot in the run's
 * outbound buffer. Answers the candidates that are settled; those in the buffer come out of `outbound.flush`. Where the
 * source fails while it is read, by halves: a row that cannot be read would stop all that are ever looked at with it.
 */
export async function processBatch(
  run: Run,
  candidates: readonly Candidate[],
  rules?: ReadonlyMap<string, FieldRule>,
): Promise<readonly Outcome[]> {
  const { scope, session } = run;
  const source = judgeSource(scope);
  const settled: Outcome[] = [];
  const parts = [candidates];
  for (let part = source.next(parts); part !== undefined; part = source.next(parts)) {
    let planned: Planned;
    try {
      planned = await planCandidates(scope, session, part, rules);
    } catch (error) {
      const result = await source.failed(error);
      await session.fence.hold();
      const half = Math.ceil(part.length / 2);
      if (half < part.length) parts.push(part.slice(0, half), part.slice(half));
      else settled.push(...part.map((candidate) => ({ candidate, result })));
      continue;
    }
    source.worked();
    settled.push(...(await applyPlanned(run, planned)));
  }
  return settled;
}

async function applyPlanned(
  { scope, session, tally, breaker, outbound, oscillating }: Run,
  { plans, echoes, failed }: Planned,
): Promise<readonly Outcome[]> {
  const settled: Outcome[] = echoes.map((candidate) => ({ candidate, result: done }));
  for (const one of failed) settled.push(...one.candidates.map((candidate) => ({ candidate, result: one.result })));
  if (scope.sync.declared.shadow) {
    for (const { plan } of plans) countPlan(plan, tally.count);
    const resultOf = ({ kind }: RecordPlan) => (kind === "skip" ? leftAlone : done);
    for (const { plan, candidates: own } of plans)
      settled.push(...own.map((candidate) => ({ candidate, result: resultOf(plan) })));
    return settled;
  }
  for (const { plan, candidates: own } of plans)
    if (plan.kind === "fields" && plan.oscillating !== undefined)
      for (const candidate of own) oscillating?.set(candidate, plan.oscillating);
  await breaker.admit(plans.map(({ plan }) => plan));
  const owners = new Map<RecordPlan, readonly Candidate[]>(plans.map(({ plan, candidates: own }) => [plan, own]));
  const applied = await applyLocally(scope, session, [...owners.keys()], tally);
  for (const [plan, result] of applied.results)
    settled.push(...(owners.get(plan) ?? []).map((candidate) => ({ candidate, result })));
  await breaker.giveBack([...applied.results].flatMap(([plan, result]) => (isBusy(result) ? [plan] : [])));
  outbound.add(applied, (plan) => owners.get(plan) ?? []);
  await tally.flush();
  return settled;
}
