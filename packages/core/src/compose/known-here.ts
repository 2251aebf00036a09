import { subjectsOfKnown } from "../directory/contact-finder.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { Identity } from "../privacy/subject.ts";
import type { Foundation } from "./foundation.ts";

export type KnownHere = (tenant: Tenant, portalId: PortalId, contactId: string) => Promise<Omit<Identity, "people">>;

/**
 * By what a contact is known in our own tables, for when HubSpot cannot be asked any more: it has deleted them. What does
 * not open says nothing.
 */
export function knownHereFor({ storage, sealer, logger }: Foundation): KnownHere {
  return async (tenant, portalId, contactId) => {
    const [phones, emails] = [new Set<string>(), new Set<string>()];
    for (const { id, sealed } of await storage.cache.byContact(tenant, portalId, contactId)) {
      if (sealed === null) continue;
      try {
        const known = await sealer.openJson({ tenant, table: "contact_cache", column: "sealed", rowId: id }, sealed);
        const [phone] = subjectsOfKnown(known);
        if (phone !== undefined) phones.add(phone);
        const { email } = (known as { readonly fields?: { readonly email?: unknown } }).fields ?? {};
        if (typeof email === "string") emails.add(email.toLowerCase());
      } catch (error) {
        if (!isHubspokeError(error) || error.category !== "crypto") throw error;
        logger.warn("cache.entry_unreadable", { tenant, rowId: id, code: error.code });
      }
    }
    return { contactIds: [contactId], phones: [...phones], emails: [...emails] };
  };
}
