import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Ctx,
  createHubSpoke,
  type Hubspoke,
  HubspokeError,
  type HubspokeOptions,
  privateApp,
} from "@hubspoke/core";
import type { Alert, LogFields, Storage } from "@hubspoke/core/ports";
import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type VirtualClock,
} from "@hubspoke/testing";

export const staff: Ctx = {
  tenant: "acme",
  actor: { id: "u7", role: "support" },
  ip: "203.0.113.7",
  userAgent: "Mozilla/5.0",
};
export const keys: Readonly<Record<"k1" | "k2", string>> = { k1: "11".repeat(32), k2: "22".repeat(32) };

export interface World {
  readonly simulator: HubSpotSimulator;
  readonly clock: VirtualClock;
  /** Lets virtual time pass until `work` is done. */
  drive<T>(work: Promise<T>): Promise<T>;
}

type Simulated = NonNullable<Parameters<typeof createHubSpotSimulator>[0]>;

/** One HubSpot and one time. Time is virtual: HubSpot's five searches a second cost nothing here. */
export function world(more: Pick<Simulated, "portals" | "webhookFaults"> = {}): World {
  const clock = createVirtualClock();
  const portals = [{ id: 62515, tokens: [{ token: "pat-sim-62515" }], defaultCountry: "CA" }];
  return {
    simulator: createHubSpotSimulator({ seed: 7, clock, portals, ...more }),
    clock,
    async drive(work) {
      let done = false;
      const settled = work.finally(() => {
        done = true;
      });
      settled.catch(() => undefined);
      while (!done) await clock.advance(100);
      return settled;
    },
  };
}

export interface Instance {
  readonly hubspoke: Hubspoke;
  readonly alerts: Alert[];
  /** Everything logged and alerted, as text. */
  spoken(): string;
}

/** One process over that world. */
export function instance({ simulator, clock }: World, storage: Storage, more: Partial<HubspokeOptions> = {}): Instance {
  const alerts: Alert[] = [];
  const lines: string[] = [];
  const log = (event: string, fields?: LogFields) => void lines.push(JSON.stringify([event, fields]));
  const hubspoke = createHubSpoke({
    auth: privateApp(simulator.token),
    storage,
    keys: { current: "k1", keys: { k1: keys.k1 } },
    defaultRegion: "CA",
    audit: "strict",
    logger: { debug: log, info: log, warn: log, error: log },
    alerts: { raise: (alert) => void alerts.push(alert) },
    clock: {
      now: () => clock.now(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new HubspokeError("ABORTED", "the wait was aborted")));
          void clock.sleep(ms).then(resolve);
        }),
    },
    random: () => 0.5,
    // Looking for it takes real time, in which hours pass here.
    telemetry: false,
    transport: {
      async send({ url, method, headers, body }) {
        const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
        const response = await simulator.fetch(url, init);
        return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
      },
      close: async () => {},
    },
    ...more,
  });
  return { hubspoke, alerts, spoken: () => `${lines.join("\n")}\n${JSON.stringify(alerts)}` };
}

export function searches({ simulator }: World): number {
  return simulator.calls.filter(({ path }) => path.endsWith("/search")).length;
}

/** The bytes of every file in a folder: the database, its WAL, whatever else it left there. */
export function bytesIn(folder: string): string {
  const files = readdirSync(folder);
  return files.map((name) => readFileSync(join(folder, name)).toString("latin1")).join("\n");
}
