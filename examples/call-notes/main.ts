import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { start } from "./lib/start.ts";

const real = process.env.HUBSPOT_CLIENT_ID !== undefined;
const persist = process.env.CALL_NOTES_DATA ?? (real ? join(import.meta.dirname, ".data") : null);
const product = await start({ persist, port: Number(process.env.PORT ?? 4040) });
const { ok, checks } = (await (await fetch(`${product.url}/api/health`)).json()) as {
  ok: boolean;
  checks: { name: string; detail?: string; message?: string }[];
};
const said = checks.map(({ name, detail, message }) => `${name}: ${detail ?? message}`).join("; ");
console.log(`${ok ? "ready" : "NOT READY"}          ${said}`);
console.log(`Call notes     ${product.url}`);
if (product.hubspot === null) console.log("HubSpot        as the environment says");
else {
  const { simulator, url } = product.hubspot;
  simulator.seedContacts(20, { portalId: 100 });
  const phones = simulator
    .portal(100)
    .contacts.list()
    .map(({ properties }) => properties.phone ?? "");
  const phone = phones.find((one) => /^[+\d() .-]+$/.test(one));
  console.log(`HubSpot        simulated, ${url}; somebody in account 100 has the number ${phone}`);
}
console.log("stop with Ctrl+C");

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
while (!stop.signal.aborted) {
  await product.cron();
  // A deployment's cron trigger comes once a minute.
  await setTimeout(10_000, undefined, { signal: stop.signal }).catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
}
await product.close();
