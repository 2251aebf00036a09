import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { cipher, createKeyRing, createSealer } from "@hubspoke/core/crypto";
import { type ConnectionStatus, createOAuth, type OAuth, type OAuthApp, oauthApp } from "@hubspoke/core/oauth";
import type { Alert, Storage, Transport } from "@hubspoke/core/ports";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";

export const app: OAuthApp = oauthApp({
  clientId: "client-1",
  clientSecret: "secret-1",
  redirectUri: "https://app.example.com/hubspot/oauth/callback",
  scopes: ["oauth", "crm.objects.contacts.read"],
});

/** A HubSpot whose refresh tokens die when they are used: the strictest there could be. */
export function hubspot(): HubSpotSimulator {
  return createHubSpotSimulator({
    seed: 5,
    portals: [
      { id: 100, tokens: [{ token: "pat-100" }] },
      { id: 200, tokens: [{ token: "pat-200" }] },
    ],
    apps: [
      {
        appId: 9,
        clientId: app.clientId,
        clientSecret: app.clientSecret.reveal(),
        redirectUris: [app.redirectUri],
        scopes: app.scopes,
      },
    ],
    oauth: { rotateRefreshTokens: true },
  });
}

/** What one process needs. `aheadMs`: how far its clock is ahead, so that a token's half hour has passed already. */
export interface ProcessOptions {
  readonly storage: Storage;
  readonly baseUrl?: string;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly aheadMs?: number;
  readonly alerts?: Alert[];
}

export function oauthProcess({ storage, baseUrl, fetch: send = fetch, aheadMs = 0, alerts }: ProcessOptions): OAuth {
  const ring = createKeyRing({ current: "k1", keys: { k1: "11".repeat(32) } }, cipher);
  const transport: Transport = {
    async send({ url, method, headers, body }) {
      const response = await send(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: body as string }),
      });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    },
    close: async () => {},
  };
  return createOAuth(app, {
    transport,
    clock: {
      now: () => Date.now() + aheadMs,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    random: Math.random,
    cipher,
    sealer: createSealer({ ring, cipher }),
    ring,
    storage,
    baseUrl: baseUrl ?? "https://api.hubapi.com",
    apiVersion: "2026-09",
    ...(alerts === undefined ? {} : { alerts: { raise: (alert: Alert) => void alerts.push(alert) } }),
  });
}

/** A user of the tenant logs in and agrees, in a browser that follows HubSpot's redirect. */
export async function connect(
  oauth: OAuth,
  simulator: HubSpotSimulator,
  tenant: string,
  portalId = 100,
): Promise<ConnectionStatus> {
  const { authUrl, session } = await oauth.beginLogin({ tenant });
  const page = authUrl.replace("/oauth/authorize", `/oauth/${portalId}/authorize`);
  const answer = await simulator.fetch(page, { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "about:blank");
  const login = await oauth.takeLogin({ state: back.searchParams.get("state") ?? "", session });
  return oauth.finishLogin(login, { code: back.searchParams.get("code") ?? "" });
}

export function refreshes(simulator: HubSpotSimulator): number {
  return simulator.calls.filter((call) => call.path === "/oauth/2026-09/token").length - 1;
}

export interface Gate {
  readonly url: string;
  /** Settles when the first request has arrived. */
  readonly arrived: Promise<void>;
  close(): Promise<void>;
}

/** The simulator over HTTP. With `swallow`, the first request is never answered. */
export async function served(simulator: HubSpotSimulator, swallow = false): Promise<Gate> {
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let first = true;
  const server = createServer((request, response) => {
    const swallowed = swallow && first;
    first = false;
    arrive();
    if (!swallowed) void forward(simulator, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(simulator: HubSpotSimulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answer = await simulator.fetch(`https://api.hubapi.com${request.url}`, {
    method: request.method ?? "GET",
    headers: { "content-type": request.headers["content-type"] ?? "" },
    body: Buffer.concat(chunks),
  });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
  response.end(await answer.text());
}
