import { ApiError } from "../base/api-error.ts";
import { textOf } from "../base/text-of.ts";
import { type Call, jsonBody, type Reply, type Route } from "../routing/call.ts";

export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    method: "GET",
    dated: "/account-info/{version}/details",
    legacy: ["/account-info/v3/details"],
    access: "read",
    handle: details,
  },
  {
    method: "GET",
    dated: "/account-info/{version}/api-usage/daily/private-apps",
    legacy: ["/account-info/v3/api-usage/daily/private-apps"],
    access: "read",
    handle: dailyUsage,
  },
  {
    method: "POST",
    legacy: ["/oauth/v2/private-apps/get/access-token-info"],
    access: "open",
    handle: privateAppToken,
  },
];

function details({ portal, services }: Call): Reply {
  const offset = portal.limits.day.utcOffset(services.now());
  return {
    status: 200,
    body: {
      portalId: portal.id,
      accountType: "DEVELOPER_TEST",
      timeZone: portal.timeZone,
      companyCurrency: "USD",
      additionalCurrencies: [],
      utcOffset: offset,
      utcOffsetMilliseconds: offsetMilliseconds(offset),
      uiDomain: portal.uiDomain,
      dataHostingLocation: "na1",
    },
  };
}

function offsetMilliseconds(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function dailyUsage({ portal, app, services }: Call): Reply {
  const now = services.limitsNow();
  const limits = app.limiter.settings();
  return {
    status: 200,
    body: {
      results: [
        {
          name: "private-apps-api-calls-daily",
          usageLimit: limits.daily,
          currentUsage: portal.limits.day.used(now),
          collectedAt: new Date(services.now()).toISOString(),
          fetchStatus: "SUCCESS",
        },
      ],
    },
  };
}

/** The token comes in the body, and no bearer token is needed (hubspot-facts §4). */
function privateAppToken(call: Call): Reply {
  const body = jsonBody(call.request);
  const token = textOf(body.tokenKey);
  for (const portal of call.services.portals()) {
    const app = portal.apps.get(token);
    if (app?.kind !== "private") continue;
    return {
      status: 200,
      body: { userId: 1, hubId: portal.id, appId: app.appId, scopes: [...app.scopes] },
    };
  }
  throw new ApiError(404, "The token was not found", { category: "OBJECT_NOT_FOUND" });
}
