import type { LinkRow } from "../../ports/link-store.ts";
import { recoverIntents } from "../apply/recover.ts";
import { remoteBatch } from "../observe/gather.ts";
import { setAside } from "../observe/set-aside.ts";
import type { SyncScope } from "../scope.ts";
import { walking } from "../walk.ts";
import { localCursor, localPage } from "./feeds.ts";
import { applyWork, batchesWaiting } from "./incremental.ts";
import { type Checkpoint, checkpoint, flushAll, type Pass, work } from "./pass.ts";
import { refuseIfPaused } from "./state.ts";

/** All local records: linked ones that equal their base cost nothing, the others are matched or created. */
export async function localPhase(pass: Pass, from: Checkpoint): Promise<void> {
  const { scope } = pass;
  const pageDone = walking(scope, pass.lease, pass.signal);
  let { at, done } = from;
  for (;;) {
    const page = await localPage(scope, at, remoteBatch);
    await work(
      pass,
      page.changes.map(({ id }) => ({ side: "local", key: id })),
    );
    at = page.cursor;
    done += page.changes.length;
    if (!page.more) break;
    await checkpoint(pass, { phase: "local", at, done });
    await pageDone();
  }
  pass.report("local", done);
  await flushAll(pass);
  await keepLocalCursor(scope, at);
  await checkpoint(pass, { phase: "missing", at: null, done: 0 });
}

/** The pass has read the local feed to its end: incremental work goes on from here. */
async function keepLocalCursor({ deps, tenant, portalId, name }: SyncScope, at: string): Promise<void> {
  const stored = await deps.storage.cursors.read(tenant, portalId, localCursor(name));
  if (stored !== null) return;
  await deps.storage.cursors.advance(tenant, portalId, localCursor(name), at, 0, deps.clock.now());
}

/** Pairs whose HubSpot record no list page showed: archived, merged or erased. Read by id, so that each is told apart. */
export async function missingPhase(pass: Pass, from: Checkpoint): Promise<void> {
  const { scope } = pass;
  const { links } = scope.deps.storage;
  const pageDone = walking(scope, pass.lease, pass.signal);
  let { at, done } = from;
  for (;;) {
    const rows = await links.scan(scope.tenant, scope.name, at, remoteBatch);
    // A pass that was continued does not remember whom its first process met, but their links do.
    const metBefore = ({ hubspotId, remoteSeenAt }: LinkRow) => pass.seen.has(hubspotId) || remoteSeenAt >= pass.since;
    const missing = rows.filter((row) => row.state === "linked" && !metBefore(row));
    await work(
      pass,
      missing.map(({ hubspotId }) => ({ side: "remote", key: hubspotId })),
    );
    done += rows.length;
    at = rows.at(-1)?.localId ?? null;
    pass.report("missing", done);
    if (rows.length < remoteBatch) break;
    await checkpoint(pass, { phase: "missing", at, done });
    await pageDone();
  }
  await lookAtSetAside(pass);
  await flushAll(pass);
  await checkpoint(pass, { phase: "settle", at: null, done: 0 });
}

/**
 * Records in quarantine that this pass has not met: without a pair, nobody would hear that one was erased or deleted since.
 * It would wait for a replay, and the sides would never be called equal.
 */
async function lookAtSetAside(pass: Pass): Promise<void> {
  for await (const rows of setAside(pass.scope)) {
    const unmet = rows.filter(
      ({ lastAt, side, key }) => lastAt < pass.since && (side === "local" || !pass.seen.has(key)),
    );
    const candidates = unmet.map(({ side, key }) => ({ side, key }));
    // Not for none: a pass that works in slices by its signal stops at whatever it is asked to work on.
    if (candidates.length > 0) await work(pass, candidates);
  }
}

/** Records that moved under the pass, and writes of unknown outcome. What is not due by then is the worker's. */
export async function settlePhase(pass: Pass): Promise<void> {
  const { scope, session, signal } = pass;
  const { clock, storage } = scope.deps;
  let done = 0;
  for (let round = 0; round < 3; round++) {
    pass.tally.count("recovered", await recoverIntents(scope, session));
    const most = await batchesWaiting(scope);
    for (let batch = 0, did = 1; did > 0 && batch < most; batch++, done += did) {
      await refuseIfPaused(scope);
      did = await applyWork(scope, {
        ...session,
        tally: pass.tally,
        allowance: pass.allowance,
        ...(signal && { signal }),
      });
    }
    pass.report("settle", done);
    const open = await storage.intents.open(scope.tenant, scope.name, clock.now() + 1, 1);
    if (open.length === 0) return;
    // In thirds: the pass must not lose its own lease while it waits for that of a write.
    for (let third = 0; third < 3; third++) {
      await clock.sleep(scope.settings.leaseMs / 3 + 1, signal);
      await pass.lease.hold();
    }
  }
}
