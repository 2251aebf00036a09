import { chunk } from "../../util/chunk.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import { requireId } from "../typed-records.ts";
import type { Rest } from "./rest.ts";

export interface ListMember {
  readonly recordId: string;
  readonly addedAt: Date | null;
}

export interface MembershipChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Ids of records that do not exist. */
  readonly missing: readonly string[];
}

/** Who is in a list. HubSpot takes changes of MANUAL and SNAPSHOT lists only (hubspot-facts §7.7). */
export interface ListMembersApi {
  /** By record id, or in the order in which they joined. */
  members(id: string, options?: CallOptions & { readonly order?: "id" | "joined" }): AsyncIterable<ListMember>;
  add(id: string, recordIds: readonly string[], options?: UpdateOptions): Promise<MembershipChange>;
  remove(id: string, recordIds: readonly string[], options?: UpdateOptions): Promise<MembershipChange>;
  /** Adds everybody of another list. */
  addFrom(id: string, sourceId: string, options?: UpdateOptions): Promise<void>;
  /** Removes everybody. */
  clear(id: string, options?: UpdateOptions): Promise<void>;
}

/** Ids of one call; HubSpot takes ten times as many and then takes long to answer. */
const most = 10_000;
const about = "lists";
const members = "/crm/lists/{version}/{listId}/memberships";

export function listMembersApi(rest: Rest): ListMembersApi {
  const at = (listId: string) => ({ about, path: { listId } });
  const change = async (
    verb: "add" | "remove",
    id: string,
    recordIds: readonly string[],
    options: UpdateOptions | undefined,
  ): Promise<MembershipChange> => {
    for (const recordId of recordIds) requireId(recordId);
    const added: string[] = [];
    const removed: string[] = [];
    const missing: string[] = [];
    for (const body of chunk(recordIds, most)) {
      const answer = await rest.call(`PUT ${members}/${verb}`, { ...at(id), body, options });
      // HubSpot's own spelling; `recordIdsAdded` in case it is mended.
      added.push(...answer.texts("recordsIdsAdded"), ...answer.texts("recordIdsAdded"));
      removed.push(...answer.texts("recordIdsRemoved"));
      missing.push(...answer.texts("recordIdsMissing"));
    }
    return { added, removed, missing };
  };
  return {
    async *members(id, options = {}) {
      const route = options.order === "joined" ? `GET ${members}/join-order` : `GET ${members}`;
      for await (const entry of rest.pages(route, { ...at(id), query: { limit: 250 }, options })) {
        yield { recordId: entry.id("recordId"), addedAt: entry.date("membershipTimestamp") };
      }
    },
    add: (id, recordIds, options) => change("add", id, recordIds, options),
    remove: (id, recordIds, options) => change("remove", id, recordIds, options),
    async addFrom(listId, sourceId, options) {
      await rest.call(`PUT ${members}/add-from/{sourceListId}`, {
        about,
        path: { listId, sourceListId: sourceId },
        options,
      });
    },
    async clear(id, options) {
      await rest.call(`DELETE ${members}`, { ...at(id), options });
    },
  };
}
