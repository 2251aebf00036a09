/**
 * One read of the contact, by everybody who is measured: the answer's JSON is parsed, every time. Each loads nothing but
 * its own library: what else is in a process changes how fast it is.
 */
const token = "pat-na1-00000000-0000-0000-0000-000000000000";
const properties = ["email", "firstname", "lastname", "phone", "jobtitle", "lifecyclestage"] as const;

type Read = () => Promise<unknown>;

export const contestants: Readonly<Record<string, (url: string) => Promise<Read>>> = {
  /** Coalescing off; nothing is cached by the client. */
  async hubspoke(url) {
    const { createHubSpotClients, privateApp } = await import("@hubspoke/core/client");
    const clients = createHubSpotClients({ auth: privateApp(token), baseUrl: url, coalesce: false });
    const { contacts } = clients.client({ tenant: "acme" });
    return () => contacts.get("512", { properties });
  },
  /** No limiter and no retries: its defaults, and faster than any limiter it can be given. */
  async "api-client"(url) {
    const { Client } = await import("@hubspot/api-client");
    const { basicApi } = new Client({ accessToken: token, basePath: url }).crm.contacts;
    return () => basicApi.getById("512", [...properties]);
  },
  async "api-client, node:http agent"(url) {
    const [{ Client }, { Agent }] = await Promise.all([import("@hubspot/api-client"), import("node:http")]);
    const agent = new Agent({ keepAlive: true });
    const { basicApi } = new Client({ accessToken: token, basePath: url, httpAgent: agent }).crm.contacts;
    return () => basicApi.getById("512", [...properties]);
  },
  async undici(url) {
    const { request } = await import("undici");
    const address = `${url}/crm/objects/2026-09/contacts/512?properties=${properties.join("%2C")}`;
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
    return async () => (await request(address, { headers })).body.json();
  },
};
