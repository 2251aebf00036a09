import { ApiError, validationError } from "../../base/api-error.ts";
import { optionalText, textOf, wholeOf } from "../../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../../routing/call.ts";
import { iso } from "../task.ts";
import type { Subscription, WebhookApps, WebhookSettings } from "./webhook-apps.ts";

/** The family moved twice: each version has a base of its own (hubspot-facts §1.3). */
export const WEBHOOK_ROUTES: readonly Route[] = [
  ...routes("GET", "/settings", (call) => ok(viewSettings(appsOf(call).settings(appId(call))))),
  ...routes("PUT", "/settings", configure),
  ...routes("DELETE", "/settings", (call) => {
    appsOf(call).clear(appId(call));
    return { status: 204 };
  }),
  ...routes("GET", "/subscriptions", (call) => {
    return ok({ results: appsOf(call).list(appId(call)).map(viewSubscription) });
  }),
  ...routes("POST", "/subscriptions", subscribe),
  ...routes("POST", "/subscriptions/batch/update", updateBatch),
  ...routes("GET", "/subscriptions/{subscriptionId}", (call) => {
    return ok(viewSubscription(appsOf(call).get(appId(call), subscriptionId(call))));
  }),
  ...routes("PATCH", "/subscriptions/{subscriptionId}", (call) => {
    const { active } = jsonBody(call.request);
    return ok(viewSubscription(appsOf(call).activate(appId(call), subscriptionId(call), active === true)));
  }),
  ...routes("DELETE", "/subscriptions/{subscriptionId}", (call) => {
    appsOf(call).unsubscribe(appId(call), subscriptionId(call));
    return { status: 204 };
  }),
];

function routes(method: string, path: string, handle: (call: Call) => Reply): Route[] {
  const common = { method, access: method === "GET" ? "read" : "write", scopes: [], developer: true, handle } as const;
  const under = `/{appId}${path}`;
  return [
    { ...common, dated: `/app-webhooks/{version}${under}`, versions: ["2026-09"] },
    { ...common, dated: `/webhooks/{version}${under}`, versions: ["2026-03"], legacy: [`/webhooks/v3${under}`] },
  ];
}

function appsOf({ services }: Call): WebhookApps {
  return services.platform.webhooks;
}

function appId({ params }: Call): number {
  return wholeNumber(params.appId, "appId");
}

function subscriptionId({ params }: Call): number {
  return wholeNumber(params.subscriptionId, "subscriptionId");
}

function wholeNumber(value: unknown, name: string): number {
  if (/^\d+$/.test(textOf(value))) return Number(value);
  throw validationError(`${name} must be a number, got ${textOf(value)}`);
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function configure(call: Call): Reply {
  const { targetUrl, throttling } = jsonBody(call.request);
  const { maxConcurrentRequests } = (throttling ?? {}) as Record<string, unknown>;
  const concurrency = optionalText(maxConcurrentRequests) === undefined ? undefined : wholeOf(maxConcurrentRequests);
  return ok(viewSettings(appsOf(call).configure(appId(call), textOf(targetUrl), concurrency)));
}

function subscribe(call: Call): Reply {
  const { eventType, propertyName, objectTypeId, active } = jsonBody(call.request);
  const draft = {
    eventType: textOf(eventType),
    propertyName: optionalText(propertyName),
    objectTypeId: optionalText(objectTypeId),
    active: active === true,
  };
  return { status: 201, body: viewSubscription(appsOf(call).subscribe(appId(call), draft)) };
}

/** What cannot be changed is named and stops nothing. */
function updateBatch(call: Call): Reply {
  const { inputs } = jsonBody(call.request);
  if (!Array.isArray(inputs)) throw validationError("inputs must be an array");
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    const { id, active } = (input ?? {}) as Record<string, unknown>;
    try {
      const changed = appsOf(call).activate(appId(call), wholeNumber(id, "id"), active === true);
      results.push(viewSubscription(changed));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push({
        status: "error",
        category: error.fields.category,
        message: error.message,
        context: { id: [typeof id === "object" ? "" : String(id)] },
      });
    }
  }
  const at = iso(call.services.now());
  const failed = errors.length === 0 ? {} : { numErrors: errors.length, errors };
  return {
    status: errors.length === 0 ? 200 : 207,
    body: { status: "COMPLETE", results, startedAt: at, completedAt: at, ...failed },
  };
}

function viewSettings({ targetUrl, maxConcurrentRequests, createdAt, updatedAt }: WebhookSettings): unknown {
  const times = { createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
  return { targetUrl, throttling: { maxConcurrentRequests }, ...times };
}

function viewSubscription(subscription: Subscription): Record<string, unknown> {
  const { id, eventType, propertyName, objectTypeId, active, createdAt, updatedAt } = subscription;
  return {
    id: String(id),
    eventType,
    ...(propertyName === undefined ? {} : { propertyName }),
    ...(objectTypeId === undefined ? {} : { objectTypeId }),
    active,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}
