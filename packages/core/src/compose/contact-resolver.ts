import type { AuditWriter } from "../audit/audit-writer.ts";
import type { BlindIndex } from "../crypto/blind-index.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { ContactResolver } from "../keyed-records/targets.ts";
import { parsePhone } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import type { CrmPort } from "../ports/crm.ts";
import type { Tenant } from "../ports/ids.ts";
import type { PersonFinder } from "../privacy/subject.ts";
import type { SuppressionList } from "../privacy/suppression-list.ts";

export interface ResolverDeps {
  readonly finder: Pick<PersonFinder, "byPhone">;
  readonly crm: Pick<CrmPort, "findBy">;
  readonly audit: Pick<AuditWriter, "record">;
  readonly index: BlindIndex;
  readonly defaultRegion: Region | undefined;
  readonly suppression: Pick<SuppressionList, "match">;
}

/**
 * Contacts for activities, asked of HubSpot and never of a cache: what is written to the wrong person cannot be taken
 * back. Of several with a number the first by the documented order is meant. Each answer is audited, as the outbox's.
 */
export function contactResolverFor(deps: ResolverDeps): ContactResolver {
  const { finder, crm, audit, index, defaultRegion, suppression } = deps;
  async function record(tenant: Tenant, contactId: string | null, subjectIndex: string | null): Promise<void> {
    await audit.record({ tenant, actor: { id: "outbox", role: "system" }, purpose: "activity" }, [
      { action: "lookup", subjectIndex, contactId, outcome: contactId === null ? "negative" : "hit", errorCode: null },
    ]);
  }
  return {
    async anyErased(tenant, contactIds) {
      const questions = contactIds.map((value) => ({ kind: "contact", value }) as const);
      return (await suppression.match(tenant, questions)).some((erased) => erased);
    },
    async byPhone(tenant, phone) {
      const read = parsePhone(phone, { defaultRegion });
      if (!read.ok) {
        // A withheld or misheard number is nobody's; one that cannot be read for want of a region may be somebody's.
        if (read.reason !== "no-region" && read.reason !== "unknown-region") return null;
        throw new HubspokeError(
          "PHONE_INVALID",
          `PHONE_INVALID: the number an activity is for has no country code (${read.reason}); set defaultRegion`,
        );
      }
      const { e164 } = read.phone;
      const contactId = (await finder.byPhone(tenant, e164))[0]?.contactId ?? null;
      await record(tenant, contactId, await index.index(tenant, "phone", e164));
      return contactId;
    },
    async byEmail(tenant, email, signal) {
      const found = await crm.findBy({ tenant, lane: "webhook", signal }, "contacts", "email", email.toLowerCase(), []);
      await record(tenant, found?.id ?? null, null);
      return found?.id ?? null;
    },
  };
}

/** A number as everything here knows it; null for a text that is none. */
export const e164With =
  (defaultRegion: Region | undefined) =>
  (phone: string): string | null => {
    const read = parsePhone(phone, { defaultRegion });
    return read.ok ? read.phone.e164 : null;
  };
