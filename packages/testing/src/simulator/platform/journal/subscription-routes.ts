import { ApiError, validationError } from "../../base/api-error.ts";
import { numberOf, textOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import type { Portal } from "../../state/portal.ts";
import type { Journals } from "./journals.ts";
import { type SubscriptionFilter, viewSubscription } from "./subscription.ts";

const BASE = "/webhooks-journal/subscriptions/{version}";

export const JOURNAL_SUBSCRIPTION_ROUTES: readonly Route[] = [
  route("POST", "", subscribe),
  route("GET", "", (call) => ok({ results: journalsOf(call).subscriptions(call.app.appId).map(viewSubscription) })),
  route("POST", "/filters", addFilter),
  route("GET", "/filters/subscription/{subscriptionId}", (call) => {
    const id = wholeNumber(call.params.subscriptionId, "subscriptionId");
    journalsOf(call).subscription(call.app.appId, id);
    return ok(journalsOf(call).filtersOf(id).map(viewFilter));
  }),
  route("GET", "/filters/{filterId}", (call) => {
    return ok(viewFilter(journalsOf(call).filter(call.app.appId, wholeNumber(call.params.filterId, "filterId"))));
  }),
  route("DELETE", "/filters/{filterId}", (call) => {
    journalsOf(call).removeFilter(call.app.appId, wholeNumber(call.params.filterId, "filterId"));
    return { status: 204 };
  }),
  route("DELETE", "/portals/{portalId}", (call) => {
    const portalId = wholeNumber(call.params.portalId, "portalId");
    const journals = journalsOf(call);
    for (const { id, portalId: where } of journals.subscriptions(call.app.appId)) {
      if (where === portalId) journals.unsubscribe(call.app.appId, id);
    }
    return { status: 204 };
  }),
  route("GET", "/{subscriptionId}", (call) => {
    const id = wholeNumber(call.params.subscriptionId, "subscriptionId");
    return ok(viewSubscription(journalsOf(call).subscription(call.app.appId, id)));
  }),
  route("DELETE", "/{subscriptionId}", (call) => {
    journalsOf(call).unsubscribe(call.app.appId, wholeNumber(call.params.subscriptionId, "subscriptionId"));
    return { status: 204 };
  }),
  {
    method: "POST",
    dated: "/webhooks-journal/snapshots/{version}/crm",
    access: "write",
    scopes: ["developer.webhooks_journal.snapshots.write"],
    unlimited: true,
    handle: snapshots,
  },
];

function route(method: string, path: string, handle: (call: Call) => Reply): Route {
  const access = method === "GET" ? "read" : "write";
  const write = "developer.webhooks_journal.subscriptions.write";
  const scopes = access === "read" ? ["developer.webhooks_journal.subscriptions.read", write] : [write];
  return { method, dated: BASE + path, access, scopes, unlimited: true, handle };
}

function journalsOf({ services }: Call): Journals {
  return services.platform.journals;
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function wholeNumber(value: unknown, name: string): number {
  if (/^\d+$/.test(textOf(value))) return Number(value);
  throw validationError(`${name} must be a number, got ${textOf(value)}`);
}

function subscribe(call: Call): Reply {
  const body = jsonBody(call.request);
  if (body.portalId !== undefined) installedPortal(call, body.portalId);
  return ok(viewSubscription(journalsOf(call).subscribe(call.app.appId, body)));
}

/** Apps see only accounts that they are installed in. */
function installedPortal(call: Call, portalId: unknown): Portal {
  for (const portal of call.services.portals()) {
    const isHere = portal.id === numberOf(portalId);
    if (isHere && [...portal.apps.values()].some(({ appId }) => appId === call.app.appId)) return portal;
  }
  throw new ApiError(403, `The app is not installed in portal ${textOf(portalId)}`, { category: "MISSING_SCOPES" });
}

function addFilter(call: Call): Reply {
  const { subscriptionId, filter } = jsonBody(call.request);
  const id = wholeNumber(subscriptionId, "subscriptionId");
  return ok({ filterId: journalsOf(call).addFilter(call.app.appId, id, filter).id });
}

function viewFilter({ id, raw, createdAt }: SubscriptionFilter): Record<string, unknown> {
  return { id, createdAt, filter: raw };
}

function snapshots(call: Call): Reply {
  const { snapshotRequests } = jsonBody(call.request);
  if (!Array.isArray(snapshotRequests)) throw validationError("snapshotRequests must be an array");
  const asked = snapshotRequests.map((raw: unknown) => {
    const { portalId, objectId, objectTypeId, properties } = (raw ?? {}) as Record<string, unknown>;
    const names = Array.isArray(properties) ? properties.map(textOf) : [];
    return {
      portal: installedPortal(call, portalId),
      type: textOf(objectTypeId),
      id: wholeNumber(objectId, "objectId"),
      names,
    };
  });
  const snapshotResponses = asked.map(({ portal, type, id, names }) => {
    const where = { portalId: portal.id, objectTypeId: type };
    const job = { ...where, appId: call.app.appId, objectId: String(id), properties: names };
    return { ...where, objectId: id, snapshotStatusId: journalsOf(call).snapshots.start(portal, job) };
  });
  return ok({ snapshotResponses });
}
