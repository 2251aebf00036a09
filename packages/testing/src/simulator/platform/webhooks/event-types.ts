const CHANGES = ["creation", "deletion", "merge", "restore", "propertyChange", "associationChange"];
const OBJECTS = ["contact", "company", "deal", "ticket", "line_item", "product", "object"];
const CONVERSATIONS = ["creation", "deletion", "newMessage", "privacyDeletion", "propertyChange"];

/** What can be subscribed to (hubspot-facts §5.2). Conversations and custom events are known and never happen here. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  [
    ...OBJECTS.flatMap((object) => CHANGES.map((change) => `${object}.${change}`)),
    "contact.privacyDeletion",
    ...CONVERSATIONS.map((change) => `conversation.${change}`),
    "event.completed",
  ].filter((type) => type !== "product.associationChange"),
);

/** Properties that no subscription may name. */
export const UNSUBSCRIBABLE: ReadonlySet<string> = new Set(["num_unique_conversion_events", "hs_lastmodifieddate"]);
