import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { MaybeAsync } from "../../util/maybe-async.ts";
import { fieldNameOf } from "../associations/association.ts";
import { agreedBase, hashOf, markOf, rehashed, sharedElements } from "../observe/fields.ts";
import type { FieldPlan, RecordPlan } from "../plan/types.ts";
import type { SyncScope } from "../scope.ts";
import { commitLinks, type LinkChange, newLink, takePair } from "./commit.ts";
import { intentRow } from "./intent.ts";
import { closeAll, closeConflicts, tellDecided } from "./parked.ts";
import type { ConflictEntry, Tally } from "./tally.ts";
import type { FieldsItem } from "./work-item.ts";

export type FieldsPlan = Extract<RecordPlan, { kind: "fields" }>;

/**
 * Remembers what needs no write: new pairs, fields that agree, differences that stand, conflicts that wait.
 * Answers the pair to write to, or null when it moved and has to be planned again.
 */
export async function rememberPairs(
  scope: SyncScope,
  plans: readonly FieldsPlan[],
  tally: Tally,
): Promise<readonly (FieldsItem | null)[]> {
  const items = plans.map((plan) => itemOf(scope, plan));
  await openLate(scope, items, plans);
  const busy = await openRecords(scope, items);
  const changes = await Promise.all(
    items.map((item, i) => (busy.has(item.link.localId) ? null : changeOf(scope, item, plans[i] as FieldsPlan))),
  );
  const wanted = changes.filter((change) => change !== null);
  const rows = await store(scope, wanted);
  const committed = new Map<LinkRow, LinkRow | null>(wanted.map((change, i) => [change.link, rows[i] ?? null]));
  // The pair first: killed in between, it waits for a row that is not there, and the next look logs that very row.
  await tally.conflicts(wanted.flatMap(({ link, waiting }) => (committed.get(link) == null ? [] : waiting)));
  const told = new Map<FieldsItem, ReadonlySet<string>>();
  for (const [i, item] of items.entries())
    if (changes[i] === null ? !busy.has(item.link.localId) : committed.get(item.link) != null)
      told.set(item, await settleWaiting(scope, item, plans[i] as FieldsPlan));
  return items.map((item, i) => {
    if (busy.has(item.link.localId)) return null;
    if (changes[i] === null) return { ...item, fields: withoutTold(item, told.get(item)) };
    const row = committed.get(item.link) ?? null;
    if (row === null) return null;
    if (plans[i]?.link) {
      tally.count("linked");
      tally.log({ status: "success", action: "link", localId: row.localId, hubspotId: row.hubspotId });
    }
    return { ...item, link: row, fields: withoutTold(item, told.get(item)) };
  });
}

/** One row for one conflict: where one waits, to be closed with its winner, the write logs no second. */
function withoutTold({ fields }: FieldsItem, told: ReadonlySet<string> | undefined): readonly FieldPlan[] {
  if (told === undefined || told.size === 0) return fields;
  return fields.map((plan) => {
    const { conflict, ...rest } = plan;
    return told.has(plan.view.field.name) ? rest : plan;
  });
}

/** Those that take a predecessor's place one by one: hardly ever is there more than one. */
async function store(scope: SyncScope, changes: readonly Remembered[]): Promise<readonly (LinkRow | null)[]> {
  const plain = changes.filter(({ heirOf }) => heirOf === undefined);
  const rows = (await commitLinks(scope, plain)).values();
  const stored: (LinkRow | null)[] = [];
  for (const change of changes) {
    const { heirOf } = change;
    // Closed before the pair is another's: killed in between, nobody would know of them any more.
    if (heirOf !== undefined) await closeAll(scope, heirOf);
    stored.push(heirOf === undefined ? (rows.next().value ?? null) : await takePair(scope, heirOf, change));
  }
  return stored;
}

/**
 * Opens the intents of writes that were given up and came late, as their senders would, which may be gone. What such a write
 * covered, recovery finds out: taken for agreed on, or for an edit of one side, it would have undone an edit unseen.
 */
async function openLate(scope: SyncScope, items: readonly FieldsItem[], plans: readonly FieldsPlan[]): Promise<void> {
  const rows = items.flatMap(({ pair, link }, i) => {
    const { localId } = pair.heirOf ?? link;
    const late = (plans[i]?.fields ?? []).flatMap(({ view: { late, base, field } }) =>
      late && base?.givenUp ? [[field.name, base.givenUp] as const] : [],
    );
    if (late.length === 0) return [];
    const row = intentRow(scope, {
      direction: "to-hubspot",
      kind: "update",
      localId,
      hubspotId: link.hubspotId,
      readAt: Math.min(...late.map(([, { readAt }]) => readAt)),
      fence: 0,
      fields: Object.fromEntries(late),
    });
    return [{ ...row, state: "sent" as const, createdAt: row.createdAt - scope.settings.leaseMs - 1 }];
  });
  if (rows.length > 0) await scope.deps.storage.intents.store(rows);
}

/**
 * Records with a write whose outcome is not known yet. What looks like agreement there may be that very write, landed,
 * and agreeing on it now would forget what recovery has to compare with. Asked after both sides were read.
 */
async function openRecords(scope: SyncScope, items: readonly FieldsItem[]): Promise<ReadonlySet<string>> {
  if (items.length === 0) return new Set();
  const { tenant, name, deps } = scope;
  const localIds = items.map(({ link }) => link.localId);
  const hubspotIds = items.map(({ link }) => link.hubspotId);
  const open = await deps.storage.intents.byRecord(tenant, name, localIds, hubspotIds);
  const [locals, remotes] = [new Set(open.map((row) => row.localId)), new Set(open.map((row) => row.hubspotId))];
  return new Set(
    items.filter(({ link }) => locals.has(link.localId) || remotes.has(link.hubspotId)).map(({ link }) => link.localId),
  );
}

function itemOf(scope: SyncScope, plan: FieldsPlan): FieldsItem {
  const { link, local, remote, readAt } = plan.pair;
  if (local === null || remote === null) throw new TypeError("a plan for fields has both sides");
  return {
    pair: plan.pair,
    link: link ?? newLink(scope, local.id, remote.id, readAt),
    local,
    remote,
    fields: plan.fields.filter(({ action }) => action === "push" || action === "pull" || action === "merge"),
  };
}

interface Remembered extends LinkChange {
  /** What is to wait for review from now on. */
  readonly waiting: readonly ConflictEntry[];
  readonly heirOf?: LinkRow | undefined;
}

async function changeOf(scope: SyncScope, item: FieldsItem, plan: FieldsPlan): Promise<Remembered | null> {
  const fields: Record<string, FieldBase> = {};
  const waiting = plan.fields.flatMap((field) => waitingFor(scope, item, field) ?? []);
  for (const field of plan.fields) {
    const { name } = field.view.field;
    const parked = waiting.find((entry) => entry.field === name)?.id;
    const base =
      parked === undefined
        ? await baseOf(scope, item, field)
        : { ...(await baseBefore(scope, item, field.view)), parked };
    if (base !== null) fields[name] = base;
  }
  const { link } = item;
  const { readAt, heirOf } = item.pair;
  // What its predecessor agreed on: without it a moved reference would be taken for a first contact, and put back.
  for (const name of heirOf === undefined ? [] : scope.associations.map(fieldNameOf)) {
    const base = heirOf?.base[name];
    if (heirOf && base) fields[name] = { heirOf: heirOf.localId, ...base };
  }
  if (Object.keys(fields).length === 0 && link.version > 0 && link.state === "linked") return null;
  return { link, fields, state: "linked", seenAt: readAt, waiting, heirOf };
}

function waitingFor(scope: SyncScope, item: FieldsItem, plan: FieldPlan): ConflictEntry | null {
  const { view, action, conflict, times } = plan;
  if (action !== "park" || conflict === undefined) return null;
  const { localId, hubspotId } = item.link;
  const id = view.waitsFor ?? scope.deps.newId();
  const entry = { id, localId, hubspotId, field: view.field.name, settlement: conflict, times: times ?? null };
  return { ...entry, local: view.local.value, hubspot: view.remote.value };
}

async function baseOf(scope: SyncScope, item: FieldsItem, { view, action }: FieldPlan): Promise<FieldBase | null> {
  const name = view.field.name;
  const sides = [item.local.values[name] ?? null, item.remote.values] as const;
  if (action === "agree") return agreedBase(scope, item.local.id, view.field, ...sides, item.remote.updatedAt);
  if (action === "rehash" && view.base !== null) {
    return rehashed(scope, item.local.id, view.field, view.base, sides);
  }
  if (item.pair.heirOf !== undefined && view.base !== null) return inherited(scope, item, view);
  // What is written waits until it is: refused, or left out, it is not decided.
  if (action !== "hold" || view.base === null) return null;
  const { parked: _, ...base } = view.base;
  return base;
}

/** What a field that waits is compared with while it does. */
function baseBefore(scope: SyncScope, item: FieldsItem, view: FieldPlan["view"]): MaybeAsync<FieldBase> {
  return item.pair.heirOf === undefined && view.base !== null ? view.base : inherited(scope, item, view);
}

/** Under the record's own id, which side has changed since both agreed, its predecessor perhaps: it is about to be written. */
async function inherited(scope: SyncScope, item: FieldsItem, view: FieldPlan["view"]): Promise<FieldBase> {
  const { field, local, remote, agreed } = view;
  const value = item.local.values[field.name] ?? null;
  const base = await agreedBase(scope, item.local.id, field, value, item.remote.values);
  // Without any hash they would never have agreed, and an empty side be filled. This one is of nothing that either can hold.
  const of = hashOf(scope, item.local.id, field.name);
  const neither = () => scope.deps.hasher.hash(of, scope.deps.newId());
  const before = hashOf(scope, item.pair.heirOf?.localId ?? item.local.id, field.name);
  const sides = [value, field.decode(item.remote.values)] as const;
  return {
    local: !local.changed ? base.local : agreed && remote.changed ? await neither() : "",
    remote: remote.changed ? "" : base.remote,
    ...markOf(field),
    ...(base.elements && { elements: await sharedElements(scope, of, sides, view.baseElements, before) }),
  };
}

/**
 * Closes conflicts that waited for review and are over without a write. Those that are about to be written are told what
 * is decided between, and closed once it is; answers their fields.
 */
async function settleWaiting(scope: SyncScope, { link }: FieldsItem, plan: FieldsPlan): Promise<ReadonlySet<string>> {
  const { localId } = link;
  const waiting = plan.fields.filter(({ view, action }) => view.base?.parked !== undefined && action !== "park");
  const over = waiting.filter(({ action }) => action === "agree" || action === "hold");
  await closeConflicts(scope, {
    localId,
    winners: new Map(over.map(({ view }) => [view.field.name, "merged" as const])),
  });
  const values = waiting.flatMap(({ view, conflict }) =>
    conflict === undefined ? [] : [[view.field.name, { local: view.local.value, hubspot: view.remote.value }] as const],
  );
  return tellDecided(scope, localId, new Map(values));
}
