import { verifyLine } from "@hubspoke/core";
import { run } from "@hubspoke/example-kit/run";
import { tenant } from "./lib/database.ts";
import { start } from "./lib/start.ts";

await run(
  () => start({ port: Number(process.env.PORT ?? 4030), schema: process.env.WARP_SCHEMA }),
  async ({ hubspoke, schema, url, keys, hubspot, postgres }) => [
    verifyLine(await hubspoke.verify(tenant, { schema }), "changes wait and nothing is lost"),
    `WARP          ${url}/#key=${keys.write}`,
    `reads only    ${url}/#key=${keys.read}`,
    `HubSpot       ${hubspot === null ? "as the environment says" : `simulated, ${hubspot.url}`}`,
    `Postgres      ${postgres.kind}`,
  ],
);
