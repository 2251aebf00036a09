import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHubSpot } from "./lib/hubspot.ts";
import { openProduct, type Setup } from "./lib/product.ts";
import { runReadOnly } from "./lib/read-only.ts";
import { seedCustomers } from "./lib/seed.ts";
import { startServer } from "./lib/server.ts";
import * as steps from "./lib/steps.ts";
import { heading, line, number, seconds } from "./lib/terminal.ts";

const contacts = 22_000;
const customers = { known: 8_500, unknown: 1_000 };
const serve = process.argv.includes("--serve");

if (process.env.HUBSPOT_ACCESS_TOKEN !== undefined || process.env.HUBSPOT_API_KEY !== undefined) await runReadOnly();
else await runDemo();

async function runDemo(): Promise<void> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-demo-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const webhookSecret = randomBytes(24).toString("hex");
  const server = await startServer();
  const webhookUrl = `${server.url}/hubspot/webhooks`;

  heading(1, "Two databases that do not know each other");
  const hubspot = await startHubSpot({ contacts, webhookUrl, webhookSecret });
  const key = randomBytes(32).toString("base64");
  const setup: Setup = { folder, baseUrl: hubspot.url, token: hubspot.token, key, webhookUrl, webhookSecret };
  await seedCustomers(folder, await hubspot.contacts(), customers);
  line(`HubSpot (simulated)   ${number(contacts)} contacts, 190 calls per 10 s, ${hubspot.url}`);
  line(
    `the product (SQLite)  ${number(customers.known)} of them with a plan, ${number(customers.unknown)} people of its own`,
  );

  const product = openProduct(setup);
  server.serve(product);
  const stage = { setup, product, hubspot, server, contacts, customers };
  try {
    await steps.connect(stage);
    await steps.backfillThroughAKill(stage);
    await steps.lookUp(stage);
    await steps.takeAMessage(stage);
    await steps.editBothSides(stage);
    const good = await steps.compareSides(stage);
    line(`done in ${seconds(performance.now() - began)}`);
    if (serve) await waitForCtrlC(server.url);
    process.exitCode = good ? 0 : 1;
  } finally {
    await product.close();
    await server.close();
    await hubspot.stop();
  }
}

async function waitForCtrlC(url: string): Promise<void> {
  line(`serving at ${url} — stop with Ctrl+C`);
  await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
}
