import { start, verifyLine } from "./lib/start.ts";

const product = await start({ port: Number(process.env.PORT ?? 4030), schema: process.env.WARP_SCHEMA });
console.log(await verifyLine(product));
console.log(`WARP          ${product.url}/#key=${product.keys.write}`);
console.log(`reads only    ${product.url}/#key=${product.keys.read}`);
console.log(
  `HubSpot       ${product.hubspot === null ? "as the environment says" : `simulated, ${product.hubspot.url}`}`,
);
console.log(`Postgres      ${product.postgres.kind}`);
console.log("stop with Ctrl+C");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void product.close());
