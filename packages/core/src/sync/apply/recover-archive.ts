import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { chunk } from "../../util/chunk.ts";
import { remoteBatch } from "../observe/gather.ts";
import type { Session, SyncScope } from "../scope.ts";
import { closeAll } from "./parked.ts";
import { mayLand, type Recovered } from "./recovered.ts";

/**
 * Archives that may have happened. What is archived by now was archived for the deletion here: taken for HubSpot's own, the
 * policy for those would end a row that its user has put back since. While it is back, a late one is waited for.
 */
export async function recoverArchives(
  scope: SyncScope,
  session: Session,
  rows: readonly IntentRow[],
  links: ReadonlyMap<string, LinkRow>,
  locals: ReadonlyMap<string, LocalRecord>,
): Promise<readonly Recovered[]> {
  const { tenant, object, deps } = scope;
  const there = new Set<string>();
  for (const some of chunk(rows, remoteBatch)) {
    const ids = some.flatMap(({ hubspotId }) => hubspotId ?? []);
    const found = await deps.remote.read({ tenant, object, ids, properties: [], history: false, lane: session.lane });
    for (const { asked, archived } of found) if (!archived) there.add(asked);
  }
  return Promise.all(
    rows.map(async (intent): Promise<Recovered> => {
      const link = links.get(intent.localId ?? "");
      if (there.has(intent.hubspotId ?? ""))
        return { intent, change: null, open: locals.has(intent.localId ?? "") && mayLand(scope, intent) };
      if (link?.state !== "linked" || link.hubspotId !== intent.hubspotId) return { intent, change: null };
      await closeAll(scope, link);
      return { intent, change: { link, fields: {}, state: "local-deleted" } };
    }),
  );
}
