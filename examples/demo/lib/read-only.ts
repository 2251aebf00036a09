import { randomBytes } from "node:crypto";
import { configFromEnv, createHubSpoke } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { maskPhone, parsePhone } from "@hubspoke/core/phone";
import { dim, green, heading, line, number, red, table } from "./terminal.ts";

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

    heading(2, "The first hundred contacts");
    const numbers: string[] = [];
    let seen = 0;
    for await (const contact of hubspoke.client({ tenant }).contacts.list({ properties: ["phone", "mobilephone"] })) {
      const phone = contact.properties.phone ?? contact.properties.mobilephone;
      if (phone !== null) numbers.push(phone);
      if (++seen === 100) break;
    }
    line(`${number(seen)} contacts read, ${number(numbers.length)} with a phone number`);

    heading(3, "Looked up by number, cold and warm");
    const rows: string[][] = [];
    for (const phone of numbers.slice(0, 3)) {
      for (const turn of ["cold", "warm"]) {
        const before = hubspoke.calls.stats().calls;
        const result = (
          await hubspoke.directory.batchLookup([phone], { tenant, actor: { id: "demo", role: "admin" } })
        ).get(phone);
        const found = result?.contact === null || result === undefined ? "nobody" : "found";
        rows.push([shown(phone), turn, found, String(hubspoke.calls.stats().calls - before)]);
      }
    }
    table(["number", "cache", "contact", "calls"], rows);
    line(dim("names are not printed: this is your customers' data"));
  } finally {
    await hubspoke.close();
  }
}

/** Country and last digits, whatever the spelling. */
function shown(typed: string): string {
  const parsed = parsePhone(typed, { defaultRegion: "US" });
  return maskPhone(parsed.ok ? parsed.phone.e164 : typed);
}
