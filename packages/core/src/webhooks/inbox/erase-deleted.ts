import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { PortalId, Tenant } from "../../ports/ids.ts";
import type { ClaimedInboxEvent } from "../../ports/inbox-store.ts";

/** Removes what is kept of a contact that was erased in HubSpot, and suppresses it. Must be safe to repeat. */
export type OnPrivacyDeletion = (deletion: {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly contactId: string;
}) => Promise<void>;

/**
 * Runs the erasures of a batch before anything else of it: a `contact.deletion` of the same person arrives in any
 * order (hubspot-facts §5.2), and a re-read must not bring the person back. An event whose erasure failed goes no
 * further until it succeeds.
 */
export async function eraseDeleted(
  events: readonly ClaimedInboxEvent[],
  tenantsOf: (portalId: PortalId) => readonly Tenant[],
  erase: OnPrivacyDeletion | undefined,
): Promise<{
  readonly erased: readonly ClaimedInboxEvent[];
  readonly unerased: readonly { readonly event: ClaimedInboxEvent; readonly code: string }[];
}> {
  const erased: ClaimedInboxEvent[] = [];
  const unerased: { event: ClaimedInboxEvent; code: string }[] = [];
  for (const event of events) {
    const contactId = event.subscriptionType === "contact.privacyDeletion" ? event.objectId : null;
    try {
      if (contactId !== null && erase !== undefined) {
        for (const tenant of tenantsOf(event.portalId)) await erase({ tenant, portalId: event.portalId, contactId });
      }
      erased.push(event);
    } catch (error) {
      unerased.push({ event, code: isHubspokeError(error) ? error.code : "INTERNAL" });
    }
  }
  return { erased, unerased };
}
