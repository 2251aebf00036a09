import { SimulatorError } from "./base/api-error.ts";
import { realClock } from "./base/clock.ts";
import { draw } from "./base/duration.ts";
import { createRandom } from "./base/random.ts";
import { CallLog } from "./call-log.ts";
import { fetchThrough } from "./edges/fetch.ts";
import { listen } from "./edges/listen.ts";
import { mswHandlers } from "./edges/msw.ts";
import { FaultPlan } from "./faults/faults.ts";
import { seedContacts } from "./fixtures/seed-contacts.ts";
import { DEFAULT_LIMITS } from "./limits/limiter.ts";
import { DEFAULT_OAUTH } from "./oauth/app.ts";
import { OAuthServer } from "./oauth/server.ts";
import { DEFAULT_PORTAL, type SimulatorOptions } from "./options.ts";
import { Platform } from "./platform/platform.ts";
import { DEFAULT_NORMALISATION } from "./properties/normalise.ts";
import { accessRecords } from "./record-access.ts";
import { type HandlerParts, handleRequest } from "./request-handler.ts";
import { createRouteTable } from "./routing/table.ts";
import type { HubSpotSimulator, Knobs } from "./simulator-api.ts";
import { type AppAccess, Portal } from "./state/portal.ts";
import { collectStats } from "./stats.ts";
import { WebhookOutbox } from "./webhooks/outbox.ts";

interface World {
  readonly portals: Map<number, Portal>;
  readonly faults: FaultPlan;
  readonly log: CallLog;
  readonly outbox: WebhookOutbox;
  readonly parts: HandlerParts;
}

export function createHubSpotSimulator(options: SimulatorOptions = {}): HubSpotSimulator {
  const seed = options.seed ?? 1;
  const clock = options.clock ?? realClock;
  const routes = createRouteTable();
  const appSecret = options.appSecret ?? createRandom(seed, "app-secret").uuid();
  const portalOptions = options.portals ?? [DEFAULT_PORTAL];
  let knobs: Knobs = options;
  /** What HubSpot's own clock says, which need not be the caller's. */
  const now = () => clock.now() + (knobs.clockSkew ?? 0);
  let wakePump: (() => void) | undefined;
  let world = build();

  function build(): World {
    const random = (purpose: string) => createRandom(seed, purpose);
    const latencyRandom = random("latency");
    const lagRandom = random("search-lag");
    const portals = new Map<number, Portal>();
    const faults = new FaultPlan(random("faults"));
    const log = new CallLog(options.keepCalls ?? 100_000);
    const delayRandom = random("webhook-delay");
    const platform = new Platform({
      clock: { now, sleep: (ms) => clock.sleep(ms) },
      random,
      options: () => knobs.platform ?? {},
    });
    const outbox = new WebhookOutbox({
      now,
      random: random("webhooks"),
      draw: (delay) => draw(delay, delayRandom),
      settings: () => ({
        appId: portalOptions[0]?.tokens[0]?.appId ?? 1,
        subscriptions: knobs.subscriptions,
        faults: knobs.webhookFaults ?? {},
      }),
      apps: {
        get isUsed() {
          return platform.webhooks.isUsed;
        },
        subscribers: (change, portalId) =>
          platform.webhooks.subscribers(change, (appId) => hasApp(portals.get(portalId), appId)),
        targetOf: (appId) => platform.webhooks.targetOf(appId),
        secretOf: (appId) => options.apps?.find((app) => app.appId === appId)?.clientSecret ?? appSecret,
      },
    });
    outbox.onPending(() => wakePump?.());
    for (const portal of portalOptions) {
      const created = new Portal(portal, {
        now,
        random,
        limits: () => ({ ...DEFAULT_LIMITS, ...knobs.limits }),
        normalisation: () => ({ ...DEFAULT_NORMALISATION, ...knobs.normalisation }),
        searchLag: () => draw(knobs.searchLag, lagRandom),
        mergeCreatesNewId: () => knobs.mergeCreatesNewId ?? true,
        erasureBlocksEmail: () => knobs.erasureBlocksEmail ?? false,
        changed: (changedPortal, change) => {
          outbox.add(change, changedPortal.id);
          platform.recordChanged(changedPortal, change);
        },
      });
      portals.set(portal.id, created);
    }
    const oauth = new OAuthServer({
      apps: options.apps ?? [],
      settings: () => ({ ...DEFAULT_OAUTH, ...knobs.oauth }),
      now,
      random: random("oauth"),
      portal: (id) => portals.get(id),
      changed: (portal, appId, action) => platform.journals.appChanged(portal, appId, action),
    });
    const order = random("order");
    const parts: HandlerParts = {
      clock,
      routes,
      faults,
      log,
      latency: () => draw(knobs.latency, latencyRandom),
      latencySplit: random("latency-split"),
      correlation: random("correlation"),
      authenticate: (token) => findToken(portals, token),
      anyPortal: () => firstOf(portals),
      services: {
        now,
        searchRules: () => ({ negationMatchesMissing: knobs.negationMatchesMissing ?? false }),
        inAnyOrder: (results) => (knobs.batchOrder === "input" ? results : order.shuffle(results)),
        portals: () => portals.values(),
        oauth,
        platform,
      },
    };
    return { portals, faults, log, outbox, parts };
  }

  function portalById(id?: number): Portal {
    const portal = id === undefined ? firstOf(world.portals) : world.portals.get(id);
    if (portal === undefined) throw new SimulatorError("UNKNOWN_PORTAL", `This simulator has no portal ${id}`);
    return portal;
  }

  const simulator: HubSpotSimulator = {
    fetch: fetchThrough((request) => handleRequest(world.parts, request), clock),
    listen: (listenOptions = {}) =>
      listen(listenOptions, {
        handle: (request) => handleRequest(world.parts, request),
        simulator,
        clock,
        watch,
        isAwaited: () => world.outbox.isAwaited,
      }),
    mswHandlers: ({ baseUrl = "https://api.hubapi.com" } = {}) => mswHandlers(baseUrl, simulator.fetch),
    reset() {
      knobs = options;
      world = build();
    },
    configure(changes) {
      knobs = { ...knobs, ...changes };
    },
    portal(id) {
      const portal = portalById(id);
      return {
        id: portal.id,
        contacts: accessRecords(portal.contacts),
        objects(type) {
          const store = portal.store(type);
          if (store === undefined) throw new SimulatorError("UNKNOWN_TYPE", `Portal ${portal.id} has no type ${type}`);
          return accessRecords(store);
        },
      };
    },
    eatQuota(calls, { portalId, appId = 1, search = false } = {}) {
      const portal = portalById(portalId);
      for (let i = 0; i < calls; i++) portal.eat(appId, search, clock.now());
    },
    seedContacts: (count, seedOptions = {}) =>
      seedContacts(portalById(seedOptions.portalId), count, seedOptions, createRandom(seed, "people"), clock.now()),
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
    token: portalOptions[0]?.tokens[0]?.token ?? "",
  };

  /** The listener is kept here because a reset replaces the outbox. */
  function watch(listener: (() => void) | undefined): void {
    wakePump = listener;
  }

  return simulator;
}

function findToken(
  portals: ReadonlyMap<number, Portal>,
  token: string,
): { portal: Portal; app: AppAccess } | undefined {
  for (const portal of portals.values()) {
    const app = portal.apps.get(token);
    if (app !== undefined) return { portal, app };
  }
  return undefined;
}

function hasApp(portal: Portal | undefined, appId: number): boolean {
  return portal !== undefined && [...portal.apps.values()].some((app) => app.appId === appId);
}

function firstOf(portals: ReadonlyMap<number, Portal>): Portal {
  const [first] = portals.values();
  if (first === undefined) throw new SimulatorError("NO_PORTAL", "A simulator needs at least one portal");
  return first;
}
