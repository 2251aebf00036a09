import { nextTurn } from "#platform";
import type { InboxStore } from "../ports/inbox-store.ts";
import { gatheredInbox } from "../webhooks/gathered-inbox.ts";

/** The inbox as the webhook route uses it: in a process that serves many requests at once, their events together. */
export function deliveriesTogether(inbox: InboxStore): Pick<InboxStore, "record"> {
  return nextTurn === null ? inbox : gatheredInbox(inbox, nextTurn);
}
