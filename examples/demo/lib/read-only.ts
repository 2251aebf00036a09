import { randomBytes } from "node:crypto";
import { configFromEnv, createHubSpoke } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { maskPhone } from "@hubspoke/core/phone";
import { dim, green, heading, line, red, table } from "./terminal.ts";

const tenant = "demo";

/** The part that only reads, against a real account: nothing is written to HubSpot or to disk. */
export async function runReadOnly(): Promise<void> {
  const config = configFromEnv(process.env);
  if (config.auth === undefined)
    throw new Error("HUBSPOT_ACCESS_TOKEN is empty: set a private-app token or a service key");
  const hubspoke = createHubSpoke({
    keys: { current: "k1", keys: { k1: randomBytes(32).toString("base64") } },
    defaultRegion: "US",
    ...config,
    auth: config.auth,
    storage: memoryStorage(),
    readOnly: true,
  });
  try {
    heading(1, "Your HubSpot account, read-only");
    const { checks, ok } = await hubspoke.verify(tenant);
    for (const check of checks)
      line(`${check.ok ? green("✓") : red("✗")} ${check.name.padEnd(8)} ${check.ok ? check.detail : check.message}`);
    process.exitCode = ok ? 0 : 1;
    if (!ok) return;

    heading(2, "The first hundred contacts with a phone number");
    const numbers: string[] = [];
    let seen = 0;
    for await (const contact of hubspoke.client({ tenant }).contacts.list({ properties: ["phone", "mobilephone"] })) {
      const number = contact.properties.phone ?? contact.properties.mobilephone;
      if (number !== null) numbers.push(number);
      if (++seen === 100) break;
    }
    line(`${seen} contacts read, ${numbers.length} with a number`);

    heading(3, "Looked up by number, cold and warm");
    const rows: string[][] = [];
    for (const number of numbers.slice(0, 3)) {
      for (const turn of ["cold", "warm"]) {
        const before = hubspoke.calls.stats().calls;
        const result = (
          await hubspoke.directory.batchLookup([number], { tenant, actor: { id: "demo", role: "admin" } })
        ).get(number);
        const found = result?.contact === null || result === undefined ? "nobody" : "found";
        rows.push([maskPhone(number), turn, found, String(hubspoke.calls.stats().calls - before)]);
      }
    }
    table(["number", "cache", "contact", "calls"], rows);
    line(dim("names are not printed: this is your customers' data"));
  } finally {
    await hubspoke.close();
  }
}
