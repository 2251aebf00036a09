import { run } from "@hubspoke/example-kit/run";
import { start, verifyLine } from "./lib/start.ts";

await run(
  () => start({ port: Number(process.env.PORT ?? 4030), schema: process.env.WARP_SCHEMA }),
  async (product) => [
    await verifyLine(product),
    `WARP          ${product.url}/#key=${product.keys.write}`,
    `reads only    ${product.url}/#key=${product.keys.read}`,
    `HubSpot       ${product.hubspot === null ? "as the environment says" : `simulated, ${product.hubspot.url}`}`,
    `Postgres      ${product.postgres.kind}`,
  ],
);
