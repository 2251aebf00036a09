import { openApi } from "@hubspoke/core/webhooks";
import { expect } from "vitest";
import { event } from "../bed.ts";
import type { Cases, RouteCase } from "./case.ts";
import type { Staged } from "./stage.ts";

type Prepared = Awaited<ReturnType<NonNullable<RouteCase["prepare"]>>>;

/** A login begun in this mount, agreed to on HubSpot's page. */
async function agreedLogin(leg: Staged): Promise<Prepared> {
  const begun = await leg.send("/oauth/initiate", { headers: { "x-user": "u1" } });
  const { authUrl } = (await begun.json()) as { authUrl: string };
  const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return { query: await leg.consent(authUrl), headers: { cookie } };
}

async function connected(leg: Staged): Promise<Prepared> {
  const { query, headers } = await agreedLogin(leg);
  expect((await leg.send(`/oauth/callback${query}`, { headers })).status).toBe(200);
  return { query: "", headers: {} };
}

async function notConnected(leg: Staged): Promise<Prepared> {
  const headers = { "x-user": "u1", "content-type": "application/json", "sec-fetch-site": "same-origin" };
  expect((await leg.send("/oauth/disconnect", { method: "DELETE", headers })).status).toBe(200);
  return { query: "", headers: {} };
}

/** Where HubSpot and machines come in: events, logins, health, the description. */
export const edges: Cases = {
  "POST /webhooks": {
    path: "/webhooks",
    body: [event(1), event(2, { subscriptionType: "nobody.knows" })],
    status: 204,
    answer: null,
    signedAt: "",
    wrong: { "a text": { body: "text" }, nothing: { body: null } },
  },
  "POST /webhooks/{object}": {
    path: "/webhooks/2-345",
    body: [event(3)],
    status: 204,
    answer: null,
    signedAt: "/2-345",
    wrong: { "no object of HubSpot's": { path: "/webhooks/nonsense" }, "a broken encoding": { path: "/webhooks/%ff" } },
  },
  "GET /oauth/initiate": {
    path: "/oauth/initiate?mode=popup&returnTo=/settings",
    status: 200,
    answer: { authUrl: expect.stringMatching(/^https:\/\/app\.hubspot\.com\/oauth\/.*client_id=client-1/) },
    wrong: { "a mode there is not": { path: "/oauth/initiate?mode=frame" } },
  },
  "GET /oauth/callback": {
    path: "/oauth/callback",
    status: 200,
    prepare: agreedLogin,
    page: "HubSpot is connected",
    wrong: {},
  },
  "GET /oauth/status": {
    path: "/oauth/status",
    status: 200,
    prepare: connected,
    answer: expect.objectContaining({ connected: true, portalId: "62515", scopes: ["oauth"] }),
    wrong: {},
  },
  "POST /oauth/disconnect": {
    path: "/oauth/disconnect",
    body: { uninstall: false },
    status: 200,
    prepare: connected,
    answer: { wasConnected: true, revoked: true, uninstalled: false },
    wrong: { "not true or false": { body: { uninstall: "yes" } }, "a list": { body: [] } },
  },
  "DELETE /oauth/disconnect": {
    path: "/oauth/disconnect",
    body: { uninstall: true },
    status: 200,
    prepare: notConnected,
    answer: { wasConnected: false, revoked: false, uninstalled: false },
    wrong: { "not true or false": { body: { uninstall: "yes" } } },
  },
  "GET /health": {
    path: "/health",
    status: 200,
    asks: ["health.check"],
    answer: { ok: true, asked: "health.check", with: [] },
    wrong: {},
  },
  "GET /openapi.json": {
    path: "/openapi.json",
    status: 200,
    answer: openApi({ basePath: "/hubspot" }),
    wrong: {},
  },
};
