import type { ObjectType } from "../../model/object-type.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import { type ListMembersApi, listMembersApi } from "./list-members.ts";
import { createNamed } from "./lost-named.ts";
import { given, type Rest } from "./rest.ts";

export type ListProcessing = "MANUAL" | "SNAPSHOT" | "DYNAMIC";

/** A list (segment) of records of one object. */
export interface ObjectList {
  /** HubSpot's `listId`, decimal digits; not the id of the contact lists of v1. */
  readonly id: string;
  /** Unique in the account. */
  readonly name: string;
  /** Of its members: `0-1` for contacts, `2-345` for a custom object. */
  readonly objectTypeId: string;
  /**
   * `MANUAL` and `SNAPSHOT` lists take members by the API; `DYNAMIC` ones are computed, and writes to them are refused.
   */
  readonly processingType: ListProcessing | (string & Record<never, never>);
  /** `PROCESSING` while HubSpot still computes who is in it. */
  readonly processingStatus: string;
  /** null where the answer does not tell. */
  readonly size: number | null;
  /** HubSpot's `listVersion`, raised by every change of the definition; null where the answer has none. */
  readonly version: number | null;
  /** As HubSpot writes it, where it was asked for. */
  readonly filterBranch?: unknown;
  /** Null where the answer does not tell. */
  readonly createdAt: Date | null;
  /** Of the definition, not of who is in it; null where the answer does not tell. */
  readonly updatedAt: Date | null;
}

/** A list to make. */
export interface ListInput {
  /** HubSpot wants it unique in the account. */
  readonly name: string;
  /** `contacts`, `0-1`, `2-345` … */
  readonly objectTypeId: string;
  /** Cannot be changed later. `SNAPSHOT` is computed once and then kept like `MANUAL`. */
  readonly processingType: ListProcessing;
  /** For SNAPSHOT and DYNAMIC lists. */
  readonly filterBranch?: unknown;
}

export interface ListSearch extends CallOptions {
  /** Part of the name. */
  readonly query?: string;
  readonly objectTypeId?: string;
  readonly processingTypes?: readonly ListProcessing[];
}

export interface ListsApi extends ListMembersApi {
  get(id: string, options?: CallOptions & { readonly filters?: boolean }): Promise<ObjectList>;
  byName(objectTypeId: string, name: string, options?: CallOptions): Promise<ObjectList>;
  search(query?: ListSearch): AsyncIterable<ObjectList>;
  /** Where its answer is lost it is looked up by its name; if it is not there, that is UNKNOWN_OUTCOME. */
  create(input: ListInput, options?: CallOptions): Promise<ObjectList>;
  rename(id: string, name: string, options?: UpdateOptions): Promise<ObjectList>;
  setFilters(id: string, filterBranch: unknown, options?: UpdateOptions): Promise<ObjectList>;
  /** Restorable for 90 days. */
  delete(id: string, options?: UpdateOptions): Promise<void>;
  restore(id: string, options?: UpdateOptions): Promise<void>;
  /** The lists a record is in. */
  of(object: ObjectType, recordId: string, options?: CallOptions): Promise<readonly string[]>;
}

const about = "lists";
const all = "/crm/lists/{version}";
const one = `${all}/{listId}` as const;

export function listsApi(rest: Rest): ListsApi {
  const at = (listId: string) => ({ about, path: { listId } });
  const list = async (route: string, request: Parameters<Rest["call"]>[1], member = "list") =>
    listOf((await rest.call(route, request)).object(member));
  return {
    ...listMembersApi(rest),
    get: (id, options) => list(`GET ${one}`, { ...at(id), query: { includeFilters: options?.filters }, options }),
    byName: (objectTypeId, listName, options) =>
      list(`GET ${all}/object-type-id/{objectTypeId}/name/{listName}`, {
        about,
        path: { objectTypeId, listName },
        options,
      }),
    async *search({ signal, ...query } = {}) {
      let offset = 0;
      for (;;) {
        // Both lists are marked as required in 2026-09; empty ones narrow nothing (hubspot-facts §1.4).
        const body = { listIds: [], processingTypes: [], count: 100, offset, ...query };
        const options = signal === undefined ? {} : { signal };
        const answer = await rest.call(`POST ${all}/search`, { about, body, options });
        for (const entry of answer.objects("lists")) yield listOf(entry);
        const next = answer.number("offset");
        if (!answer.flag("hasMore") || next === null || next <= offset) return;
        offset = next;
      }
    },
    create: (input, options) => {
      const { objectTypeId, name: listName } = input;
      const byName = `GET ${all}/object-type-id/{objectTypeId}/name/{listName}`;
      return createNamed(rest, {
        send: async () => (await rest.call(`POST ${all}`, { about, body: given(input), options })).object("list"),
        find: async () =>
          (await rest.call(byName, { about, path: { objectTypeId, listName }, options })).object("list"),
        read: listOf,
        values: { name: listName, processingType: input.processingType },
        once: false,
      });
    },
    rename: (id, listName, options) =>
      list(`PUT ${one}/update-list-name`, { ...at(id), query: { listName }, options }, "updatedList"),
    setFilters: (id, filterBranch, options) =>
      list(`PUT ${one}/update-list-filters`, { ...at(id), body: { filterBranch }, options }, "updatedList"),
    async delete(id, options) {
      await rest.call(`DELETE ${one}`, { ...at(id), options });
    },
    async restore(id, options) {
      await rest.call(`PUT ${one}/restore`, { ...at(id), options });
    },
    async of(objectTypeId, recordId, options) {
      const path = { objectTypeId, recordId };
      const route = `GET ${all}/records/{objectTypeId}/{recordId}/memberships`;
      return (await rest.call(route, { about, path, options })).objects("results").map((entry) => entry.id("listId"));
    },
  };
}

function listOf(from: Fields): ObjectList {
  return {
    id: from.id("listId"),
    name: from.text("name"),
    objectTypeId: from.text("objectTypeId"),
    processingType: from.text("processingType"),
    processingStatus: from.text("processingStatus"),
    size: from.number("size") ?? from.object("additionalProperties").number("hs_list_size"),
    version: from.number("listVersion"),
    ...(from.has("filterBranch") ? { filterBranch: from.raw.filterBranch } : {}),
    createdAt: from.date("createdAt"),
    updatedAt: from.date("updatedAt"),
  };
}
