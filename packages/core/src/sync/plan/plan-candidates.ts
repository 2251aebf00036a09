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
import type { RecordPlan } from "./types.ts";

export interface Planned {
  readonly plans: readonly { readonly plan: RecordPlan; readonly candidates: readonly Candidate[] }[];
  readonly echoes: readonly Candidate[];
  /** Records that could not even be looked at, for instance because their codec threw. */
  readonly failed: readonly {
    readonly pair: Pair;
    readonly candidates: readonly Candidate[];
    readonly result: RecordResult;
  }[];
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
  const failed = seen.filter((one) => "result" in one);
  const looked = await withoutStaleParked(
    scope,
    seen.filter((one) => "views" in one),
  );
  const drafts = looked.map((one) => ({ ...one, plan: planRecord(scope.sync, one.pair, one.views) }));
  const asking = drafts.flatMap((draft) =>
    draft.plan.kind === "needs-times" ? [{ draft, fields: draft.plan.fields }] : [],
  );
  if (asking.length === 0) return { plans: drafts, echoes, failed };
  const asked = asking.map(({ draft, fields }) => ({ pair: draft.pair, fields }));
  const times = await editTimes(scope, session, asked);
  const timed = new Map(
    asking.map(({ draft }, i) => [draft, planRecord(scope.sync, draft.pair, draft.views, times[i])]),
  );
  return { plans: drafts.map((draft) => ({ ...draft, plan: timed.get(draft) ?? draft.plan })), echoes, failed };
}

type Look = { readonly views: readonly FieldView[] } | { readonly result: RecordResult };

async function look(scope: SyncScope, pair: Pair, rules: ReadonlyMap<string, FieldRule>): Promise<Look> {
  try {
    const views = await observeFields(scope, pair);
    if (pair.local === null || pair.remote === null) translate(scope, pair);
    return { views: views.map((view) => ruled(view, rules.get(view.field.name))) };
  } catch (error) {
    if (!isHubspokeError(error, "SYNC_RECORD_FAILED")) throw error;
    const fields = error.details.fields;
    return { result: { status: "failed", code: error.code, fields: Array.isArray(fields) ? fields : [] } };
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
  return rule === undefined ? view : { ...view, field: { ...view.field, rule } };
}
