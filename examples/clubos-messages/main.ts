import { verifyLine } from "@hubspoke/core";
import { run } from "@hubspoke/example-kit/run";
import { tenant } from "./lib/hubspoke.ts";
import { customersWrite } from "./lib/simulated.ts";
import { start } from "./lib/start.ts";

await run(
  () => start({ port: Number(process.env.PORT ?? 4010), schema: process.env.CLUBOS_SCHEMA }),
  async ({ hubspoke, hubspot, url, webhookKey, postgres }) => {
    const verified = verifyLine(await hubspoke.verify(tenant), "messages go on without names");
    if (hubspot !== null) await customersWrite(hubspot, url, webhookKey);
    return [
      verified,
      `ClubOS Messages  ${url}`,
      `HubSpot          ${hubspot === null ? "as the environment says" : `simulated, ${hubspot.url}`}`,
      `Postgres         ${postgres.kind}`,
    ];
  },
);
