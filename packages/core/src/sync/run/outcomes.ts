import type { QuarantineRow } from "../../ports/sync-stores.ts";
import type { WorkMark } from "../../ports/work-store.ts";
import { groupBy } from "../../util/group-by.ts";
import { type AssociationRun, associate } from "../associations/associate.ts";
import type { Candidate } from "../observe/gather.ts";
import type { SyncScope } from "../scope.ts";
import type { Oscillating, Outcome } from "./outcome.ts";

/**
 * Records whose fields are settled have their associations settled, too. What becomes of those is their outcome; and
 * records with fields that were left alone because they oscillate have failed, whatever else of them was written.
 */
export async function finished(
  run: AssociationRun & { readonly oscillating?: Oscillating },
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const settled = outcomes.flatMap(({ candidate, result }) =>
    result.status === "done" && result.leftAlone !== true ? [candidate] : [],
  );
  const results = await associate(run, settled);
  return outcomes.map(({ candidate, result }) => {
    const fields = run.oscillating?.get(candidate);
    const own = results.get(candidate) ?? result;
    return {
      candidate,
      result: fields && own.status === "done" ? { status: "failed", code: oscillating, fields } : own,
    };
  });
}

const oscillating = "OSCILLATING";

export function markOf(
  scope: SyncScope,
  { side, key }: Pick<Candidate, "side" | "key">,
  availableAt: number,
  priority = 1,
): WorkMark {
  return { tenant: scope.tenant, portalId: scope.portalId, queue: scope.name, side, key, priority, availableAt };
}

/** Puts records that fail every time aside, with the reason, and tells people. They come back by an edit or a replay. */
export async function quarantine(
  scope: SyncScope,
  failed: readonly {
    readonly candidate: Candidate;
    readonly code: string;
    readonly fields: readonly string[];
    readonly tries: number;
  }[],
): Promise<void> {
  if (failed.length === 0) return;
  const { deps, tenant, name, portalId } = scope;
  const at = deps.clock.now();
  const rows = failed.map(({ candidate, code, fields, tries }): QuarantineRow => {
    const { side, key } = candidate;
    return { tenant, sync: name, portalId, side, key, reason: code, fields, tries, firstAt: at, lastAt: at };
  });
  await deps.storage.quarantine.put(rows);
  deps.metrics?.count("sync.quarantined.count", rows.length, { sync: name });
  for (const [reason, some] of groupBy(rows, (row) => row.reason)) {
    deps.logger?.warn("sync.quarantined", { sync: name, tenant, reason, records: some.length });
    await deps.alerts?.raise({
      name: reason === oscillating ? "sync.oscillating" : "sync.quarantined",
      tenant,
      at,
      key: alertOf(name, reason),
      severity: "warning",
      message:
        reason === oscillating
          ? `sync "${name}": two programs write ${some.flatMap((row) => row.fields)[0] ?? "a field"} against each other, one here and one in HubSpot; stop one of them, then replay`
          : `sync "${name}": ${some.length} record(s) cannot be synced (${reason}); see quarantine.list(), then replay`,
      details: { sync: name, reason, records: some.length, firstKey: some[0]?.key ?? "" },
    });
  }
}

/** Takes records that went well out of quarantine, if any were in it. With the last one of a reason its alert is over. */
export async function unquarantine(scope: SyncScope, candidates: readonly Candidate[]): Promise<void> {
  const { tenant, name, deps } = scope;
  const { quarantine: store } = deps.storage;
  if (candidates.length === 0 || (await store.count(tenant, name)) === 0) return;
  const before = await reasonsOf(scope);
  let removed = 0;
  for (const [side, some] of groupBy(candidates, (candidate) => candidate.side)) {
    const keys = some.map(({ key }) => key);
    removed += await store.remove(tenant, name, side, keys);
  }
  const left = removed === 0 ? before : await reasonsOf(scope);
  if (left === null || before === null) return;
  for (const reason of before) if (!left.has(reason)) await deps.alerts?.clear?.(tenant, alertOf(name, reason));
}

const looked = 200;

/** Why records are in quarantine; null where there are too many to look at, which is no time to say that something is over. */
async function reasonsOf({ deps, tenant, name }: SyncScope): Promise<ReadonlySet<string> | null> {
  const { items, next } = await deps.storage.quarantine.list(tenant, name, null, looked);
  return next === undefined ? new Set(items.map(({ reason }) => reason)) : null;
}

const alertOf = (sync: string, reason: string): string => `sync.quarantined:${sync}:${reason}`;

/**
 * What becomes of records that no claim stands behind (a full pass): later ones are marked, failed ones quarantined.
 * Answers how many are not settled.
 */
export async function settleUnclaimed(scope: SyncScope, outcomes: readonly Outcome[]): Promise<number> {
  const marks = outcomes.flatMap(({ candidate, result }) =>
    result.status === "again" || result.status === "retry" ? [markOf(scope, candidate, result.at)] : [],
  );
  if (marks.length > 0) await scope.deps.storage.work.mark(marks, scope.deps.clock.now());
  await quarantine(
    scope,
    outcomes.flatMap(({ candidate, result }) =>
      result.status === "failed" ? [{ candidate, code: result.code, fields: result.fields, tries: 1 }] : [],
    ),
  );
  await unquarantine(
    scope,
    outcomes.flatMap(({ candidate, result }) => (result.status === "done" ? [candidate] : [])),
  );
  return outcomes.filter(({ result }) => result.status !== "done").length;
}
