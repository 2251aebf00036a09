import { randomUUID } from "node:crypto";
import { verifyLine } from "@hubspoke/core";
import { type AheadClock, aheadClock } from "@hubspoke/example-kit/ahead-clock";
import type { Surroundings } from "@hubspoke/example-kit/around";
import { findPostgres } from "@hubspoke/example-kit/postgres";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import { Client } from "pg";
import { expect, vi } from "vitest";
import { start, type Warp } from "../../lib/start.ts";

/** Tables of this test's own. A schema, because to drop a database the server writes everything of everybody to its disk. */
export async function ownTables(): Promise<{ readonly url: string; readonly schema: string; drop(): Promise<void> }> {
  const server = await findPostgres(process.env);
  const schema = `warp_test_${randomUUID().slice(0, 8)}`;
  return {
    url: server.url,
    schema,
    async drop() {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      await client.query(`drop schema if exists ${schema} cascade; drop schema if exists ${schema}_hubspoke cascade`);
      await client.end();
      await server.close();
    },
  };
}

export interface Account {
  readonly simulator: HubSpotSimulator;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What a start says of HubSpot. */
export const verified = async ({ hubspoke, schema }: Warp): Promise<string> =>
  verifyLine(await hubspoke.verify("warp", { schema }), "changes wait");

/** A HubSpot that outlives the processes that talk to it, and what their environment says of it. */
export async function accountOf(
  webhookUrl = "http://localhost:1/api/v1/webhooks/hubspot",
  clock: AheadClock = aheadClock(),
): Promise<Account> {
  const tokens = [{ token: "pat-sim-reads" }, { token: "pat-sim-writes" }];
  const simulator = createHubSpotSimulator({ seed: 7, clock, portals: [{ id: 62_515, tokens }] });
  const { url, close } = await simulator.listen();
  const env = {
    HUBSPOT_READ_TOKEN: "pat-sim-reads",
    HUBSPOT_WRITE_TOKEN: "pat-sim-writes",
    HUBSPOT_API_BASE_URL: url,
    HUBSPOT_WEBHOOK_URL: webhookUrl,
    HUBSPOT_WEBHOOK_SECRET: simulator.appSecret,
    HUBSPOKE_KEY: "77".repeat(32),
  };
  return { simulator, env, close };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes, looked into by the assertions
type Body = any;

/** WARP, its worker and its simulated HubSpot live so many times as fast as we do: nobody sits out a poll or a pause. */
export const speed = 20;

export interface Bed {
  readonly warp: Warp;
  readonly clock: AheadClock;
  readonly hubspot: HubSpotSimulator;
  /** With the write key, else the one given; the way a program calls. */
  send(method: string, path: string, body?: unknown, key?: string): Promise<{ status: number; body: Body }>;
  overview(): Promise<Body>;
  /** Waits until what is asked for is so: the worker, its polls and HubSpot's webhooks take their time. */
  soon<T>(look: () => T | Promise<T>, wanted: unknown, why?: string): Promise<void>;
  /** The same, while hours pass: what waits for another try has it. */
  later<T>(look: () => T | Promise<T>, wanted: unknown, why?: string): Promise<void>;
  /** One value of WARP's tables. */
  one(text: string, ...values: readonly unknown[]): Promise<Body>;
  /** A deal that sales win, and the account that comes of it. */
  customer(name: string): Promise<{ ban: string; company: string; trunk: string }>;
  records(type: string): readonly Readonly<Record<string, string>>[];
  close(): Promise<void>;
}

export async function bed(options: Partial<Surroundings> = {}): Promise<Bed> {
  const tables = await ownTables();
  const clock = aheadClock(speed);
  const warp = await start({
    port: 0,
    schema: tables.schema,
    env: { DATABASE_URL: tables.url },
    options: { clock, ...options },
  });
  const hubspot = warp.hubspot!.simulator;
  const bedOf: Bed = {
    warp,
    clock,
    hubspot,
    async send(method, path, body, key = warp.keys.write) {
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await fetch(`${warp.url}/api/v1${path}`, init);
      const text = await response.text();
      return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
    },
    overview: async () => (await bedOf.send("GET", "/sync/overview")).body,
    async soon(look, wanted, why) {
      const asWanted = async () => expect(await look(), why).toEqual(wanted);
      await vi.waitFor(asWanted, { timeout: 60_000, interval: 50 });
    },
    later: (look, wanted, why) => {
      const hurried = setInterval(() => {
        clock.ahead += 300_000;
      }, 300);
      return bedOf.soon(look, wanted, why).finally(() => clearInterval(hurried));
    },
    async one(text, ...values) {
      const [row] = await warp.data.rows<Record<string, Body>>(text, values);
      return row === undefined ? undefined : Object.values(row)[0];
    },
    async customer(name) {
      const deals = hubspot.portal().objects("deals");
      const { id } = deals.create({ dealname: name, pipeline: "default", dealstage: "contractsent" });
      deals.update(id, { dealstage: "closedwon" });
      const done = async () => (await warp.flow.get(id, "warp"))?.state;
      await bedOf.soon(done, "done", `${name} is onboarded`);
      const ban = await bedOf.one("select ban from customers where deal_id = $1", id);
      const trunk = await bedOf.one(
        "select t.trunk_id from trunks t join customers c on c.id = t.customer_id where ban = $1",
        ban,
      );
      const company = hubspot.portal().objects("companies").findBy("warp_ban", ban)!.id;
      return { ban, company, trunk };
    },
    records: (type) =>
      hubspot
        .portal()
        .objects(type)
        .list()
        .map(({ id, properties }) => ({ ...properties, id })),
    async close() {
      await warp.close();
      await tables.drop();
    },
  };
  const settled = () => warp.setup.status()?.ready || warp.setup.status()?.steps;
  await bedOf.soon(settled, true, "HubSpot is set up");
  return bedOf;
}
