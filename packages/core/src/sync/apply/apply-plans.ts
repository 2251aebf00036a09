import type { RecordPlan } from "../plan/types.ts";
import type { Session, SyncScope } from "../scope.ts";
import { createLocal } from "./create-local.ts";
import { applyGone, applyRelink, applyReturned } from "./gone.ts";
import { rememberPairs } from "./link.ts";
import { pullFields } from "./pull.ts";
import { busy, done, leftAlone, type RecordResult } from "./result.ts";
import type { Tally } from "./tally.ts";
import type { FieldsItem } from "./work-item.ts";

/** What is left for HubSpot once everything else is applied: gathered into full batches by the caller. */
export interface Outbound {
  readonly pushes: readonly { readonly plan: RecordPlan; readonly item: FieldsItem }[];
  readonly creates: readonly Extract<RecordPlan, { kind: "create-hubspot" }>[];
}

export interface Applied {
  /** Results of the plans that need nothing from HubSpot. */
  readonly results: ReadonlyMap<RecordPlan, RecordResult>;
  readonly outbound: Outbound;
}

/**
 * Applies everything that costs no call to HubSpot: links, agreements, local writes, creates and deletes. Fields that
 * travel both ways within one record are pulled first; the push that follows works on the record as it is then.
 */
export async function applyLocally(
  scope: SyncScope,
  session: Session,
  plans: readonly RecordPlan[],
  tally: Tally,
): Promise<Applied> {
  const results = new Map<RecordPlan, RecordResult>();
  const keep = <P extends RecordPlan>(some: readonly P[], answers: readonly RecordResult[]) => {
    for (const [i, plan] of some.entries()) results.set(plan, answers[i] ?? done);
  };

  for (const plan of plans) {
    if (plan.kind === "none") results.set(plan, done);
    if (plan.kind === "none" || plan.kind === "fields") tally.count("skipped:refused", plan.refused?.length ?? 0);
    if (plan.kind !== "skip") continue;
    results.set(plan, leftAlone);
    tally.count(`skipped:${plan.reason}`);
  }
  const relinks = plans.filter((plan) => plan.kind === "relink");
  keep(relinks, await applyRelink(scope, relinks, tally));
  const gone = plans.filter((plan) => plan.kind === "gone");
  keep(gone, await applyGone(scope, session, gone, tally));
  const returned = plans.filter((plan) => plan.kind === "returned");
  keep(returned, await applyReturned(scope, returned, tally));
  const creates = plans.filter((plan) => plan.kind === "create-local");
  keep(
    creates,
    await createLocal(
      scope,
      session,
      creates.map(({ pair }) => pair),
      tally,
    ),
  );

  const fields = plans.filter((plan) => plan.kind === "fields");
  const remembered = await rememberPairs(scope, fields, tally);
  const items = new Map<RecordPlan, FieldsItem>();
  fields.forEach((plan, i) => {
    const item = remembered[i];
    if (item == null) results.set(plan, busy(scope));
    else items.set(plan, item);
  });
  const pushes = await pullFirst(scope, session, items, results, tally);
  return { results, outbound: { pushes, creates: plans.filter((plan) => plan.kind === "create-hubspot") } };
}

async function pullFirst(
  scope: SyncScope,
  session: Session,
  items: ReadonlyMap<RecordPlan, FieldsItem>,
  results: Map<RecordPlan, RecordResult>,
  tally: Tally,
): Promise<Outbound["pushes"]> {
  const pulling = [...items].filter(([, item]) => item.fields.some(({ action }) => action !== "push"));
  const pulled = await pullFields(
    scope,
    session,
    pulling.map(([, item]) => ({ ...item, fields: item.fields.filter(({ action }) => action !== "push") })),
    tally,
  );
  const now = new Map(pulling.map(([plan], i) => [plan, pulled[i]]));
  const pushes: { plan: RecordPlan; item: FieldsItem }[] = [];
  for (const [plan, item] of items) {
    const own = now.get(plan);
    const outbound = item.fields.filter((one) => one.action !== "pull" && own?.refused.includes(one) !== true);
    if (own !== undefined && own.result.status !== "done") results.set(plan, own.result);
    else if (outbound.length === 0 || scope.sync.declared.readOnly) {
      results.set(plan, done);
      if (outbound.length > 0) tally.count("skipped:read-only");
    } else
      pushes.push({
        plan,
        item: { ...item, link: own?.link ?? item.link, local: own?.local ?? item.local, fields: outbound },
      });
  }
  return pushes;
}
