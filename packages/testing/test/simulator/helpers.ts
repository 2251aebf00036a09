import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type SimulatorOptions,
  type VirtualClock,
} from "../../src/simulator.ts";

/** An answer, as much of it as assertions need. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape
  readonly body: any;
  readonly headers: Headers;
}

export interface Bench {
  readonly sim: HubSpotSimulator;
  readonly clock: VirtualClock;
  /** `call("POST /crm/objects/2026-09/contacts", { … })` with the default token. */
  call(route: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export function bench(options: SimulatorOptions = {}): Bench {
  const clock = createVirtualClock();
  const sim = createHubSpotSimulator({ clock, ...options });
  return {
    sim,
    clock,
    async call(route, body, headers = {}) {
      const [method = "GET", path = "/"] = route.split(" ");
      const response = await sim.fetch(`https://api.hubapi.com${path}`, {
        method,
        headers: { authorization: `Bearer ${sim.token}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") ?? false;
      return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
    },
  };
}

export const CONTACTS = "/crm/objects/2026-09/contacts";

/** For histories longer than the limits allow. */
export const UNLIMITED = { limits: { tenSecondly: 1e9, searchPerSecond: 1e9, daily: 1e9 } };
