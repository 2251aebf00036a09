import { seeded } from "../limits/model-server.fixture.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { Lane } from "../model/lane.ts";
import { Secret } from "../model/secret.ts";
import type { Logger } from "../ports/logger.ts";
import type { RateBudgetStore } from "../ports/rate-budget-store.ts";
import { BudgetKeys } from "./budget-keys.ts";
import { Budgets } from "./budgets.ts";
import { type LimitedServer, limitedServer, type RollingLimits } from "./fake-hubspot.fixture.ts";
import { Pipeline } from "./pipeline.ts";
import { type TestClock, testClock } from "./virtual-clock.fixture.ts";

export interface Process {
  readonly budgets: Budgets;
  call(lane: Lane, search?: boolean): Promise<unknown>;
  /** Its calls never come back, and it never asks the store again. What is on its way arrives all the same. */
  kill(): void;
}

export interface Shared {
  readonly clock: TestClock;
  readonly server: LimitedServer;
  readonly store: RateBudgetStore;
  readonly meanMs: () => number;
  process(options?: {
    readonly shared?: boolean;
    readonly store?: RateBudgetStore;
    readonly logger?: Logger;
    /** It lives for one invocation, and this takes what it does behind its answer. */
    readonly behind?: (work: () => Promise<void>) => void;
  }): Process;
}

/** Processes on one virtual time that share one HubSpot and one store, which takes a few milliseconds to answer. */
export function sharedWorld(
  limits: RollingLimits,
  seed: number,
  responseMs: (random: () => number) => number = () => 100,
): Shared {
  const clock = testClock();
  const random = seeded(seed);
  const times: number[] = [];
  const server = limitedServer(clock, limits, () => {
    const time = responseMs(random);
    times.push(time);
    const share = random();
    return [time * share, time * (1 - share)];
  });
  const store = slow(memoryStorage().rateBudgets, () => clock.sleep(2 + random() * 6));
  let count = 0;
  return {
    clock,
    server,
    store,
    meanMs: () => times.reduce((sum, time) => sum + time, 0) / times.length,
    process(options = {}) {
      let dead = false;
      const never = new Promise<never>(() => undefined);
      const own = slow(options.store ?? store, () => (dead ? never : Promise.resolve()));
      const { shared: _shared, store: _store, ...more } = options;
      const shared = { store: own, newId: () => `process-${count++}`, ...more };
      const budgets = new Budgets(clock, options.shared === false ? {} : { shared });
      const pipeline = new Pipeline({
        transport: {
          async send(request) {
            if (dead) return never;
            const response = await server.transport.send(request);
            return dead ? never : response;
          },
          close: async () => {},
        },
        clock,
        random,
        credentials: { get: async () => ({ token: new Secret("pat-na1-12345678"), budgetKey: "app" }) },
        budgets,
        budgetKeys: new BudgetKeys((text) => text),
        checkPortal: () => "1",
        baseUrl: "https://api.hubapi.com",
        version: "2026-09",
        timeouts: { connectMs: 1, headersMs: 1, bodyMs: 1 },
        maxAttempts: 6,
        maxWaitMs: 60_000,
      });
      return {
        budgets,
        call: (lane, search = false) =>
          pipeline.send({
            tenant: "acme",
            method: "GET",
            template: "/crm/owners/{version}",
            lane,
            use: "read",
            effect: "read",
            search,
          }),
        kill() {
          dead = true;
        },
      };
    },
  };
}

/** The store, with something to wait for before each of its answers. */
function slow(store: RateBudgetStore, wait: () => Promise<void>): RateBudgetStore {
  return {
    take: (query) => wait().then(() => store.take(query)),
    giveBack: (...args) => wait().then(() => store.giveBack(...args)),
    learn: (...args) => wait().then(() => store.learn(...args)),
    read: (budget) => wait().then(() => store.read(budget)),
  };
}
