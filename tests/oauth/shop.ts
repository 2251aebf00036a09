import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { createHubSpoke, type Hubspoke, oauthApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import type { Alert } from "@hubspoke/core/ports";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { expressRouter } from "@hubspoke/express";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import express from "express";
import { Kysely } from "kysely";

interface Tables {
  leads: { id: string; workspace: string; email: string; first_name: string | null };
}

export const tenant = "acme";

/** A product with a table of leads and a settings page, mounted in Express; HubSpot on another port; two accounts there. */
export interface Shop {
  readonly url: string;
  readonly hubspot: HubSpotSimulator;
  readonly hubspotUrl: string;
  readonly hubspoke: Hubspoke;
  readonly leads: SyncHandle;
  readonly db: Kysely<Tables>;
  readonly alerts: readonly Alert[];
  /** A person of the tenant, with a browser of their own. */
  browser(): Browser;
  close(): Promise<void>;
}

export async function shop(): Promise<Shop> {
  const app = express();
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // HubSpot takes http for the name localhost alone.
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const redirectUri = `${url}/hubspot/oauth/callback`;
  const scopes = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"];
  const hubspot = createHubSpotSimulator({
    seed: 5,
    portals: [
      { id: 100, tokens: [{ token: "pat-100" }] },
      { id: 200, tokens: [{ token: "pat-200" }] },
    ],
    apps: [{ appId: 9, clientId: "client-1", clientSecret: "secret-1", redirectUris: [redirectUri], scopes }],
    oauth: { rotateRefreshTokens: true, approval: "page" },
  });
  const { url: hubspotUrl, close: closeHubSpot } = await hubspot.listen();
  const alerts: Alert[] = [];
  const hubspoke = createHubSpoke({
    auth: oauthApp({
      clientId: "client-1",
      clientSecret: "secret-1",
      redirectUri,
      scopes,
      returnTo: ["/settings"],
      authorizeUrl: `${hubspotUrl}/oauth/authorize`,
    }),
    baseUrl: hubspotUrl,
    storage: memoryStorage(),
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    alerts: { raise: (alert) => void alerts.push(alert) },
  });
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  await db.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("first_name", "text")
    .execute();
  const table = { table: "leads", tenantColumn: "workspace" } as const;
  await installOutbox(db, table);
  const leads = hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: kyselySource(db, table),
    match: ["email"],
    fields: { email: field("email", { owner: "local" }), first_name: field("firstname", { owner: "local" }) },
  });
  const authorize = (request: Request) =>
    request.headers.get("x-user") === "ada"
      ? { tenant, actor: { id: "ada", role: "admin" } }
      : { denied: "no session" };
  app.use("/hubspot", expressRouter(hubspoke, { authorize }));
  app.get("/settings", (_request, response) => void response.send("Settings"));
  return {
    url,
    hubspot,
    hubspotUrl,
    hubspoke,
    leads,
    db,
    alerts,
    browser: () => new Browser(url),
    async close() {
      await hubspoke.close();
      await db.destroy();
      await closeHubSpot();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

/** What a browser does for its person: follows redirects, keeps cookies to their origin, is signed in to the product. */
export class Browser {
  readonly #home: string;
  readonly #cookies = new Map<string, string>();

  constructor(home: string) {
    this.#home = home;
  }

  async open(address: string, accept = "text/html", method = "GET"): Promise<Page> {
    const url = new URL(address, this.#home);
    const ours = url.origin === this.#home;
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        accept,
        ...(method === "GET" ? {} : { "content-type": "application/json", "sec-fetch-site": "same-origin" }),
        ...(ours
          ? { "x-user": "ada", cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
          : {}),
      },
    });
    for (const cookie of ours ? response.headers.getSetCookie() : []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (response.status === 302 && location !== null) return this.open(new URL(location, url).href);
    return { url, status: response.status, text: await response.text() };
  }

  /** Presses the button on HubSpot's page. */
  press(page: Page, button: "approve" | "deny", portalId: number): Promise<Page> {
    const [, href = ""] = new RegExp(`id="${button}" href="([^"]+)"`).exec(page.text) ?? [];
    const target = new URL(href.replaceAll("&amp;", "&"), page.url);
    target.pathname = `/oauth/${portalId}/authorize`;
    return this.open(target.href);
  }
}
