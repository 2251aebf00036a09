/** The examples as a deployment runs them, with people and secrets in them that must be seen nowhere. */
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { Client } from "pg";
import { type ClubOS, start as startClubOS } from "../../examples/clubos-messages/lib/start.ts";
import { type ColdCopy, start as startColdCopy } from "../../examples/coldcopy/lib/start.ts";
import { Visitor } from "./visitor.ts";

/** A person in HubSpot and in ColdCopy's own table. */
export const person = {
  firstname: "Zebulon",
  lastname: "Quickcanary",
  email: "zebulon.quickcanary@example.com",
  phone: "+19025550177",
} as const;

export const clientSecret = "coldcopy-secret";

export interface World {
  readonly coldcopy: ColdCopy;
  readonly clubos: ClubOS;
  /** Where ColdCopy's databases are. */
  readonly folder: string;
  /** Administrators of two workspaces of ColdCopy, connected to accounts 100 and 200. */
  readonly acme: Visitor;
  readonly globex: Visitor;
  /** Somebody of ClubOS's support desk, and somebody who is not signed in. */
  readonly support: Visitor;
  readonly stranger: Visitor;
  /** A server of nobody's: an address that no process of ours may ever ask. Answers how often it was. */
  readonly trap: { readonly url: string; asked(): number };
  /** Everything that was printed or logged since the start. */
  printed(): string;
  /** Events in ColdCopy's inbox that wait, after the worker has done what it could. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface Signing {
  readonly key?: string;
  readonly at?: number | string;
  readonly url?: string;
}

/** Where HubSpot calls ColdCopy. */
export const webhookPath = "/api/integrations/hubspot/webhooks";

/** HubSpot's signature, v3, from its documentation. */
export function signature(world: World, body: string | Uint8Array, signing: Signing = {}): Record<string, string> {
  const { key = clientSecret, at = Date.now(), url = world.coldcopy.url + webhookPath } = signing;
  const digest = createHmac("sha256", key).update(`POST${url}`).update(body).update(String(at)).digest("base64");
  return { "x-hubspot-signature-v3": digest, "x-hubspot-request-timestamp": String(at) };
}

export function event(objectId: number, more: object = {}): object {
  return {
    portalId: 100,
    subscriptionId: 1,
    subscriptionType: "contact.creation",
    occurredAt: Date.now(),
    objectId,
    ...more,
  };
}

export async function createWorld(): Promise<World> {
  const printed: string[] = [];
  const restore = listen(printed);
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-abuse-"));
  const schema = `abuse_${randomUUID().slice(0, 8)}`;
  let asked = 0;
  const trap = createServer((_, response) => {
    asked += 1;
    response.end("caught");
  });
  await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
  const coldcopy = await startColdCopy({ folder, port: 0 });
  const note = (...entry: readonly unknown[]): void => void printed.push(`${inspect(entry, { depth: 9 })}\n`);
  const clubos = await startClubOS({
    port: 0,
    schema,
    env: { DATABASE_URL: process.env.DATABASE_URL },
    options: { logger: { debug: note, info: note, warn: note, error: note } },
  });

  const hubspot = coldcopy.hubspot?.simulator;
  if (hubspot === undefined || clubos.hubspot === null)
    throw new Error("the examples must run with simulated HubSpots");
  hubspot.portal(100).contacts.create({ ...person });
  clubos.hubspot.simulator.portal().contacts.create({ ...person });
  const acme = await connected(coldcopy, "acme", 100);
  const globex = await connected(coldcopy, "globex", 200);
  const support = new Visitor(clubos.url);
  await support.send("POST", "/api/login", { name: "Sam", role: "support" });

  return {
    coldcopy,
    clubos,
    folder,
    acme,
    globex,
    support,
    stranger: new Visitor(clubos.url),
    trap: { url: `http://127.0.0.1:${(trap.address() as AddressInfo).port}`, asked: () => asked },
    printed: () => printed.join(""),
    async settle() {
      while (!(await coldcopy.hubspoke.worker().tick({ budgetMs: 5_000 })).idle);
    },
    async close() {
      await coldcopy.close();
      await clubos.close();
      if (!clubos.postgres.kind.startsWith("embedded")) await dropSchemas(clubos.postgres.url, schema);
      await new Promise((resolve) => trap.close(resolve));
      rmSync(folder, { recursive: true, force: true });
      restore();
    },
  };
}

export async function dropSchemas(url: string, schema: string): Promise<void> {
  const database = new Client({ connectionString: url });
  await database.connect();
  await database.query(`drop schema if exists "${schema}" cascade; drop schema if exists "${schema}_hubspoke" cascade`);
  await database.end();
}

/** A workspace of ColdCopy with its HubSpot account, its leads synced once. */
async function connected(product: ColdCopy, workspace: string, portal: number): Promise<Visitor> {
  const visitor = new Visitor(product.url, { workspace });
  await visitor.connect(portal);
  const started = await visitor.send("POST", "/api/integrations/hubspot/sync/start", {});
  if (started.status !== 202) throw new Error(`${workspace} did not start: ${started.status} ${started.text}`);
  const until = Date.now() + 30_000;
  while (product.setup.for(workspace).status()?.ready !== true) {
    if (Date.now() > until) throw new Error(`${workspace} is not ready`);
    await setTimeout(100);
  }
  return visitor;
}

/** Keeps what is printed instead of printing it; gives it back to the terminal at the end. */
function listen(into: string[]): () => void {
  const streams = [process.stdout, process.stderr] as const;
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array): boolean => {
      into.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      return true;
    };
  }
  return () => {
    for (const [i, stream] of streams.entries()) stream.write = originals[i] as typeof stream.write;
  };
}
