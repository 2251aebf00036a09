import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs } from "../../ports/ids.ts";
import { groupBy } from "../../util/group-by.ts";
import type { BoundField } from "../declare/bind.ts";
import { type FieldMoment, mayBeOurs, timelineOf, traceWrite } from "../observe/timeline.ts";
import { readHistories } from "../observe/times.ts";
import type { Fence, Session, SyncScope } from "../scope.ts";
import { sendUntil } from "./admit.ts";
import { pushHashes } from "./intent.ts";
import { type Intended, lockAgain, lockOnceMore, type MakeWay } from "./late.ts";
import type { OursAndTheirs } from "./settle-list.ts";

/** A user's value to put back over ours. `item` is the write it follows from. */
export interface Repair<T extends Intended = Intended> extends OursAndTheirs {
  readonly item: T;
  readonly hubspotId: string;
  readonly field: BoundField;
  /** What allows it to be written; the session's fence when absent. */
  readonly fence?: Fence;
  /** Of a list: what is to be put back once this was. */
  readonly again?: (timeline: readonly FieldMoment[]) => Promise<OursAndTheirs | null>;
}

const rounds = 3;

/**
 * Puts covered edits back and checks that the repair covered none itself, in which case the newer edit is put back.
 * Like every write it is sent only while its fence stands: another worker may have repaired the same, and gone on. The
 * caller keeps the intent open meanwhile. Answers the items whose repair was not sent or has an unknown outcome: their
 * intents have to stay, for recovery. One that another worker has closed meanwhile is opened anew: a request that stood
 * still on its way may have landed over an edit made after that worker looked, or may land when the next one has.
 */
export async function repair<T extends Intended>(
  scope: SyncScope,
  session: Session,
  repairs: readonly Repair<T>[],
  makeWay?: MakeWay,
): Promise<ReadonlySet<T>> {
  const unknown = new Set<T>();
  const late = new Set<T>();
  const tried: Repair<T>[] = [];
  let open = repairs;
  for (let round = 0; round < rounds && open.length > 0; round++) {
    const { asked, sent, failed, writtenAt, leftLate } = await putBack(scope, session, open);
    if (leftLate) tried.push(...asked);
    for (const { item } of failed) {
      unknown.add(item);
      if (leftLate) late.add(item);
    }
    open = await coveredByRepair(scope, session, sent, writtenAt);
  }
  for (const { item } of open) unknown.add(item);
  const asSent = (items: ReadonlySet<T>) =>
    Promise.all(
      [...items].map((item) =>
        withLists(
          scope,
          item,
          tried.filter((one) => one.item === item),
        ),
      ),
    );
  await lockAgain(scope, await asSent(unknown), makeWay);
  await lockOnceMore(scope, await asSent(late), makeWay);
  return unknown;
}

/**
 * A write as recovery is to look for it. Where it was recovered meanwhile, and both sides went on, a repair of a list that
 * came late is what covered something, in turn: what people said between the state it was made of and its own.
 */
async function withLists(scope: SyncScope, { intent }: Intended, repairs: readonly Repair[]): Promise<Intended> {
  const fields = { ...intent.fields };
  for (const { field, ours, theirs } of repairs) {
    if (field.rule !== "union") continue;
    const hashes = await pushHashes(scope, intent.localId ?? "", field, field.decode(theirs.values), ours.values);
    fields[field.name] = { ...hashes, repairedAt: ours.at };
  }
  return { intent: { ...intent, fields } };
}

interface PutBack<T extends Intended> {
  /** Those that were written: others were not theirs to write any more. */
  readonly asked: readonly Repair<T>[];
  readonly sent: readonly Repair<T>[];
  readonly failed: readonly Repair<T>[];
  /** HubSpot's modified time of each record that was written. */
  readonly writtenAt: ReadonlyMap<string, EpochMs>;
  /** Whether its lock was over when it left, or may have been. */
  readonly leftLate: boolean;
}

async function putBack<T extends Intended>(
  scope: SyncScope,
  session: Session,
  repairs: readonly Repair<T>[],
): Promise<PutBack<T>> {
  const { allowed, until } = await underFence(session, repairs);
  if (allowed.length === 0) return { asked: allowed, sent: [], failed: repairs, writtenAt: new Map(), leftLate: false };
  const byRecord = groupBy(allowed, ({ hubspotId }) => hubspotId);
  const records = [...byRecord];
  const outcomes = await sendUntil(scope, session, until, (signal) =>
    scope.deps.remote.update({
      tenant: scope.tenant,
      object: scope.object,
      writes: records.map(([id, fields]) => ({ id, values: Object.assign({}, ...fields.map(valuesOf)) })),
      lane: session.lane,
      signal,
    }),
  );
  const landed = new Map(
    outcomes.flatMap((outcome) =>
      outcome.ok ? [[records[outcome.index]?.[0] ?? "", outcome.value.updatedAt] as const] : [],
    ),
  );
  return {
    asked: allowed,
    writtenAt: landed,
    leftLate: scope.deps.clock.now() >= until + scope.settings.marginMs,
    sent: repairs.filter(({ hubspotId }) => landed.has(hubspotId)),
    failed: repairs.filter(({ hubspotId }) => !landed.has(hubspotId)),
  };
}

/** The repairs whose fences stand, and until when all of those do. */
async function underFence<T extends Intended>(
  session: Session,
  repairs: readonly Repair<T>[],
): Promise<{ readonly allowed: readonly Repair<T>[]; readonly until: EpochMs }> {
  const allowed: Repair<T>[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const [fence, some] of groupBy(repairs, (one) => one.fence ?? session.fence)) {
    try {
      until = Math.min(until, await fence.hold());
      allowed.push(...some);
    } catch (error) {
      // Somebody else has taken over: what is left of these is found by recovery.
      if (!isHubspokeError(error, "LEASE_LOST")) throw error;
    }
  }
  return { allowed, until };
}

function valuesOf({ field, theirs }: Repair): Readonly<Record<string, string>> {
  return Object.fromEntries(field.properties.map((property) => [property, theirs.values[property] ?? ""]));
}

async function coveredByRepair<T extends Intended>(
  scope: SyncScope,
  session: Session,
  repairs: readonly Repair<T>[],
  writtenAt: ReadonlyMap<string, EpochMs>,
): Promise<readonly Repair<T>[]> {
  const properties = [...new Set(repairs.flatMap(({ field }) => field.properties))];
  const records = await readHistories(
    scope,
    session,
    repairs.map(({ hubspotId }) => hubspotId),
    properties,
  );
  const found = await Promise.all(
    repairs.map(async (one) => {
      const history = records.get(one.hubspotId)?.history;
      if (history === undefined) return [];
      const { field, ours, theirs } = one;
      const timeline = timelineOf(field, history);
      if (one.again !== undefined) {
        const more = await one.again(timeline);
        return more === null ? [] : [{ ...one, ...more }];
      }
      const start = timeline.findIndex((moment) => moment.at === ours.at);
      const since = timeline.slice(Math.max(0, start));
      const trace = await traceWrite({
        field,
        timeline: since,
        readAt: ours.at,
        wasRead: async (values) => field.canonicalRemote(values) === field.canonicalRemote(ours.values),
        isWritten: async (moment) =>
          mayBeOurs(moment) && field.canonicalRemote(moment.values) === field.canonicalRemote(theirs.values),
        writtenAt: writtenAt.get(one.hubspotId) ?? ours.at,
      });
      const { landed, covered, standing } = trace;
      if (covered === null || landed === null || !standing) return [];
      return [{ ...one, ours: landed, theirs: covered }];
    }),
  );
  return found.flat();
}
