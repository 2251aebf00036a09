import type { FieldRule } from "../../conflict/types.ts";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { RecordResult } from "../apply/result.ts";
import { type FieldView, observeFields } from "../observe/fields.ts";
import { type Candidate, gather } from "../observe/gather.ts";
import type { Pair } from "../observe/pair.ts";
import { withoutStaleParked } from "../observe/parked.ts";
import { editTimes } from "../observe/times.ts";
import type { Session, SyncScope } from "../scope.ts";
import { planRecord } from "./plan-record.ts";
import type { FieldPlan, RecordPlan } from "./types.ts";

export interface Planned {
  readonly plans: readonly { readonly plan: RecordPlan; readonly candidates: readonly Candidate[] }[];
  readonly echoes: readonly Candidate[];
  /** Records that could not be planned, because a filter, a rule or a codec of the host's threw. */
  readonly failed: readonly Failed[];
}

interface Failed {
  readonly pair: Pair;
  readonly candidates: readonly Candidate[];
  readonly result: RecordResult;
}

/** Reads and plans candidates. Writes nothing. `rules` replaces the rule of single fields: a person's decision. */
export async function planCandidates(
  scope: SyncScope,
  session: Pick<Session, "lane" | "signal" | "spellings">,
  candidates: readonly Candidate[],
  rules: ReadonlyMap<string, FieldRule> = new Map(),
): Promise<Planned> {
  const { pairs, echoes } = await gather(scope, session, candidates);
  const seen = await Promise.all(pairs.map(async (one) => ({ ...one, ...(await look(scope, one.pair, rules)) })));
  const failed: Failed[] = seen.filter((one) => "result" in one);
  const looked = await withoutStaleParked(
    scope,
    seen.filter((one) => "views" in one),
  );
  const drafts = looked.flatMap((one) => planned(scope, one, failed));
  const asking = drafts.flatMap((draft) =>
    draft.plan.kind === "needs-times" ? [{ draft, fields: draft.plan.fields }] : [],
  );
  if (asking.length === 0) return { plans: drafts, echoes, failed };
  const asked = asking.map(({ draft, fields }) => ({ pair: draft.pair, fields }));
  const times = await editTimes(scope, session, asked);
  const timed = new Map(asking.map(({ draft }, i) => [draft, planned(scope, draft, failed, times[i])]));
  return { plans: drafts.flatMap((draft) => timed.get(draft) ?? [draft]), echoes, failed };
}

type Seen = Omit<Failed, "result"> & { readonly views: readonly FieldView[] };

/**
 * The plan of one record, or none and one more that failed. A filter, a rule or a codec of the host's that throws fails
 * its record alone, not the batch; and what it said stays out of the result, for it may hold the record's values.
 */
function planned<T extends Seen>(
  { sync }: SyncScope,
  one: T,
  failed: Failed[],
  times?: Parameters<typeof planRecord>[3],
): readonly (T & { readonly plan: RecordPlan })[] {
  try {
    const plan = planRecord(sync, one.pair, one.views, times);
    if (plan.kind === "fields") plan.fields.forEach(encodeOnce);
    return [{ ...one, plan }];
  } catch (error) {
    failed.push({ ...one, result: failure(error) });
    return [];
  }
}

/** What is to be sent is translated once here, where a codec that throws fails its record alone. */
function encodeOnce({ view, action, merged = null }: FieldPlan): void {
  if (action === "push" || action === "merge") view.field.encode(action === "merge" ? merged : view.local.value);
}

function failure(error: unknown): RecordResult {
  const fields = isHubspokeError(error) ? error.details.fields : [];
  return { status: "failed", code: "SYNC_RECORD_FAILED", fields: Array.isArray(fields) ? fields : [] };
}

type Look = { readonly views: readonly FieldView[] } | { readonly result: RecordResult };

async function look(scope: SyncScope, pair: Pair, rules: ReadonlyMap<string, FieldRule>): Promise<Look> {
  try {
    const views = await observeFields(scope, pair);
    if (pair.local === null || pair.remote === null) translate(scope, pair);
    return { views: views.map((view) => ruled(view, rules.get(view.field.name))) };
  } catch (error) {
    if (!isHubspokeError(error, "SYNC_RECORD_FAILED")) throw error;
    return { result: failure(error) };
  }
}

/** A record that is to be created is translated once before it is planned: a codec that throws fails it here, alone. */
function translate({ sync }: SyncScope, { local, remote }: Pair): void {
  for (const field of sync.fields) {
    if (remote !== null) field.decode(remote.values);
    if (local !== null) field.encode(local.values[field.name] ?? null);
  }
}

function ruled(view: FieldView, rule: FieldRule | undefined): FieldView {
  return rule === undefined ? view : { ...view, decided: true, field: { ...view.field, rule } };
}
