import type { CallOptions } from "../objects-api.ts";
import { requireId } from "../typed-records.ts";
import type { Rest } from "./rest.ts";

/** Objects whose records can be merged. */
export interface Mergeable {
  /**
   * Merges `loserId` into `primaryId` and answers the record's id from now on, which may be neither of the two
   * (hubspot-facts §7.1). There is no way back. Not repeated when its outcome is unknown.
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
      return (await rest.call(route, { about: object, path, body, options })).id();
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
