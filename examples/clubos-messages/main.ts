import { verifyLine } from "./lib/hubspoke.ts";
import { customersWrite } from "./lib/simulated.ts";
import { start } from "./lib/start.ts";

const product = await start({ port: Number(process.env.PORT ?? 4010) });
console.log(await verifyLine(product.hubspoke));
if (product.hubspot !== null) await customersWrite(product.hubspot, product.url);
console.log(`ClubOS Messages  ${product.url}`);
const hubspot = product.hubspot === null ? "as the environment says" : `simulated, ${product.hubspot.url}`;
console.log(`HubSpot          ${hubspot}`);
console.log(`Postgres         ${product.postgres.kind}`);
console.log("stop with Ctrl+C");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void product.close());
