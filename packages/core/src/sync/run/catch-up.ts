import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { recoverIntents } from "../apply/recover.ts";
import type { SyncScope } from "../scope.ts";
import { createRemoteFeed, pollLocalPage } from "./feeds.ts";
import { briefFence } from "./fence.ts";
import { batchesWaiting } from "./incremental.ts";

/**
 * What a sync does when its schedule says so: asks both sides what changed since the last time, then works all of it
 * off. Changes that webhooks brought meanwhile wait in the same queue. Answers how many records were looked at. Throws
 * ABORTED when it is stopped before the end: a schedule that took it for done would leave the rest for a whole period.
 */
export async function catchUp(
  scope: SyncScope,
  signal: AbortSignal,
  apply: (scope: SyncScope, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  await recoverIntents(scope, { lane: "incremental", fence: briefFence(scope), signal });
  const goOn = () => refuseAborted(scope, signal);
  // To the end: what gathers within a period may be more than the worker marks at once.
  for (let more = true; more; ) {
    goOn();
    more = (await pollLocalPage(scope)).more;
  }
  // A feed that remembers nothing looks back as far as HubSpot's index may lag.
  if (scope.sync.declared.poll.remoteMs !== false) await createRemoteFeed(scope).poll();
  const most = await batchesWaiting(scope);
  let did = 0;
  for (let batch = 0, some = 1; some > 0 && batch < most; batch++, did += some) {
    goOn();
    some = await apply(scope, signal);
  }
  return did;
}

function refuseAborted({ name }: SyncScope, signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new HubspokeError("ABORTED", `sync "${name}": stopped by its signal; what is left waits in its queue`, {
    details: { sync: name },
  });
}
