import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { RowId } from "../../ports/ids.ts";
import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { WorkSide } from "../../ports/work-store.ts";
import { groupBy } from "../../util/group-by.ts";
import { readLocal } from "../observe/gather.ts";
import { linksOfLocal, linksOfRemote } from "../observe/links.ts";
import { acquireRecovery } from "../run/fence.ts";
import type { Session, SyncScope } from "../scope.ts";
import { clearIntents } from "./admit.ts";
import { byHalves } from "./at-fault.ts";
import { commitLinks } from "./commit.ts";
import { recoverArchives } from "./recover-archive.ts";
import { recoverCreatesInHubspot, recoverCreatesLocally } from "./recover-create.ts";
import { recoverPull } from "./recover-pull.ts";
import { recoverPushes } from "./recover-push.ts";
import type { Recovered } from "./recovered.ts";
import { createTally, type Tally } from "./tally.ts";

/**
 * Finishes what a killed or timed-out worker left: finds out what became of each write and remembers that. It repeats
 * the check, never the write; whatever is missing then is planned anew from both sides as they are. Only intents
 * older than a lease are touched: a live worker has given up its write by then. Answers how many were recovered.
 */
export async function recoverIntents(scope: SyncScope, session: Session, limit = 100): Promise<number> {
  const { intents } = scope.deps.storage;
  // To find out what became of a create in a table is to ask for it again. They wait until the sync may write.
  if (scope.sync.declared.shadow) return 0;
  const before = scope.deps.clock.now() - scope.settings.leaseMs;
  const openNow = (most: number) => intents.open(scope.tenant, scope.name, before, most);
  if ((await openNow(1)).length === 0) return 0;
  // One worker at a time: two that repair the same write would each take the other's repair for nothing, and a late one
  // would land over an edit that nobody looks for any more.
  const lease = await acquireRecovery(scope);
  if (lease === null) return 0;
  try {
    const looked = new Set<RowId>();
    let recovered = 0;
    let unread: unknown;
    // Past those that stay open: where the source fails at a hundred rows, nobody else's would ever be looked at.
    for (let more = true; more && recovered < limit && session.signal?.aborted !== true; ) {
      await lease.hold();
      // Asked again: whoever held it before may have finished them. What is repaired is repaired under this very lease.
      const left = (await openNow(looked.size + limit)).filter(({ id }) => !looked.has(id)).slice(0, limit);
      more = left.length === limit;
      if (left.length === 0) break;
      for (const { id } of left) looked.add(id);
      // Whoever made them may only be standing still, on its way to clear them.
      await intents.takeOver(
        scope.tenant,
        left.map(({ id }) => id),
      );
      const taken = left.map((row) => ({ ...row, attempt: row.attempt + 1 }));
      const links = await linksOf(scope, taken);
      const locals = await readAll(scope, taken, links);
      unread ??= locals.error;
      recovered += await recoverRows(scope, { ...session, fence: lease }, taken, links, locals);
    }
    // Whatever else it answers, a source that reads none of many rows is told to be out.
    if (recovered === 0 && unread !== undefined) throw unread;
    return recovered;
  } finally {
    await lease.release();
  }
}

interface Locals {
  readonly read: ReadonlyMap<string, LocalRecord>;
  /** Ids of rows that the source fails at. */
  readonly unread: readonly string[];
  /** What it says where it reads none of many: no reason to look at no other write. */
  readonly error?: unknown;
}

async function readAll(scope: SyncScope, rows: readonly IntentRow[], links: Links): Promise<Locals> {
  const read = new Map<string, LocalRecord>();
  const ids = [...new Set(rows.flatMap((row) => rowOf(row, links) ?? []))];
  try {
    const unread = await byHalves(scope, ids, async (some) => {
      for (const [id, record] of await readLocal(scope, some)) read.set(id, record);
    });
    return { read, unread };
  } catch (error) {
    if (!isHubspokeError(error, "SYNC_LOCAL_FAILED")) throw error;
    return { read, unread: ids, error };
  }
}

async function recoverRows(
  scope: SyncScope,
  session: Session,
  rows: readonly IntentRow[],
  links: Links,
  locals: Locals,
): Promise<number> {
  const tally = createTally(scope);
  const recovered = await recoverAll(scope, session, rows, links, locals, tally);
  await commitLinks(
    scope,
    recovered.flatMap(({ change }) => change ?? []),
  );
  const ended = recovered.filter(({ open }) => open !== true);
  const closed = ended.map(({ intent }) => intent);
  // Marked before the intent is cleared: killed in between, the record is looked at once more than needed, not once less.
  await scope.deps.storage.work.mark(
    ended.flatMap(({ intent, waits }) => (waits === true ? [] : marksOf(scope, intent))),
    scope.deps.clock.now(),
  );
  await clearIntents(scope, closed);
  await tally.flush();
  scope.deps.logger?.info("sync.recovered", { sync: scope.name, tenant: scope.tenant, intents: closed.length });
  return closed.length;
}

/** The pair of a write's record. */
type Links = (row: IntentRow) => LinkRow | null;

/**
 * A row that was deleted and made anew has given its pair to the new one. What was sent to HubSpot for it may have landed
 * over an edit there all the same; what was to be written to it is gone with it.
 */
async function linksOf(scope: SyncScope, rows: readonly IntentRow[]): Promise<Links> {
  const ids = (some: readonly IntentRow[], side: "localId" | "hubspotId") => some.flatMap((row) => row[side] ?? []);
  const own = await linksOfLocal(scope, ids(rows, "localId"));
  const ownOf = (row: IntentRow) => own.find(({ localId }) => localId === row.localId);
  const moved = rows.filter((row) => kindOf(row) === "push" && ownOf(row) === undefined);
  const heirs = await linksOfRemote(scope, ids(moved, "hubspotId"));
  return (row) =>
    ownOf(row) ?? heirs.find(({ hubspotId }) => moved.includes(row) && hubspotId === row.hubspotId) ?? null;
}

/** The row that stands for the record by now. */
function rowOf(row: IntentRow, links: Links): string | null {
  return links(row)?.localId ?? row.localId;
}

async function recoverAll(
  scope: SyncScope,
  session: Session,
  rows: readonly IntentRow[],
  links: Links,
  { read: locals, unread }: Locals,
  tally: Tally,
): Promise<readonly Recovered[]> {
  const itemOf = (intent: IntentRow) => ({
    intent,
    link: links(intent),
    local: locals.get(rowOf(intent, links) ?? "") ?? null,
  });
  // What became of a write to a row that the source fails at is asked again when it can be read. Until then the record is locked.
  const waiting = rows.filter((row) => unread.includes(rowOf(row, links) ?? "") && kindOf(row) !== "nothing");
  const kinds = groupBy(
    rows.filter((row) => !waiting.includes(row)),
    kindOf,
  );
  const of = (kind: ReturnType<typeof kindOf>) => kinds.get(kind) ?? [];
  const pulls = await Promise.all(of("pull").map((intent) => recoverPull(scope, itemOf(intent), tally)));
  return [
    ...waiting.map((intent) => ({ intent, change: null, open: true })),
    ...of("nothing").map((intent) => ({ intent, change: null })),
    ...pulls,
    ...(await recoverPushes(scope, session, of("push").map(itemOf), tally)),
    ...(await recoverArchives(scope, session, of("archive").map(itemOf))),
    ...(await recoverCreatesLocally(scope, session, of("create-local"))),
    ...(await recoverCreatesInHubspot(scope, session, of("create-hubspot"), locals)),
  ];
}

function kindOf(intent: IntentRow): "push" | "pull" | "create-local" | "create-hubspot" | "archive" | "nothing" {
  const { direction, kind, state } = intent;
  // Never sent: nothing can have come of it.
  if (state === "stored") return "nothing";
  if (direction === "to-local") return kind === "create" ? "create-local" : kind === "update" ? "pull" : "nothing";
  return kind === "create" ? "create-hubspot" : kind === "update" ? "push" : kind === "archive" ? "archive" : "nothing";
}

function marksOf(scope: SyncScope, { localId, hubspotId }: IntentRow) {
  const keys: readonly (readonly [WorkSide, string | null])[] = [
    ["local", localId],
    ["remote", hubspotId],
  ];
  return keys.flatMap(([side, key]) =>
    key === null
      ? []
      : [
          {
            tenant: scope.tenant,
            portalId: scope.portalId,
            queue: scope.name,
            side,
            key,
            priority: 0,
            availableAt: scope.deps.clock.now(),
          },
        ],
  );
}
