import { SimulatorError } from "./base/api-error.ts";
import { realClock, type VirtualClock } from "./base/clock.ts";
import { createRandom } from "./base/random.ts";
import { exchangeThrough } from "./edges/exchange.ts";
import { fetchThrough } from "./edges/fetch.ts";
import { listen } from "./edges/listen.ts";
import { mswHandlers } from "./edges/msw.ts";
import { seedContacts } from "./fixtures/seed-contacts.ts";
import { seedRecords } from "./fixtures/seed-records.ts";
import { type Knobs, settingsOf } from "./knobs.ts";
import { DEFAULT_PORTAL, type SimulatorOptions } from "./options.ts";
import { accessRecords } from "./record-access.ts";
import { handleRequest } from "./request-handler.ts";
import { createRouteTable } from "./routing/table.ts";
import { loadWorld, refuseForeignState, savedKnobs, saveWorld } from "./saved-state.ts";
import type { HubSpotSimulator } from "./simulator-api.ts";
import type { ObjectStore } from "./state/object-store.ts";
import type { Portal } from "./state/portal.ts";
import { collectStats } from "./stats.ts";
import { stormOf } from "./webhooks/storm.ts";
import { createWorld, firstOf, type World } from "./world.ts";

/** A HubSpot in memory. The same options and the same calls give the same answers, byte by byte. */
export function createHubSpotSimulator(options: SimulatorOptions = {}): HubSpotSimulator {
  const seed = options.seed ?? 1;
  const clock = options.clock ?? realClock;
  const appSecret = options.appSecret ?? createRandom(seed, "app-secret").uuid();
  const [firstPortal] = options.portals ?? [DEFAULT_PORTAL];
  let knobs: Knobs = options;
  let settings = settingsOf(knobs);
  const context = { options, seed, clock, routes: createRouteTable(), appSecret, settings: () => settings };
  let wakePump: (() => void) | undefined;
  let world: World;
  world = build();

  /** The listener is kept here because a reset replaces the outbox. */
  function build(): World {
    world?.platform.world.agenda.stop();
    const built = createWorld(context);
    built.outbox.onPending(() => wakePump?.());
    return built;
  }

  function set(changed: Knobs): void {
    knobs = changed;
    settings = settingsOf(knobs);
  }

  function portalById(id?: number): Portal {
    const portal = id === undefined ? firstOf(world.portals) : world.portals.get(id);
    if (portal === undefined) throw new SimulatorError("UNKNOWN_PORTAL", `This simulator has no portal ${id}`);
    return portal;
  }

  const simulator: HubSpotSimulator = {
    fetch: fetchThrough((request) => handleRequest(world.parts, request), clock),
    exchange: exchangeThrough((request) => handleRequest(world.parts, request), clock),
    listen: (listenOptions = {}) =>
      listen(listenOptions, {
        handle: (request) => handleRequest(world.parts, request),
        simulator,
        clock,
        watch: (listener) => {
          wakePump = listener;
        },
        untilDue: (target) => world.outbox.untilDue(target),
      }),
    mswHandlers: ({ baseUrl = "https://api.hubapi.com" } = {}) => mswHandlers(baseUrl, simulator.fetch),
    reset() {
      set(options);
      world = build();
    },
    configure(changes) {
      set({ ...knobs, ...changes });
    },
    saveState: () => saveWorld(world, knobs, seed, clock.now()),
    restoreState(state) {
      refuseForeignState(state, [...world.portals.keys()], seed);
      set({ ...options, ...savedKnobs(state, options) });
      world = build();
      loadWorld(world, state);
    },
    now: () => clock.now(),
    async advanceClock(ms) {
      const virtual = clock as Partial<VirtualClock>;
      if (virtual.advance === undefined) {
        throw new SimulatorError("CLOCK_IS_REAL", "Only a virtual clock can be advanced: give one when you create it");
      }
      await virtual.advance(ms);
    },
    portal(id) {
      const portal = portalById(id);
      return {
        id: portal.id,
        contacts: accessRecords(portal.contacts),
        objects: (type) => accessRecords(storeNamed(portal, type)),
        get timeline() {
          return world.platform.of(portal).timeline.all();
        },
        get workflows() {
          return world.platform.of(portal).workflows;
        },
      };
    },
    eatQuota(calls, { portalId, appId = 1, search = false } = {}) {
      const portal = portalById(portalId);
      for (let i = 0; i < calls; i++) portal.eat(appId, search, clock.now());
    },
    webhookStorm(count, { portalId, type = "contacts" } = {}) {
      const portal = portalById(portalId);
      stormOf(portal, storeNamed(portal, type), count, createRandom(seed, `storm:${clock.now()}`));
    },
    seedContacts: (count, seedOptions = {}) =>
      seedContacts(portalById(seedOptions.portalId), count, seedOptions, createRandom(seed, "people"), clock.now()),
    seedRecords(records, { portalId } = {}) {
      const portal = portalById(portalId);
      return seedRecords(portal, records, (type) => storeNamed(portal, type));
    },
    get faults() {
      return world.faults;
    },
    get calls() {
      return world.log.calls;
    },
    stats: () => collectStats(world.log, world.portals.values(), world.faults.injected),
    get pendingWebhooks() {
      return world.outbox.pending;
    },
    deliverWebhooks: (target = {}) => world.outbox.deliver(target),
    appSecret,
    token: firstPortal?.tokens[0]?.token ?? "",
  };

  return simulator;
}

function storeNamed(portal: Portal, type: string): ObjectStore {
  const store = portal.store(type);
  if (store === undefined) throw new SimulatorError("UNKNOWN_TYPE", `Portal ${portal.id} has no type ${type}`);
  return store;
}
