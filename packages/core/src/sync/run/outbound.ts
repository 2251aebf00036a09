import type { Applied } from "../apply/apply-plans.ts";
import { createRemote } from "../apply/create-remote.ts";
import { pushFields } from "../apply/push.ts";
import { done, type RecordResult } from "../apply/result.ts";
import type { Tally } from "../apply/tally.ts";
import type { FieldsItem } from "../apply/work-item.ts";
import { type Candidate, remoteBatch } from "../observe/gather.ts";
import type { Pair } from "../observe/pair.ts";
import type { RecordPlan } from "../plan/types.ts";
import type { Session, SyncScope } from "../scope.ts";
import type { Outcome } from "./outcome.ts";

type Waiting<T> = { readonly work: T; readonly candidates: readonly Candidate[] };

/** What `limitWrites` still allows one run to write to HubSpot: records and associations. */
export interface WriteAllowance {
  /** Takes as many of `wanted` as are allowed. */
  take(wanted: number): number;
}

export function createAllowance({ sync }: SyncScope): WriteAllowance {
  let left = sync.declared.limitWrites;
  return {
    take(wanted) {
      const taken = Math.min(wanted, left);
      left -= taken;
      return taken;
    },
  };
}

/** Writes to HubSpot that wait for company, so that they travel in full batches of a hundred. */
export interface OutboundBuffer {
  add(applied: Applied, candidatesOf: (plan: RecordPlan) => readonly Candidate[]): void;
  /** Sends full batches, or with `all` everything. */
  flush(all: boolean): Promise<readonly Outcome[]>;
  /** What still waits, by local record. */
  waiting(): readonly string[];
}

export function createOutbound(
  scope: SyncScope,
  session: Session,
  tally: Tally,
  allowance: WriteAllowance,
  /** What becomes of records that are over the limit: a pass leaves them to the next one. */
  overLimit: RecordResult = done,
): OutboundBuffer {
  const pushes: Waiting<FieldsItem>[] = [];
  const creates: Waiting<Pair>[] = [];

  /** Takes the next batch off a queue, as far as `limitWrites` allows; the rest of it is counted. */
  function take<T>(queue: Waiting<T>[]): {
    readonly batch: readonly Waiting<T>[];
    readonly over: readonly Waiting<T>[];
  } {
    const next = queue.splice(0, remoteBatch);
    const batch = next.slice(0, allowance.take(next.length));
    return { batch, over: next.slice(batch.length) };
  }

  async function send<T>(
    queue: Waiting<T>[],
    write: (batch: readonly T[]) => Promise<readonly Outcome["result"][]>,
  ): Promise<readonly Outcome[]> {
    const { batch, over } = take(queue);
    if (over.length > 0) tally.count("skipped:write-limit", over.length);
    const results = batch.length === 0 ? [] : await write(batch.map(({ work }) => work));
    return [
      ...batch.flatMap(({ candidates }, i) =>
        candidates.map((candidate) => ({ candidate, result: results[i] ?? done })),
      ),
      ...over.flatMap(({ candidates }) => candidates.map((candidate) => ({ candidate, result: overLimit }))),
    ];
  }

  return {
    add({ outbound }, candidatesOf) {
      for (const { plan, item } of outbound.pushes) pushes.push({ work: item, candidates: candidatesOf(plan) });
      for (const plan of outbound.creates) creates.push({ work: plan.pair, candidates: candidatesOf(plan) });
    },
    async flush(all) {
      const least = all ? 1 : remoteBatch;
      const outcomes: Outcome[] = [];
      while (pushes.length >= least)
        outcomes.push(...(await send(pushes, (batch) => pushFields(scope, session, batch, tally))));
      while (creates.length >= least)
        outcomes.push(...(await send(creates, (batch) => createRemote(scope, session, batch, tally))));
      return outcomes;
    },
    waiting: () => [...pushes.map(({ work }) => work.local.id), ...creates.flatMap(({ work }) => work.local?.id ?? [])],
  };
}
