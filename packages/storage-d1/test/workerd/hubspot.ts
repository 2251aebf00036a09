import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import { type Request as WorkerRequest, Response as WorkerResponse } from "miniflare";

/** A simulated HubSpot behind a Worker's `fetch`, which answers searches when the test lets it. */
export interface HubSpot {
  readonly simulator: HubSpotSimulator;
  readonly start: number;
  readonly speed: number;
  readonly answer: (request: WorkerRequest) => Promise<WorkerResponse>;
  searches(): number;
  /** How often it was asked whose account the token is of. */
  asked(): number;
  /** From now on searches arrive and are not answered. Gives what lets them all go. */
  hold(): () => void;
  /** Resolves when `count` searches have arrived, answered or not, since the beginning. */
  arrived(count: number): Promise<void>;
}

/** Five searches a second would make the test wait for seconds; so time is faster, here and in the Worker. */
const speed = 20;

export function hubspot(): HubSpot {
  const start = Date.now();
  const simulator = createHubSpotSimulator({
    seed: 7,
    portals: [{ id: 62515, tokens: [{ token: "pat-sim-62515" }], defaultCountry: "CA" }],
    clock: {
      now: () => start + Math.floor((Date.now() - start) * speed),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
    },
  });
  let open: Promise<void> = Promise.resolve();
  let arrivals = 0;
  const watchers = new Set<() => void>();
  return {
    simulator,
    start,
    speed,
    async answer(request) {
      const { method, url } = request;
      const headers = Object.fromEntries(request.headers);
      const body = await request.text();
      if (url.endsWith("/search")) {
        arrivals++;
        for (const look of watchers) look();
        await open;
      }
      const answered = await simulator.fetch(url, { method, headers, ...(body === "" ? {} : { body }) });
      return new WorkerResponse(await answered.text(), {
        status: answered.status,
        headers: Object.fromEntries(answered.headers),
      });
    },
    searches: () => arrivals,
    asked: () => simulator.calls.filter(({ path }) => path.startsWith("/account-info/")).length,
    hold() {
      const gate = signal();
      open = gate.given;
      return gate.give;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (arrivals < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Something that is waited for, and what makes it happen. */
export function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
