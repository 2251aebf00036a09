/** One read of the contact, by everybody who is measured: the answer's JSON is parsed, every time. */
import { Agent as KeepAlive } from "node:http";
import { createHubSpotClients, privateApp } from "@hubspoke/core/client";
import { Client } from "@hubspot/api-client";
import { request } from "undici";

const token = "pat-na1-00000000-0000-0000-0000-000000000000";
const properties = ["email", "firstname", "lastname", "phone", "jobtitle", "lifecyclestage"] as const;

export const contestants: Readonly<Record<string, (url: string) => () => Promise<unknown>>> = {
  /** Coalescing off; nothing is cached by the client. */
  hubspoke(url) {
    const clients = createHubSpotClients({ auth: privateApp(token), baseUrl: url, coalesce: false });
    const { contacts } = clients.client({ tenant: "acme" });
    return () => contacts.get("512", { properties });
  },
  /** No limiter and no retries: its defaults, and faster than any limiter it can be given. */
  "api-client"(url) {
    const { basicApi } = new Client({ accessToken: token, basePath: url }).crm.contacts;
    return () => basicApi.getById("512", [...properties]);
  },
  "api-client, node:http agent"(url) {
    const agent = new KeepAlive({ keepAlive: true });
    const { basicApi } = new Client({ accessToken: token, basePath: url, httpAgent: agent }).crm.contacts;
    return () => basicApi.getById("512", [...properties]);
  },
  undici(url) {
    const address = `${url}/crm/objects/2026-09/contacts/512?properties=${properties.join("%2C")}`;
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
    return async () => (await request(address, { headers })).body.json();
  },
};
