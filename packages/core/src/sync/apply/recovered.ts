import type { IntentRow } from "../../ports/intent-store.ts";
import type { SyncScope } from "../scope.ts";
import type { LinkChange } from "./commit.ts";

/** What recovery of one intent found: what the pair now remembers, and whether a repair is still on its way. */
export interface Recovered {
  readonly intent: IntentRow;
  readonly change: LinkChange | null;
  readonly open?: boolean;
  /** It is to be looked at again already, or in quarantine. */
  readonly waits?: boolean;
}

/** Whether a request that left late may be under way still: one that is, is looked for until another lease is over. */
export function mayLand({ deps, settings }: SyncScope, { createdAt }: IntentRow): boolean {
  return deps.clock.now() < createdAt + 2 * settings.leaseMs;
}
