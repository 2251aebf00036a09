import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start, verifyLines } from "./lib/start.ts";

const real = process.env.HUBSPOT_CLIENT_ID !== undefined;
// A simulated HubSpot begins anew with each start, and so does what was in step with it.
const passing = real ? null : mkdtempSync(join(tmpdir(), "coldcopy-"));
const folder = passing ?? process.env.COLDCOPY_DATA ?? join(import.meta.dirname, ".data");
const product = await start({ folder, port: Number(process.env.PORT ?? 4020) });
for (const line of await verifyLines(product)) console.log(line);
console.log(`ColdCopy       ${product.url}`);
console.log(
  `HubSpot        ${product.hubspot === null ? "as the environment says" : `simulated, ${product.hubspot.url}`}`,
);
for (const portalId of [100, 200]) product.hubspot?.simulator.seedContacts(20, { portalId });
console.log("stop with Ctrl+C");
async function stop(): Promise<void> {
  await product.close();
  if (passing !== null) rmSync(passing, { recursive: true, force: true });
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
