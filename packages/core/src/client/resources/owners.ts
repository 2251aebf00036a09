import type { CallOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

/** Somebody records can be assigned to. `id` is what `hubspot_owner_id` holds; it is not the user's id (hubspot-facts §7.3). */
export interface Owner {
  /** What `hubspot_owner_id` of a record holds: not the user id. */
  readonly id: string;
  /** Null for queues. */
  readonly email: string | null;
  /** Null where none was entered, and for queues. */
  readonly firstName: string | null;
  /** Null where none was entered, and for queues. */
  readonly lastName: string | null;
  /** A person, or a queue that several work off. */
  readonly type: "PERSON" | "QUEUE" | (string & Record<never, never>);
  /** null for somebody who left: `userIdIncludingInactive` still has it. */
  readonly userId: string | null;
  /** The user id, also of somebody who left. */
  readonly userIdIncludingInactive: string | null;
  /** The teams of the person; at most one is `primary`. */
  readonly teams: readonly { readonly id: string; readonly name: string; readonly primary: boolean }[];
  /** Left the account. Records may still name them. */
  readonly archived: boolean;
  /** Null where HubSpot did not say. */
  readonly createdAt: Date | null;
  /** Null where HubSpot did not say. */
  readonly updatedAt: Date | null;
}

export interface OwnersApi {
  /** Active owners, or with `archived` those who left. */
  list(options?: CallOptions & { readonly email?: string; readonly archived?: boolean }): AsyncIterable<Owner>;
  /** By owner id, or by the user's id. */
  get(
    id: string,
    options?: CallOptions & { readonly idProperty?: "id" | "userId"; readonly archived?: boolean },
  ): Promise<Owner>;
}

const about = "owners";

export function ownersApi(rest: Rest): OwnersApi {
  return {
    async *list(options = {}) {
      const { email, archived } = options;
      const request = { about, query: { limit: 500, email, archived }, options };
      for await (const entry of rest.pages("GET /crm/owners/{version}", request)) yield owner(entry);
    },
    async get(id, options = {}) {
      const { idProperty, archived } = options;
      const request = { about, path: { ownerId: id }, query: { idProperty, archived }, options };
      return owner(await rest.call("GET /crm/owners/{version}/{ownerId}", request));
    },
  };
}

function owner(from: Fields): Owner {
  return {
    id: from.id(),
    email: from.textOrNull("email"),
    firstName: from.textOrNull("firstName"),
    lastName: from.textOrNull("lastName"),
    type: from.text("type"),
    userId: from.idOrNull("userId"),
    userIdIncludingInactive: from.idOrNull("userIdIncludingInactive"),
    teams: from
      .objects("teams")
      .map((team) => ({ id: team.id(), name: team.text("name"), primary: team.flag("primary") })),
    archived: from.flag("archived"),
    createdAt: from.date("createdAt"),
    updatedAt: from.date("updatedAt"),
  };
}
