import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { WorkSide } from "../../ports/work-store.ts";
import { groupBy } from "../../util/group-by.ts";
import { readLocal } from "../observe/gather.ts";
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
  const rows = await intents.open(scope.tenant, scope.name, before, limit);
  if (rows.length === 0) return 0;
  // One worker at a time: two that repair the same write would each take the other's repair for nothing, and a late one
  // would land over an edit that nobody looks for any more.
  const lease = await acquireRecovery(scope);
  if (lease === null) return 0;
  try {
    // Asked again: whoever held it before may have finished them. What is repaired is repaired under this very lease.
    const left = await intents.open(scope.tenant, scope.name, before, limit);
    if (left.length === 0) return 0;
    // Whoever made them may only be standing still, on its way to clear them.
    await intents.takeOver(
      scope.tenant,
      left.map(({ id }) => id),
    );
    const taken = left.map((row) => ({ ...row, attempt: row.attempt + 1 }));
    return await recoverRows(scope, { ...session, fence: lease }, taken);
  } finally {
    await lease.release();
  }
}

async function recoverRows(scope: SyncScope, session: Session, rows: readonly IntentRow[]): Promise<number> {
  const links = await linksOf(scope, rows);
  const tally = createTally(scope);
  const recovered = await recoverAll(scope, session, rows, links, tally);
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

async function linksOf(scope: SyncScope, rows: readonly IntentRow[]): Promise<ReadonlyMap<string, LinkRow>> {
  const ids = rows.flatMap(({ localId }) => localId ?? []);
  const links = await scope.deps.storage.links.byLocalIds(scope.tenant, scope.name, ids);
  return new Map(links.map((link) => [link.localId, link]));
}

async function recoverAll(
  scope: SyncScope,
  session: Session,
  rows: readonly IntentRow[],
  links: ReadonlyMap<string, LinkRow>,
  tally: Tally,
): Promise<readonly Recovered[]> {
  const linkOf = ({ localId }: IntentRow) => links.get(localId ?? "") ?? null;
  const locals = new Map<string, LocalRecord>();
  const ids = new Set(rows.flatMap(({ localId }) => localId ?? []));
  const unread = await byHalves(scope, [...ids], async (some) => {
    for (const [id, record] of await readLocal(scope, some)) locals.set(id, record);
  });
  // What became of a write to a row that the source fails at is asked again when it can be read. Until then the record is locked.
  const waiting = rows.filter((row) => unread.includes(row.localId ?? "") && kindOf(row) !== "nothing");
  const kinds = groupBy(
    rows.filter((row) => !waiting.includes(row)),
    kindOf,
  );
  const of = (kind: ReturnType<typeof kindOf>) => kinds.get(kind) ?? [];
  const pulls = await Promise.all(
    of("pull").map((intent) =>
      recoverPull(scope, intent, linkOf(intent), locals.get(intent.localId ?? "") ?? null, tally),
    ),
  );
  return [
    ...waiting.map((intent) => ({ intent, change: null, open: true })),
    ...of("nothing").map((intent) => ({ intent, change: null })),
    ...pulls,
    ...(await recoverPushes(
      scope,
      session,
      of("push").map((intent) => ({ intent, link: linkOf(intent), local: locals.get(intent.localId ?? "") ?? null })),
      tally,
    )),
    ...(await recoverArchives(scope, session, of("archive"), links, locals)),
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
