import type { Ctx, Hubspoke, HubspokeOptions } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import type { Storage, Transport } from "@hubspoke/core/ports";
import { type Instance, instance, type World, world } from "../directory/bed.ts";

export const admin: Ctx = { tenant: "acme", actor: { id: "root", role: "admin" } };
export const hour = 3_600_000;

/** A call to HubSpot as a test wants to disturb it: what the transport was going to do, and which call it is. */
export type Disturb = (send: () => ReturnType<Transport["send"]>, nth: number) => ReturnType<Transport["send"]>;

export interface Shop extends World {
  readonly storage: Storage;
  readonly main: Instance;
  readonly hubspoke: Hubspoke;
  /** Another process on the same storage. */
  process(more?: Partial<HubspokeOptions>, disturb?: Disturb): Instance;
  /** Runs the worker until nothing is due. */
  work(one?: Instance): Promise<void>;
}

/** One HubSpot, one database, one process of ours to begin with. */
export function shop(more: Partial<HubspokeOptions> = {}, storage: Storage = memoryStorage()): Shop {
  const there = world();
  const process = (options: Partial<HubspokeOptions> = {}, disturb?: Disturb): Instance => {
    if (disturb === undefined) return instance(there, storage, { ...more, ...options });
    let calls = 0;
    const transport: Transport = {
      send: (request) => disturb(() => plain(there, request), calls++),
      close: async () => {},
    };
    return instance(there, storage, { ...more, transport, ...options });
  };
  const main = process();
  return {
    ...there,
    storage,
    main,
    hubspoke: main.hubspoke,
    process,
    async work(one = main) {
      // A worker that found nothing looks again after a second.
      await there.clock.advance(1_000);
      await there.drive(one.hubspoke.worker().tick({ budgetMs: 600_000 }));
    },
  };
}

async function plain(
  { simulator }: World,
  { url, method, headers, body }: Parameters<Transport["send"]>[0],
): ReturnType<Transport["send"]> {
  const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
  const response = await simulator.fetch(url, init);
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

/** A process that dies at its call number `at`: before HubSpot hears of it, or after HubSpot did it. */
export function dying(at: number, when: "before" | "after"): { disturb: Disturb; died: () => boolean } {
  let dead = false;
  return {
    died: () => dead,
    async disturb(send, nth) {
      if (nth < at && !dead) return send();
      if (nth === at && when === "after") await send();
      dead = true;
      return new Promise(() => undefined);
    },
  };
}
