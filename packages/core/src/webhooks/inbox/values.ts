import type { Binding } from "../../crypto/envelope.ts";
import type { Sealer } from "../../crypto/sealer.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Tenant } from "../../ports/ids.ts";
import type { InboxEvent } from "../../ports/inbox-store.ts";
import type { MaybeAsync } from "../../util/maybe-async.ts";

/** The values of events, on their way through the inbox: sealed when the event is accepted, opened for who asked. */
export interface EventValues {
  /** What the row keeps of a value: null where no handler of the event's type asked for values. */
  seal(event: Pick<InboxEvent, "id" | "portalId" | "subscriptionType">, value: string): MaybeAsync<Uint8Array | null>;
  /**
   * What was kept, for a handler of the tenant's; null where nothing was, and for a contact it erased. Errors: of
   * category `crypto`, when what was kept does not open.
   */
  open(
    event: Pick<InboxEvent, "id" | "portalId" | "objectType" | "objectId" | "sealed">,
    tenant: Tenant,
  ): Promise<string | null>;
}

/** What values are kept and opened with. */
export interface EventValuesDeps {
  /** Seals under the current key; opens under any of the ring. */
  readonly sealer: Pick<Sealer, "sealJson" | "openJson">;
  /** Whether a handler of that event type asked for values. */
  readonly wanted: (subscriptionType: string) => boolean;
  /** Whether the tenant erased that contact: other tenants of its portal may still be waiting for the same event. */
  readonly erased: (tenant: Tenant, contactId: string) => Promise<boolean>;
}

/**
 * Where the value of an event lives. Which tenants are behind a portal is not known when it is accepted, so it is sealed
 * under a subkey of the portal's own.
 */
export function valueBinding({ id, portalId }: Pick<InboxEvent, "id" | "portalId">): Binding {
  return { tenant: `hubspoke:inbox:${portalId}`, table: "inbox", column: "sealed", rowId: id };
}

/** Keeps the values of events for the handlers that ask for them. It does no I/O but for `erased`. */
export function createEventValues({ sealer, wanted, erased }: EventValuesDeps): EventValues {
  return {
    // As JSON: HubSpot's text may hold half a surrogate pair, and whatever it holds has to be accepted.
    seal: (event, value) => (wanted(event.subscriptionType) ? sealer.sealJson(valueBinding(event), value) : null),
    async open(event, tenant) {
      const { sealed, objectType, objectId } = event;
      if (sealed === null) return null;
      if (objectType === "contacts" && objectId !== null && (await erased(tenant, objectId))) return null;
      const value = await sealer.openJson(valueBinding(event), sealed);
      if (typeof value === "string") return value;
      throw new HubspokeError("ENVELOPE_MALFORMED", `inbox.sealed of row ${event.id} opened, but holds no text`);
    },
  };
}
