import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkChange } from "./commit.ts";

/** What recovery of one intent found: what the pair now remembers, and whether a repair is still on its way. */
export interface Recovered {
  readonly intent: IntentRow;
  readonly change: LinkChange | null;
  readonly open?: boolean;
  /** It is to be looked at again already, or in quarantine. */
  readonly waits?: boolean;
}
