import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { run } from "@hubspoke/example-kit/run";
import { start } from "./lib/start.ts";

const real = process.env.HUBSPOT_CLIENT_ID !== undefined;
// Tokens of a simulated HubSpot are of no use to the next one.
const persist = real ? (process.env.CALL_NOTES_DATA ?? join(import.meta.dirname, ".data")) : null;
await run(
  () => start({ persist, port: Number(process.env.PORT ?? 4040) }),
  async ({ url, hubspot }) => {
    const { ok, checks } = (await (await fetch(`${url}/api/health`)).json()) as {
      ok: boolean;
      checks: { name: string; detail?: string; message?: string }[];
    };
    const said = checks.map(({ name, detail, message }) => `${name}: ${detail ?? message}`).join("; ");
    const lines = [`${ok ? "ready" : "NOT READY"}          ${said}`, `Call notes     ${url}`];
    if (hubspot === null) return [...lines, "HubSpot        as the environment says"];
    hubspot.simulator.seedContacts(20, { portalId: 100 });
    const people = hubspot.simulator.portal(100).contacts.list();
    const phones = people.map(({ properties }) => properties.phone ?? "");
    const phone = phones.find((one) => /^[+\d() .-]+$/.test(one));
    return [...lines, `HubSpot        simulated, ${hubspot.url}; somebody in account 100 has the number ${phone}`];
  },
  async ({ cron }, signal) => {
    const stopped = once(signal, "abort");
    while (!signal.aborted) {
      await cron();
      // A deployment's cron trigger comes once a minute.
      await Promise.race([stopped, setTimeout(10_000, undefined, { ref: false })]);
    }
  },
);
