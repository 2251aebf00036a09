import { cipher, createSealer, type KeyRing } from "@hubspoke/core/crypto";
import { createOAuth, type OAuthRoutes, oauthApp, oauthRoutes } from "@hubspoke/core/oauth";
import type { Clock, Storage } from "@hubspoke/core/ports";
import { createHubSpotSimulator } from "@hubspoke/testing";

export interface ConnectButton {
  readonly routes: OAuthRoutes;
  /** HubSpot's page, approved: the query it sends the browser back with. */
  consent(authUrl: string): Promise<string>;
}

const app = oauthApp({
  clientId: "client-1",
  clientSecret: "secret-1",
  redirectUri: "https://app.example.com/hubspot/oauth/callback",
  scopes: ["oauth"],
  returnTo: ["/settings"],
});

/** Logins against a simulated HubSpot with the one account that the bed's tenant is pinned to. */
export function connectButton(storage: Storage, ring: KeyRing, clock: Clock): ConnectButton {
  const hubspot = createHubSpotSimulator({
    apps: [
      {
        appId: 9,
        clientId: app.clientId,
        clientSecret: app.clientSecret.reveal(),
        redirectUris: [app.redirectUri],
        scopes: app.scopes,
      },
    ],
  });
  const oauth = createOAuth(app, {
    transport: {
      async send({ url, method, headers, body }) {
        const init = { method, headers, ...(body === undefined ? {} : { body: body as string }) };
        const response = await hubspot.fetch(url, init);
        return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
      },
      close: async () => {},
    },
    clock,
    random: () => 0.5,
    cipher,
    sealer: createSealer({ ring, cipher }),
    ring,
    storage,
    baseUrl: "https://api.hubapi.com",
    apiVersion: "2026-09",
  });
  return {
    routes: oauthRoutes({ oauth, cipher }),
    async consent(authUrl) {
      const answer = await hubspot.fetch(authUrl, { redirect: "manual" });
      return new URL(answer.headers.get("location") ?? "about:blank").search;
    },
  };
}
