import { resourceNotFound, validationError } from "../base/api-error.ts";
import { wholeNumber } from "../platform/paging.ts";
import type { Call, Reply, Route } from "../routing/call.ts";
import type { Owner } from "../state/owners.ts";

const MAX_PAGE = 500;

export const OWNER_ROUTES: readonly Route[] = [
  {
    method: "GET",
    dated: "/crm/owners/{version}",
    legacy: ["/crm/v3/owners"],
    access: "read",
    scopes: ["crm.objects.owners.read"],
    handle: list,
  },
  {
    method: "GET",
    dated: "/crm/owners/{version}/{ownerId}",
    legacy: ["/crm/v3/owners/{ownerId}"],
    access: "read",
    scopes: ["crm.objects.owners.read"],
    handle: get,
  },
];

function list({ portal, request: { query } }: Call): Reply {
  const limit = wholeNumber(query.get("limit"), 100, "limit");
  if (limit < 1 || limit > MAX_PAGE) {
    throw validationError(`limit must be between 1 and ${MAX_PAGE}`);
  }
  const archived = query.get("archived") === "true";
  const email = query.get("email")?.toLowerCase();
  const after = wholeNumber(query.get("after"), 0, "after");
  const all = portal.owners.filter(
    (owner) => owner.archived === archived && (email === undefined || owner.email === email),
  );
  const next = after + limit;
  return {
    status: 200,
    body: {
      results: all.slice(after, next).map(viewOwner),
      ...(next < all.length ? { paging: { next: { after: String(next) } } } : {}),
    },
  };
}

function get({ portal, params, request: { query } }: Call): Reply {
  const archived = query.get("archived") === "true";
  const byUser = query.get("idProperty") === "userId";
  const owner = portal.owners.find(
    (candidate) =>
      candidate.archived === archived && params.ownerId === (byUser ? String(candidate.userId) : candidate.id),
  );
  if (owner === undefined) throw resourceNotFound();
  return { status: 200, body: viewOwner(owner) };
}

/** Somebody who left has no `userId` any more, only the one including inactive users (hubspot-facts §7.3). */
function viewOwner({ userId, ...owner }: Owner): Record<string, unknown> {
  const at = new Date(0).toISOString();
  return {
    ...owner,
    type: "PERSON",
    userId: owner.archived ? null : userId,
    userIdIncludingInactive: userId,
    teams: [],
    createdAt: at,
    updatedAt: at,
  };
}
