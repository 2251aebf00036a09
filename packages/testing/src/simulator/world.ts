import { SimulatorError } from "./base/api-error.ts";
import type { SimClock } from "./base/clock.ts";
import { type Duration, draw } from "./base/duration.ts";
import { RandomStreams } from "./base/random-streams.ts";
import { CallLog } from "./call-log.ts";
import { FaultPlan } from "./faults/faults.ts";
import type { Settings } from "./knobs.ts";
import { OAuthServer } from "./oauth/server.ts";
import { DEFAULT_PORTAL, type PortalOptions, type SimulatorOptions } from "./options.ts";
import { Agenda } from "./platform/agenda.ts";
import { Platform } from "./platform/platform.ts";
import type { HandlerParts } from "./request-handler.ts";
import type { RouteTable } from "./routing/table.ts";
import { type AppAccess, Portal } from "./state/portal.ts";
import { WebhookOutbox } from "./webhooks/outbox.ts";

/** Everything a reset throws away. */
export interface World {
  readonly portals: ReadonlyMap<number, Portal>;
  readonly faults: FaultPlan;
  readonly log: CallLog;
  readonly outbox: WebhookOutbox;
  readonly oauth: OAuthServer;
  readonly platform: Platform;
  readonly random: RandomStreams;
  readonly parts: HandlerParts;
}

/** What outlives a reset. */
export interface WorldContext {
  readonly options: SimulatorOptions;
  readonly seed: number;
  readonly clock: SimClock;
  readonly routes: RouteTable;
  readonly appSecret: string;
  readonly settings: () => Settings;
}

export function createWorld({ options, seed, clock, routes, appSecret, settings }: WorldContext): World {
  const portalOptions = options.portals ?? [DEFAULT_PORTAL];
  refuseAmbiguous(portalOptions);
  const streams = new RandomStreams(seed);
  const random = (purpose: string) => streams.stream(purpose);
  /** What HubSpot's own clock says, which need not be the caller's. */
  const now = () => clock.now() + settings().clockSkew;
  const portals = new Map<number, Portal>();
  const faults = new FaultPlan(random("faults"), () => clock.now());
  for (const fault of options.faults ?? []) faults.add(fault);
  const log = new CallLog(options.keepCalls ?? 100_000);
  const secretOf = (appId: number) => options.apps?.find((app) => app.appId === appId)?.clientSecret ?? appSecret;
  const hubspotClock: SimClock = {
    now,
    sleep: (ms) => clock.sleep(ms),
    idle: (ms) => (clock.idle ?? clock.sleep)(ms),
    hold: (work) => clock.hold?.(work),
  };
  const platform = new Platform({
    clock: hubspotClock,
    agenda: new Agenda(hubspotClock),
    random,
    options: () => settings().platform,
    searchRules: settings,
    secretOf,
  });
  const delayRandom = random("webhook-delay");
  const outbox = new WebhookOutbox({
    now,
    random: random("webhooks"),
    draw: (delay) => draw(delay, delayRandom),
    settings: () => ({
      appId: portalOptions[0]?.tokens[0]?.appId ?? 1,
      subscriptions: settings().subscriptions,
      faults: settings().webhookFaults,
    }),
    apps: {
      get isUsed() {
        return platform.webhooks.isUsed;
      },
      subscribers: (change, portalId) =>
        platform.webhooks.subscribers(change, (appId) => hasApp(portals.get(portalId), appId)),
      targetOf: (appId) => platform.webhooks.targetOf(appId),
      secretOf,
    },
  });
  const lagRandom = random("search-lag");
  for (const portal of portalOptions) {
    const created = new Portal(portal, {
      now,
      random,
      settings,
      searchLag: () => draw(lagAt(clock.now(), settings()), lagRandom),
      changed: (changedPortal, change) => {
        outbox.add(change, changedPortal.id);
        platform.recordChanged(changedPortal, change);
      },
    });
    portals.set(portal.id, created);
  }
  const oauth = new OAuthServer({
    apps: options.apps ?? [],
    settings: () => settings().oauth,
    now,
    random: random("oauth"),
    portal: (id) => portals.get(id),
    changed: (portal, appId, action) => platform.journals.appChanged(portal, appId, action),
  });
  const order = random("order");
  const latencyRandom = random("latency");
  const parts: HandlerParts = {
    clock,
    routes,
    faults,
    log,
    maxUri: () => settings().maxUri,
    draw: (duration) => draw(duration, latencyRandom),
    latency: () => draw(settings().latency, latencyRandom),
    latencySplit: random("latency-split"),
    correlation: random("correlation"),
    authenticate: (token) => findToken(portals, token),
    anyPortal: () => firstOf(portals),
    services: {
      now,
      limitsNow: () => clock.now(),
      settings,
      searchRules: settings,
      inAnyOrder: (results) => (settings().batchOrder === "input" ? results : order.shuffle(results)),
      portals: () => portals.values(),
      oauth,
      platform,
    },
  };
  return { portals, faults, log, outbox, oauth, platform, random: streams, parts };
}

/** Of two portals with one id, or two tokens of one text, one would be there for nobody. */
function refuseAmbiguous(portals: readonly PortalOptions[]): void {
  if (portals.length === 0) throw new SimulatorError("NO_PORTAL", "A simulator needs at least one portal");
  const portalId = repeated(portals.map(({ id }) => id));
  if (portalId !== undefined) throw new SimulatorError("PORTAL_TWICE", `There are two portals with the id ${portalId}`);
  if (repeated(portals.flatMap(({ tokens }) => tokens.map(({ token }) => token))) === undefined) return;
  throw new SimulatorError("TOKEN_TWICE", "Two of the portals' tokens are the same: a token opens one portal");
}

function repeated<T>(values: readonly T[]): T | undefined {
  return values.find((value, at) => values.indexOf(value) !== at);
}

function lagAt(now: number, { searchLag, lagSpike }: Settings): Duration {
  return lagSpike !== undefined && now % lagSpike.everyMs < lagSpike.lastsMs ? lagSpike.lag : searchLag;
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

export function firstOf(portals: ReadonlyMap<number, Portal>): Portal {
  const [first] = portals.values();
  if (first === undefined) throw new SimulatorError("NO_PORTAL", "A simulator needs at least one portal");
  return first;
}
