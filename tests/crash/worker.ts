import { createServer } from "node:http";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import type { Storage } from "@hubspoke/core/ports";
import { field } from "@hubspoke/core/sync";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { fastClock } from "./clock.ts";
import { openCrm, tenant } from "./crm.ts";
import { type Trap, trapped } from "./trap.ts";

/** What a worker process is told by its parent, as its only argument. */
export interface WorkerPlan {
  readonly store: { readonly sqlite: string } | { readonly postgres: string; readonly schema: string };
  readonly crm: string;
  readonly hubspot: string;
  readonly token: string;
  readonly secret: string;
  readonly base: number;
  readonly publicUrl: string;
}

const plan = JSON.parse(process.argv[2] ?? "") as WorkerPlan;
const clock = fastClock(plan.base);
const crm = await openCrm(plan.crm, false);
const trap: Trap = { call: "", afterEffect: false };
const store: Storage =
  "sqlite" in plan.store
    ? sqliteStorage({ path: plan.store.sqlite })
    : postgresStorage({ url: plan.store.postgres, schema: plan.store.schema, maxConnections: 4 });
const storage = trapped(store, "storage", trap);
const hubspoke = createHubSpoke({
  auth: privateApp(plan.token),
  storage,
  keys: { current: "k1", keys: { k1: "11".repeat(32) } },
  webhooks: { publicUrl: plan.publicUrl, secrets: plan.secret },
  baseUrl: plan.hubspot,
  clock,
  telemetry: false,
  directory: { memoryEntries: 1 },
});
const sync = hubspoke
  .sync({
    name: "leads",
    object: "contacts",
    local: trapped(crm.source(), "local", trap),
    match: ["email"],
    fields: {
      email: field("email", { owner: "hubspot" }),
      first: field("firstname", { owner: "hubspot" }),
      last: field("lastname", { owner: "local" }),
    },
    // Only what events tell: a search would find what a lost event did not.
    poll: { localMs: 1_000, remoteMs: false },
  })
  .for(tenant);

const server = createServer((message, answer) => {
  const pieces: Buffer[] = [];
  message.on("data", (piece: Buffer) => pieces.push(piece));
  message.on("end", async () => {
    const headers = Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const request = new Request(plan.publicUrl, { method: "POST", headers, body: Buffer.concat(pieces) });
    const response = await hubspoke.handle(request, { routers: ["webhooks"], basePath: "/hubspot" });
    answer.writeHead(response.status).end(await response.text());
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});

process.on("message", async (asked: "backfill" | "rest" | Trap) => {
  if (typeof asked === "object") return void Object.assign(trap, asked);
  if (asked === "backfill") await sync.backfill();
  const { waiting, quarantined } = await sync.status();
  const intents = await storage.intents.open(tenant, "leads", Number.MAX_SAFE_INTEGER, 1);
  process.send?.({ waiting: waiting.records, intents: intents.length, quarantined });
});
// Nobody to be killed by any more: the parent is gone.
process.on("disconnect", () => process.exit(0));
await hubspoke.worker().run(new AbortController().signal);
