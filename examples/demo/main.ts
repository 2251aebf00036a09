import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isHubspokeError } from "@hubspoke/core";
import { editBothSides } from "./lib/both-sides.ts";
import { stopOnSignals } from "./lib/children.ts";
import { startHubSpot } from "./lib/hubspot.ts";
import { openProduct, type Setup } from "./lib/product.ts";
import { runReadOnly } from "./lib/read-only.ts";
import { seedCustomers } from "./lib/seed.ts";
import { startServer } from "./lib/server.ts";
import * as steps from "./lib/steps.ts";
import { heading, line, number, red, seconds } from "./lib/terminal.ts";

const contacts = 22_000;
const customers = { known: 8_500, unknown: 1_000 };
const serve = process.argv.includes("--serve");

stopOnSignals();
try {
  const real = process.env.HUBSPOT_ACCESS_TOKEN !== undefined || process.env.HUBSPOT_API_KEY !== undefined;
  await (real ? runReadOnly() : runDemo());
} catch (error) {
  if (!isHubspokeError(error)) throw error;
  line(red(`${error.code}: ${error.message}`));
  process.exitCode = 1;
}

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
    await editBothSides(stage);
    const good = await steps.compareSides(stage);
    line(`done in ${seconds(performance.now() - began)}`);
    process.exitCode = good ? 0 : 1;
    if (serve) await steps.serve(stage);
  } finally {
    await product.close();
    await server.close();
    await hubspot.stop();
  }
}
