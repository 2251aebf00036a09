import type { Fence, SyncScope } from "./scope.ts";

/** Pages after which everything else in the process gets a turn: about a thousand records. */
const pagesATurn = 10;

/**
 * To be called after each page of a walk that asks HubSpot nothing. A driver that answers at once (`node:sqlite`) never
 * lets a timer fire: nobody would renew the lease, and a server in the same process would not answer until the end.
 */
export function walking({ deps }: SyncScope, fence?: Fence, signal?: AbortSignal): () => Promise<void> {
  let pages = 0;
  return async () => {
    if (++pages % pagesATurn === 0) await deps.clock.sleep(0, signal);
    await fence?.hold();
  };
}
