/** A directory as a host has it: roles, purposes, switches, a limit for each actor, an audit trail. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ctx, createHubSpoke, type Hubspoke, type HubspokeOptions, privateApp } from "@hubspoke/core";
import type { Storage, TransportRequest } from "@hubspoke/core/ports";
import { createHubSpotSimulator, createVirtualClock } from "@hubspoke/testing";

export const ctx: Ctx = { tenant: "acme", actor: { id: "u7", role: "support" }, purpose: "call", requestId: "r-1" };

export function folder(): string {
  return mkdtempSync(join(tmpdir(), "hubspoke-bench-"));
}

export function numberOf(i: number): string {
  return `+1902${2_000_000 + i}`;
}

/** Nothing is asked of HubSpot unless `more` brings a transport. */
export function directoryOver(storage: Storage, more: Partial<HubspokeOptions> = {}): Hubspoke {
  return createHubSpoke({
    auth: privateApp("pat-sim-62515"),
    storage,
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    defaultRegion: "CA",
    transport: { send: () => Promise.reject(new Error("nothing is asked of HubSpot here")), close: async () => {} },
    ...more,
    directory: {
      access: {
        roles: { lookup: ["support", "sales", "admin"], search: ["support"], manage: ["admin"] },
        purposes: ["call", "message"],
        limits: { lookupsPerMinute: 1_000_000_000, searchesPerMinute: 1_000 },
      },
      ...more.directory,
    },
  });
}

/** A simulated HubSpot with `count` people who have a number each; all of them are looked up, cold, in one batch. */
export async function learn(storage: Storage, count: number): Promise<{ searches: number; repeated: number }> {
  const clock = createVirtualClock(Date.now());
  const simulator = createHubSpotSimulator({
    seed: 7,
    clock,
    portals: [{ id: 62515, tokens: [{ token: "pat-sim-62515" }], defaultCountry: "CA" }],
  });
  for (let i = 0; i < count; i++) {
    simulator.portal().contacts.create({ firstname: "Ada", lastname: `Number ${i}`, phone: numberOf(i) });
  }
  const asked: string[] = [];
  const hubspoke = directoryOver(storage, {
    clock: { now: () => clock.now(), sleep: (ms) => clock.sleep(ms) },
    transport: {
      async send({ url, method, headers, body }: TransportRequest) {
        if (url.endsWith("/search")) asked.push(String(body));
        const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
        const response = await simulator.fetch(url, init);
        return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
      },
      close: async () => {},
    },
  });
  const drive = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const settled = work.finally(() => {
      over = true;
    });
    while (!over) await clock.advance(100);
    return settled;
  };
  const numbers = Array.from({ length: count }, (_, i) => numberOf(i));
  for (let from = 0; from < count; from += 1_000) {
    const found = await drive(hubspoke.directory.batchLookup(numbers.slice(from, from + 1_000), ctx));
    for (const { contact } of found.values()) if (contact === null) throw new Error("somebody was not found");
  }
  await drive(hubspoke.close());
  return { searches: asked.length, repeated: asked.length - new Set(asked).size };
}
