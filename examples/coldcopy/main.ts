import { join } from "node:path";
import { start, verifyLines } from "./lib/start.ts";

const folder = process.env.COLDCOPY_DATA ?? join(import.meta.dirname, ".data");
const product = await start({ folder, port: Number(process.env.PORT ?? 4020) });
for (const line of await verifyLines(product)) console.log(line);
console.log(`ColdCopy       ${product.url}`);
console.log(
  `HubSpot        ${product.hubspot === null ? "as the environment says" : `simulated, ${product.hubspot.url}`}`,
);
console.log("stop with Ctrl+C");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void product.close());
