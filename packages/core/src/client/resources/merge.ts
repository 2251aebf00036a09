import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { HubSpotUnknownOutcomeError } from "../../errors/hubspot-errors.ts";
import type { CallOptions } from "../objects-api.ts";
import { requireId } from "../typed-records.ts";
import type { Rest } from "./rest.ts";

/** Objects whose records can be merged. */
export interface Mergeable {
  /**
   * Merges `loserId` into `primaryId` and answers the record's id from now on, which may be neither of the two
   * (hubspot-facts §7.1). There is no way back. Where the answer is lost both are read: once merged, both ids give the
   * same record. Until they do, that is UNKNOWN_OUTCOME; it is not repeated.
   */
  merge(primaryId: string, loserId: string, options?: CallOptions): Promise<string>;
}

/** Contacts only. */
export interface GdprDeletable {
  /** Erases a contact for good, by id or by its `email`. Erasing what is gone is no error. */
  gdprDelete(id: string, options?: CallOptions & { readonly idProperty?: "email" }): Promise<void>;
}

export function mergeable(rest: Rest, object: string): Mergeable {
  return {
    async merge(primaryId, loserId, options) {
      requireId(primaryId);
      requireId(loserId);
      const body = { primaryObjectId: primaryId, objectIdToMerge: loserId };
      const path = { objectType: object };
      const route = "POST /crm/objects/{version}/{objectType}/merge";
      try {
        return (await rest.call(route, { about: object, path, body, options })).id();
      } catch (error) {
        if (!(error instanceof HubSpotUnknownOutcomeError) || options?.signal?.aborted === true) throw error;
        const one = "GET /crm/objects/{version}/{objectType}/{objectId}";
        const now = async (objectId: string) => {
          const found = await rest.call(one, { about: object, path: { objectType: object, objectId }, options });
          return found.id();
        };
        const [primary, loser] = await Promise.all([primaryId, loserId].map(now)).catch((failed: unknown) => {
          if (failed instanceof HubspokeError) throw error;
          throw failed;
        });
        if (primary === undefined || primary !== loser) throw error;
        return primary;
      }
    },
  };
}

export function gdprDeletable(rest: Rest): GdprDeletable {
  return {
    async gdprDelete(id, options) {
      const idProperty = options?.idProperty;
      if (idProperty === undefined) requireId(id);
      const body = idProperty === undefined ? { objectId: id } : { objectId: id, idProperty };
      await rest.call("POST /crm/objects/{version}/contacts/gdpr-delete", { about: "contacts", body, options });
    },
  };
}
