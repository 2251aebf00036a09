import { recoverIntents } from "../apply/recover.ts";
import type { SyncScope } from "../scope.ts";
import { createRemoteFeed, pollLocal } from "./feeds.ts";
import { briefFence } from "./fence.ts";

/**
 * What a sync does when its schedule says so: asks both sides what changed since the last time, then works all of it
 * off. Changes that webhooks brought meanwhile wait in the same queue. Answers how many records were looked at.
 */
export async function catchUp(
  scope: SyncScope,
  signal: AbortSignal,
  apply: (scope: SyncScope, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  await recoverIntents(scope, { lane: "incremental", fence: briefFence(scope), signal });
  await pollLocal(scope);
  // A feed that remembers nothing looks back as far as HubSpot's index may lag.
  if (scope.sync.declared.poll.remoteMs !== false) await createRemoteFeed(scope).poll();
  let did = 0;
  for (let some = 1; some > 0 && !signal.aborted; did += some) some = await apply(scope, signal);
  return did;
}
