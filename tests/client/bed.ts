import { createHubSpoke, type Hubspoke, HubspokeError, type HubspokeOptions, privateApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type SimulatorOptions,
  type VirtualClock,
} from "@hubspoke/testing";

export interface World {
  readonly simulator: HubSpotSimulator;
  readonly clock: VirtualClock;
  /** Lets virtual time pass until `work` is done. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** One process that talks to this HubSpot. */
  instance(options?: Partial<HubspokeOptions>): Hubspoke;
}

/** One HubSpot and one time, which is virtual: hours of limits take seconds. */
export function world(options: SimulatorOptions = {}): World {
  const clock = createVirtualClock();
  const simulator = createHubSpotSimulator({ seed: 3, clock, ...options });
  return {
    simulator,
    clock,
    async drive(work) {
      let done = false;
      const settled = work.finally(() => {
        done = true;
      });
      settled.catch(() => undefined);
      while (!done) await clock.advance(50);
      return settled;
    },
    instance: (more) =>
      createHubSpoke({
        auth: privateApp(simulator.token),
        storage: memoryStorage(),
        keys: { current: "k1", keys: { k1: "11".repeat(32) } },
        clock: {
          now: () => clock.now(),
          sleep: (ms, signal) =>
            new Promise((resolve, reject) => {
              const aborted = () =>
                reject(new HubspokeError("ABORTED", "the wait was aborted", { details: { sent: false } }));
              if (signal?.aborted === true) return aborted();
              signal?.addEventListener("abort", aborted, { once: true });
              void clock.sleep(ms).then(resolve);
            }),
        },
        random: () => 0.5,
        transport: {
          async send({ url, method, headers, body }) {
            const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
            const response = await simulator.fetch(url, init);
            return {
              status: response.status,
              headers: Object.fromEntries(response.headers),
              text: await response.text(),
            };
          },
          close: async () => {},
        },
        ...more,
      }),
  };
}

/** A client of tenant `acme`, and how to wait for what it does. */
export function client(
  options: SimulatorOptions = {},
  instance: Partial<HubspokeOptions> = {},
): World & { readonly hubspoke: Hubspoke; readonly hs: ReturnType<Hubspoke["client"]> } {
  const one = world(options);
  const hubspoke = one.instance(instance);
  return { ...one, hubspoke, hs: hubspoke.client({ tenant: "acme" }) };
}

/** Everything an iterator gives. */
export async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}
