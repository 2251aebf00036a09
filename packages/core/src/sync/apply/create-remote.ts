import type { BatchOutcome } from "../../model/record.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { BoundField } from "../declare/bind.ts";
import { agreedBase, refusedBase } from "../observe/fields.ts";
import type { Pair } from "../observe/pair.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { admit, markSent, release, sendUntil, type Wanted } from "./admit.ts";
import { commitLinks, newLink } from "./commit.ts";
import { intentRow, pushHashes } from "./intent.ts";
import { isKnown } from "./pushed.ts";
import { again, busy, done, type RecordResult } from "./result.ts";
import type { Tally } from "./tally.ts";

interface NewRemote extends Wanted {
  readonly local: LocalRecord;
  readonly link: null;
}

interface Answer {
  readonly outcome: BatchOutcome<RemoteRecord> | null;
  readonly sent: readonly BoundField[];
  /** Fields that were left out, and the code each was refused with. */
  readonly refused: ReadonlyMap<BoundField, string>;
}

/**
 * Creates local records in HubSpot, at most once each, and links them. The look-up by match key came before (the
 * planner plans a create only when nothing was found); after an unknown outcome recovery looks again, for a create is
 * never sent twice blindly (hubspot-facts §6).
 */
export async function createRemote(
  scope: SyncScope,
  session: Session,
  pairs: readonly Pair[],
  tally: Tally,
): Promise<readonly RecordResult[]> {
  if (await localBirthsOpen(scope)) return pairs.map(() => busy(scope));
  const wanted = await Promise.all(
    pairs.flatMap(({ local }) => (local === null ? [] : [withIntent(scope, session, local)])),
  );
  const { admitted, until } = await admit(scope, session, wanted);
  const now = scope.deps.clock.now();
  if (admitted.length === 0) return pairs.map(() => busy(scope));
  await markSent(scope, admitted);
  const answers = await sendUntil(scope, session, until, (signal) => send(scope, session, admitted, signal));
  const results = await linkCreated(scope, admitted, answers, now, tally);
  return pairs.map(({ local }) => results.get(local?.id ?? "") ?? busy(scope));
}

/**
 * Whether a local record may exist that we created for a HubSpot record and have not linked yet. It looks like one that
 * HubSpot has never seen, and with its key edited meanwhile nothing but that intent tells it apart.
 */
async function localBirthsOpen({ deps, tenant, name }: SyncScope): Promise<boolean> {
  const open = await deps.storage.intents.open(tenant, name, deps.clock.now() + 1, 1_000);
  return open.some(({ direction, kind }) => direction === "to-local" && kind === "create");
}

async function withIntent(scope: SyncScope, session: Session, local: LocalRecord): Promise<NewRemote> {
  const fields = await Promise.all(
    writable(scope).map(async (field) => {
      const value = local.values[field.name] ?? null;
      return [field.name, await pushHashes(scope, local.id, field, value, {})] as const;
    }),
  );
  const intent = intentRow(scope, {
    direction: "to-hubspot",
    kind: "create",
    localId: local.id,
    hubspotId: null,
    createKey: `hubspoke:${scope.name}:${local.id}`,
    readAt: scope.deps.clock.now(),
    fence: session.fence.token,
    fields: Object.fromEntries(fields),
  });
  return { local, link: null, intent };
}

function writable(scope: SyncScope): readonly BoundField[] {
  return scope.sync.fields.filter((field) => field.direction !== "from-hubspot");
}

/** What is sent: empty values are left out, for a new record has nothing to clear. */
function encoded(local: LocalRecord, fields: readonly BoundField[]): Readonly<Record<string, string>> {
  const all = Object.assign({}, ...fields.map((field) => field.encode(local.values[field.name] ?? null)));
  return Object.fromEntries(Object.entries<string>(all).filter(([, text]) => text !== ""));
}

/** One batch; then, for records of which HubSpot refused some properties, what is left of each. Never without its match key. */
async function send(
  scope: SyncScope,
  session: Session,
  items: readonly NewRemote[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const answers = new Map<NewRemote, Answer>();
  let open = items.map((item) => ({ item, sent: writable(scope), refused: new Map<BoundField, string>() }));
  while (open.length > 0) {
    const outcomes = await scope.deps.remote.create({
      tenant: scope.tenant,
      object: scope.object,
      creates: open.map(({ item, sent }) => ({
        createKey: item.intent.createKey ?? item.intent.id,
        values: encoded(item.local, sent),
        ...(scope.sync.idProperty !== null && { idProperty: scope.sync.idProperty }),
      })),
      lane: session.lane,
      signal,
    });
    const next: typeof open = [];
    open.forEach((one, i) => {
      const outcome = outcomes.find(({ index }) => index === i) ?? null;
      const refused = refusedFields(scope, outcome, one.sent);
      if (refused.size === 0) answers.set(one.item, { outcome, sent: one.sent, refused: one.refused });
      else
        next.push({
          item: one.item,
          sent: one.sent.filter((field) => !refused.has(field)),
          refused: new Map([...one.refused, ...refused]),
        });
    });
    open = next;
  }
  return items.map((item) => answers.get(item) as Answer);
}

function refusedFields(
  scope: SyncScope,
  outcome: BatchOutcome<RemoteRecord> | null,
  sent: readonly BoundField[],
): Answer["refused"] {
  if (outcome === null || outcome.ok || outcome.code === "CONFLICT" || !isKnown(outcome)) return new Map();
  const refused = sent.filter((field) => field.properties.some((property) => outcome.properties.includes(property)));
  if (refused.some((field) => scope.sync.declared.match.includes(field.name))) return new Map();
  return new Map(refused.map((field) => [field, outcome.code]));
}

async function linkCreated(
  scope: SyncScope,
  items: readonly NewRemote[],
  answers: readonly Answer[],
  seenAt: number,
  tally: Tally,
): Promise<ReadonlyMap<string, RecordResult>> {
  const created = items.flatMap((item, i) => {
    const answer = answers[i] as Answer;
    return answer.outcome?.ok ? [{ item, answer, record: answer.outcome.value }] : [];
  });
  const rows = await commitLinks(
    scope,
    await Promise.all(
      created.map(async ({ item, answer, record }) => ({
        link: newLink(scope, item.local.id, record.id, seenAt),
        fields: await basesOf(scope, item.local, record, answer),
      })),
    ),
  );
  const linked = new Set(rows.flatMap((row) => row?.localId ?? []));
  await release(
    scope,
    items.filter((item, i) => {
      const { outcome } = answers[i] as Answer;
      return outcome?.ok ? linked.has(item.local.id) : outcome !== null && isKnown(outcome);
    }),
  );
  return new Map(
    items.map((item, i) => [
      item.local.id,
      report(scope, item, answers[i] as Answer, linked.has(item.local.id), tally),
    ]),
  );
}

async function basesOf(
  scope: SyncScope,
  local: LocalRecord,
  record: RemoteRecord,
  { sent, refused }: Answer,
): Promise<Record<string, FieldBase>> {
  const bases: Record<string, FieldBase> = {};
  for (const field of [...sent, ...refused.keys()]) {
    const value = local.values[field.name] ?? null;
    const known = field.properties.every((property) => property in record.values);
    const code = refused.get(field);
    const values = known ? record.values : code === undefined ? field.encode(value) : {};
    const sides = [local.id, field, value, values] as const;
    bases[field.name] =
      code === undefined ? await agreedBase(scope, ...sides) : await refusedBase(scope, code, undefined, ...sides);
  }
  return bases;
}

function report(
  scope: SyncScope,
  item: NewRemote,
  { outcome, refused }: Answer,
  linked: boolean,
  tally: Tally,
): RecordResult {
  const now = scope.deps.clock.now();
  const localId = item.local.id;
  const fields = [...refused.keys()].map(({ name }) => name);
  if (outcome?.ok) {
    const hubspotId = outcome.value.id;
    tally.count("createdHubspot");
    tally.log({ status: "success", action: "create-hubspot", localId, hubspotId });
    for (const [{ name }, errorCode] of refused) {
      tally.count("refused");
      tally.log({ status: "error", action: "create-hubspot", localId, hubspotId, fields: [name], errorCode });
    }
    return linked ? done : again(now + scope.settings.leaseMs, "LINK_MOVED");
  }
  const errorCode = outcome?.code ?? "UNKNOWN_OUTCOME";
  tally.log({ status: "error", action: "create-hubspot", localId, hubspotId: null, fields, errorCode });
  if (outcome === null || !isKnown(outcome)) return again(now + scope.settings.leaseMs, errorCode);
  // Others of its batch were refused, and leave it: nothing is known against this one.
  if (errorCode === "NOT_SENT") return again(now, errorCode);
  if (["VALIDATION_FAILED", "PROPERTY_UNKNOWN", "OUTBOUND_REFUSED"].includes(errorCode))
    return { status: "failed", code: errorCode, fields: outcome.ok ? [] : outcome.properties };
  // Somebody created it meanwhile, or search did not show it yet: the next look finds it by its key and links it.
  return errorCode === "RATE_LIMITED"
    ? again(now + 10_000, errorCode)
    : { status: "retry", at: now + 1_000, code: errorCode };
}
