import { chunk } from "../../util/chunk.ts";
import { remoteBatch } from "../observe/gather.ts";
import type { Session, SyncScope } from "../scope.ts";
import { closeAll } from "./parked.ts";
import { mayLand, type Recovered, type SentIntent } from "./recovered.ts";

/**
 * Archives that may have happened. What is archived by now was archived for the deletion here: taken for HubSpot's own, the
 * policy for those would end a row that its user has put back since. While it is back, a late one is waited for.
 */
export async function recoverArchives(
  scope: SyncScope,
  session: Session,
  items: readonly SentIntent[],
): Promise<readonly Recovered[]> {
  const { tenant, object, deps } = scope;
  const there = new Set<string>();
  for (const some of chunk(items, remoteBatch)) {
    const ids = some.flatMap(({ intent }) => intent.hubspotId ?? []);
    const found = await deps.remote.read({ tenant, object, ids, properties: [], history: false, lane: session.lane });
    for (const { asked, archived } of found) if (!archived) there.add(asked);
  }
  return Promise.all(
    items.map(async ({ intent, link, local }): Promise<Recovered> => {
      if (there.has(intent.hubspotId ?? ""))
        return { intent, change: null, open: local !== null && mayLand(scope, intent) };
      if (link?.state !== "linked" || link.hubspotId !== intent.hubspotId) return { intent, change: null };
      await closeAll(scope, link);
      return { intent, change: { link, fields: {}, state: "local-deleted" } };
    }),
  );
}
