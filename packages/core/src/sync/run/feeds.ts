import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { LocalSource } from "../../ports/local-source.ts";
import { askLocal } from "../ask-local.ts";
import type { SyncScope } from "../scope.ts";
import { markOf } from "./outcomes.ts";

/** Feeds only mark work: a change that is delivered twice, late or out of order costs a look, never a wrong write. */
export const localCursor = (name: string): string => `sync:${name}:local`;
export const remoteCursor = (name: string): string => `sync:${name}:remote`;

const pageSize = 500;
const maxPages = 50;
/** HubSpot's search index lags by some seconds as a rule (hubspot-facts §3): the fast look goes back this far. */
const fastLookBackMs = 30_000;
/** Every so many looks go back by `lookBackMs`, for what the index showed later than that. */
const slowEvery = 20;
/** Records, the latest, of which it is stored that they were marked: of a few kilobytes, written with every mark. */
const mostKept = 200;

/** Asks the local source for changes and marks them; the cursor moves only when the marks are stored. */
export async function pollLocal(scope: SyncScope): Promise<number> {
  let marked = 0;
  for (let page = 0, more = true; more && page < maxPages; page++) {
    const polled = await pollLocalPage(scope);
    marked += polled.marked;
    more = polled.more;
  }
  return marked;
}

/** One page of that. */
export async function pollLocalPage(scope: SyncScope): Promise<{ readonly marked: number; readonly more: boolean }> {
  const { deps, tenant, portalId, name } = scope;
  const { cursors, work } = deps.storage;
  const at = await cursors.read(tenant, portalId, localCursor(name));
  const { changes, cursor, more } = await localPage(scope, at?.value ?? null, pageSize);
  const now = deps.clock.now();
  if (changes.length > 0)
    await work.mark(
      changes.map(({ id }) => markOf(scope, { side: "local", key: id }, now)),
      now,
    );
  if (cursor !== at?.value) {
    // A racer that moved it marked the same changes.
    await cursors.advance(tenant, portalId, localCursor(name), cursor, at?.version ?? 0, now);
  }
  return { marked: changes.length, more };
}

/**
 * What the source says changed after `cursor`. One that refuses its cursor, as after a restore of its database, is begun
 * again: everything is looked at once more, where asking for that position again would be refused for ever.
 */
export async function localPage(
  scope: SyncScope,
  cursor: string | null,
  limit: number,
): ReturnType<LocalSource["changes"]> {
  const { deps, sync, tenant, name } = scope;
  const from = (position: string | null) => askLocal(scope, () => sync.declared.local.changes(tenant, position, limit));
  try {
    return await from(cursor);
  } catch (error) {
    if (cursor === null || !isHubspokeError(error, "SYNC_LOCAL_FAILED") || error.details.cursor !== "refused")
      throw error;
    deps.logger?.warn("sync.cursor_refused", { sync: name, tenant });
    return from(null);
  }
}

/** What a feed remembers between two looks, in this process. */
export interface RemoteFeed {
  poll(): Promise<number>;
}

/** Records by id, and the modified time at which each was marked. */
type Marked = Map<string, EpochMs>;

/**
 * Searches HubSpot for records modified lately and marks them: two watermarks, one close behind for freshness, one far
 * behind for truth. What was seen at the same modified time before is not marked again, whichever process saw it: the
 * first look of a process goes far back, and where a process lives for one tick every look is the first.
 */
export function createRemoteFeed(scope: SyncScope): RemoteFeed {
  const { deps, settings, tenant, portalId, name, object } = scope;
  const { cursors, work } = deps.storage;
  const seen: Marked = new Map();
  let looks = 0;
  return {
    async poll() {
      const stored = await cursors.read(tenant, portalId, remoteCursor(name));
      const watermark = stored === null ? deps.clock.now() : takeIn(seen, stored.value);
      const slow = looks++ % slowEvery === 0;
      const since = watermark - (slow ? settings.lookBackMs : fastLookBackMs);
      let newest = watermark;
      let marked = 0;
      let after: string | null = null;
      do {
        const page = await deps.remote.changedSince({ tenant, object, since, after, lane: "incremental" });
        const fresh = page.changes.filter(({ id, at }) => seen.get(id) !== at);
        const now = deps.clock.now();
        if (fresh.length > 0)
          await work.mark(
            fresh.map(({ id }) => markOf(scope, { side: "remote", key: id }, now)),
            now,
          );
        for (const { id, at } of fresh) seen.set(id, at);
        newest = page.changes.reduce((latest, { at }) => Math.max(latest, at), newest);
        marked += fresh.length;
        after = page.next;
      } while (after !== null);
      for (const [id, at] of seen) if (at < newest - settings.lookBackMs) seen.delete(id);
      // A racer that moved it marked the same changes.
      if (stored === null || newest > watermark || marked > 0) {
        const value = positionOf(newest, seen);
        await cursors.advance(tenant, portalId, remoteCursor(name), value, stored?.version ?? 0, deps.clock.now());
      }
      return marked;
    },
  };
}

/** A stored position: the watermark, and behind it what was marked, as `id@time`. */
function positionOf(watermark: EpochMs, seen: Marked): string {
  const latest = [...seen].toSorted(([, a], [, b]) => b - a).slice(0, mostKept);
  return [watermark, ...latest.map(([id, at]) => `${id}@${at}`)].join(" ");
}

/** Adds what other processes marked to `seen`. Answers the watermark. */
function takeIn(seen: Marked, position: string): EpochMs {
  const [watermark, ...marked] = position.split(" ");
  for (const one of marked) {
    const [id = "", at] = one.split("@");
    seen.set(id, Math.max(Number(at), seen.get(id) ?? 0));
  }
  return Number(watermark);
}
