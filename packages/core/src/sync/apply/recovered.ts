import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { SyncScope } from "../scope.ts";
import type { LinkChange } from "./commit.ts";

/** A write that may have landed, its record's pair and the row of that, as they are now. */
export interface SentIntent {
  readonly intent: IntentRow;
  readonly link: LinkRow | null;
  readonly local: LocalRecord | null;
}

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
