import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@hubspoke/example-kit/run";
import { start, verifyLines } from "./lib/start.ts";

const real = process.env.HUBSPOT_CLIENT_ID !== undefined;
// A simulated HubSpot begins anew with each start, and so does what was in step with it.
const passing = real ? null : mkdtempSync(join(tmpdir(), "coldcopy-"));
const folder = passing ?? process.env.COLDCOPY_DATA ?? join(import.meta.dirname, ".data");
await run(
  () => start({ folder, port: Number(process.env.PORT ?? 4020) }),
  async (product) => {
    for (const portalId of [100, 200]) product.hubspot?.simulator.seedContacts(20, { portalId });
    return [
      ...(await verifyLines(product)),
      `ColdCopy       ${product.url}`,
      `HubSpot        ${product.hubspot === null ? "as the environment says" : `simulated, ${product.hubspot.url}`}`,
    ];
  },
);
if (passing !== null) rmSync(passing, { recursive: true, force: true });
