import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { BatchOutcome } from "../../model/record.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import { refusedBase } from "../observe/fields.ts";
import type { FieldPlan } from "../plan/types.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { admit, markSent, release, sendUntil } from "./admit.ts";
import { type Checked, checkWrites } from "./check.ts";
import { commitLinks } from "./commit.ts";
import { intentRow, pushHashes } from "./intent.ts";
import { type Locks, locksOf } from "./late.ts";
import { closeWritten, stillWaiting } from "./parked.ts";
import { isKnown, type Pushed } from "./pushed.ts";
import { recoverIntents } from "./recover.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import { again, busy, done, type RecordResult } from "./result.ts";
import type { Tally } from "./tally.ts";
import { type AdmittedFields, conflictsOf, type FieldsItem, fieldNames, valueToPush } from "./work-item.ts";

/**
 * Writes local values to HubSpot: intents first, then one batch, then the history check, then the base, and only then
 * are the intents cleared. At most 100 items. A write of unknown outcome keeps its intent: recovery reads what became
 * of it, and nothing is sent twice.
 */
export async function pushFields(
  scope: SyncScope,
  session: Session,
  items: readonly FieldsItem[],
  tally: Tally,
): Promise<readonly RecordResult[]> {
  if (items.length === 0) return [];
  const wanted = await Promise.all(items.map((item) => withIntent(scope, session, item)));
  const { admitted, until } = await admit(scope, session, wanted);
  if (admitted.length === 0) return items.map(() => busy(scope));
  // The second half of a merge was logged by the first.
  const conflicted = admitted.map((item) => ({
    ...item,
    fields: item.fields.filter((plan) => plan.action !== "merge"),
  }));
  await tally.conflicts(conflicted.flatMap(conflictsOf));
  await markSent(scope, admitted);
  const pushed = await sendUntil(scope, session, until, (signal) => send(scope, session, admitted, signal));
  const locks = await locksOf(scope, session, pushed, until, () => recoverIntents(scope, session));
  const results = await settleAnswers(scope, session, pushed, locks, tally).finally(() => locks.outlast());
  const byId = new Map(pushed.map(({ item }, i) => [item.link.localId, results[i] as RecordResult]));
  return items.map((item) => byId.get(item.link.localId) ?? busy(scope));
}

async function withIntent(scope: SyncScope, session: Session, item: FieldsItem): Promise<AdmittedFields> {
  const fields = await Promise.all(
    item.fields.map(async (plan) => {
      const { field } = plan.view;
      const value = valueToPush(item, plan);
      return [field.name, await pushHashes(scope, item.local.id, field, value, item.remote.values)] as const;
    }),
  );
  const intent = intentRow(scope, {
    direction: "to-hubspot",
    kind: "update",
    localId: item.link.localId,
    hubspotId: item.link.hubspotId,
    readAt: item.remote.updatedAt,
    fence: session.fence.token,
    fields: Object.fromEntries(fields),
  });
  return { ...item, intent };
}

/** One batch; then, for records of which HubSpot refused some properties, the rest of each, until nothing is refused. */
async function send(
  scope: SyncScope,
  session: Session,
  items: readonly AdmittedFields[],
  signal: AbortSignal,
): Promise<readonly Pushed[]> {
  const answers = new Map<AdmittedFields, Pushed>();
  let open: Pushed[] = items.map((item) => ({ item, outcome: null, sent: item.fields, refused: [] }));
  while (open.length > 0) {
    const outcomes = await scope.deps.remote.update({
      tenant: scope.tenant,
      object: scope.object,
      writes: open.map(({ item, sent }) => ({ id: item.link.hubspotId, values: encoded(item, sent) })),
      lane: session.lane,
      signal,
    });
    const next: Pushed[] = [];
    for (const [i, push] of open.entries()) {
      const outcome = outcomes.find((one) => one.index === i) ?? null;
      const refusal = outcome === null || outcome.ok ? null : refusalOf(outcome, push.sent);
      const rest = refusal === null ? { ...push, outcome: outcome ?? lost(i) } : setAside(push, refusal);
      if (refusal !== null && rest.sent.length > 0) next.push(rest);
      else answers.set(push.item, rest);
    }
    open = next;
  }
  return items.map((item) => answers.get(item) as Pushed);
}

/** An input without an outcome: whether it was written is not known. */
function lost(index: number): BatchOutcome<RemoteRecord> {
  return { index, ok: false, code: "UNKNOWN_OUTCOME", status: null, properties: [] };
}

function setAside(push: Pushed, { code, fields }: Refusal): Pushed {
  return {
    ...push,
    sent: push.sent.filter((plan) => !fields.includes(plan)),
    refused: [...push.refused, ...fields.map((plan) => ({ plan, code }))],
  };
}

function encoded(item: FieldsItem, plans: readonly FieldPlan[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...plans.map((plan) => plan.view.field.encode(valueToPush(item, plan))));
}

async function settleAnswers(
  scope: SyncScope,
  session: Session,
  pushed: readonly Pushed[],
  locks: Locks,
  tally: Tally,
): Promise<readonly RecordResult[]> {
  const checked = await checkWrites(
    scope,
    session,
    pushed.filter(({ outcome }) => outcome?.ok),
    locks,
    tally,
  );
  const standing = pushed.filter(({ item }) => locks.stands(item));
  const kept = standing.filter((push) => checked.has(push.item) || push.refused.length > 0);
  const changes = await Promise.all(
    kept.map(async (push) => ({
      link: checked.get(push.item)?.link ?? push.item.link,
      fields: { ...(await refusedBases(scope, push)), ...checked.get(push.item)?.bases },
      seenAt: push.item.pair.readAt,
    })),
  );
  for (const [i, { item }] of kept.entries()) await closeWritten(scope, item, changes[i]?.fields ?? {});
  const rows = await commitLinks(scope, changes);
  const stored = new Map(kept.map((push, i) => [push.item, rows[i] != null]));
  const finished = standing.filter(({ item, outcome }) => {
    if (stored.get(item) === false) return false;
    return outcome === null || isKnown(outcome) ? checked.get(item)?.open !== true : false;
  });
  await release(
    scope,
    finished.map(({ item }) => item),
  );
  refuseWithoutScope(scope, pushed);
  return pushed.map((push) => {
    // What was not written left nothing to store: it is told of by its own code.
    const isStored = !standing.includes(push) && push.outcome?.ok !== false ? false : stored.get(push.item);
    return report(scope, push, checked.get(push.item), isStored, tally);
  });
}

/** A token that may not write fails the run, not one record after the other. */
function refuseWithoutScope(scope: SyncScope, pushed: readonly Pushed[]): void {
  if (!pushed.some(({ outcome }) => outcome !== null && !outcome.ok && outcome.code === "AUTH_SCOPE_MISSING")) return;
  throw new HubspokeError(
    "AUTH_SCOPE_MISSING",
    `sync "${scope.name}": the token may not write ${scope.object}; grant the scope, or declare readOnly`,
    { details: { sync: scope.name, object: scope.object } },
  );
}

/** A refused value is not sent again until a side changes: the base holds both sides as they are. */
async function refusedBases(scope: SyncScope, { item, refused }: Pushed): Promise<Record<string, FieldBase>> {
  const bases: Record<string, FieldBase> = {};
  for (const { plan, code } of refused) {
    const { field } = plan.view;
    const sides = [item.local.id, field, valueToPush(item, plan), item.remote.values] as const;
    const base = await refusedBase(scope, code, item.link.base[field.name], ...sides);
    bases[field.name] = { ...base, ...stillWaiting(plan.view) };
  }
  return bases;
}

function report(
  scope: SyncScope,
  { item, outcome, sent, refused }: Pushed,
  checked: Checked | undefined,
  stored: boolean | undefined,
  tally: Tally,
): RecordResult {
  const now = scope.deps.clock.now();
  const ids = { localId: item.link.localId, hubspotId: item.link.hubspotId };
  for (const { plan, code } of refused) {
    tally.count("refused");
    tally.log({ status: "error", action: "push", ...ids, fields: [plan.view.field.name], errorCode: code });
  }
  if (stored === false) return again(now + scope.settings.leaseMs, "LINK_MOVED");
  if (outcome === null) return done;
  if (outcome.ok) {
    tally.count("pushed");
    tally.log({ status: "success", action: "push", ...ids, fields: fieldNames(sent) });
    if (checked?.open) return again(now + scope.settings.leaseMs, "UNKNOWN_OUTCOME");
    return checked?.moved ? again(now, "HUBSPOT_MOVED") : done;
  }
  tally.log({ status: "error", action: "push", ...ids, fields: fieldNames(sent), errorCode: outcome.code });
  if (!isKnown(outcome)) return again(now + scope.settings.leaseMs, outcome.code);
  // Others of its batch were refused, and leave it: nothing is known against this one.
  if (outcome.code === "NOT_SENT") return again(now, outcome.code);
  if (["VALIDATION_FAILED", "PROPERTY_UNKNOWN", "CONFLICT", "OUTBOUND_REFUSED"].includes(outcome.code))
    return { status: "failed", code: outcome.code, fields: fieldNames(sent) };
  // Gone or merged: the next look sees it. Limited: HubSpot is to be asked later.
  return outcome.code === "RATE_LIMITED"
    ? again(now + 10_000, outcome.code)
    : { status: "retry", at: now, code: outcome.code };
}
