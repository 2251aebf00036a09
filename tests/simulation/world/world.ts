import { createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import type {
  LocalSource,
  Logger,
  Storage,
  Transport,
  TransportRequest,
  TransportResponse,
} from "@hubspoke/core/ports";
import type { SyncDefinition, TenantSync } from "@hubspoke/core/sync";
import { createHubSpotSimulator, type HubSpotSimulator, type PortalAccess } from "@hubspoke/testing";
import { SimulatedClock } from "../base/clock.ts";
import { pathOf } from "../base/path.ts";
import { chance } from "../base/random.ts";
import type { Trace } from "../base/trace.ts";
import { fieldsOf, type SyncedField } from "../script/fields.ts";
import type { Setup, Stage } from "../script/steps.ts";
import type { Crm } from "./crm.ts";
import { declaredFields } from "./declared.ts";
import { Duties } from "./duties.ts";
import { app, Grants, installable, logIn } from "./grants.ts";
import type { Ground } from "./ground.ts";
import { Line } from "./line.ts";
import { ownedBy, Process } from "./process.ts";
import { Repeats } from "./repeats.ts";
import { transportTo } from "./transport.ts";

export const tenant = "acme";
export const syncName = "leads";
export const leaseMs = 30_000;
export const webhookUrl = "https://app.example.com/hubspot/webhooks";

/** What a mutant may put between an instance and its ports. */
export interface Tampering {
  readonly storage?: (storage: Storage) => Storage;
  readonly transport?: (transport: Transport) => Transport;
  readonly source?: (source: LocalSource) => LocalSource;
  /** As though the engine read something else in what the product declares. */
  readonly definition?: (definition: SyncDefinition) => SyncDefinition;
}

/** A running instance in a process of its own. */
export interface Worker {
  readonly process: Process;
  readonly hubspoke: Hubspoke;
  readonly sync: TenantSync;
}

export interface World {
  readonly clock: SimulatedClock;
  readonly simulator: HubSpotSimulator;
  readonly contacts: PortalAccess["contacts"];
  readonly crm: Crm;
  readonly fields: readonly SyncedField[];
  readonly storage: Storage;
  /** What must never happen, as it happened. */
  readonly problems: string[];
  readonly duties: Duties;
  /** Writes of the engine on either side; `records`: how many in HubSpot were created or changed. */
  readonly writes: { local: number; hubspot: number; records: number };
  /** By when HubSpot has sent a webhook at the latest, unless an earlier attempt failed. */
  readonly webhookDelayMs: number;
  /** A new process with a new instance over the same stores, deployed as a stage has it. Default: to do everything. */
  boot(as?: Stage["as"]): Worker;
  /** Somebody logs in, where this world's account is connected so. */
  connect(worker: Worker): Promise<void>;
  /** Copies both databases, this product's and hubspoke's; what it answers puts them back. */
  copy(): Promise<() => Promise<void>>;
}

const rootKey = "11".repeat(32);
const startsAt = Date.UTC(2026, 10, 20, 12);

/** Two sides, a store and the way between them, all in virtual time and drawn from one seed. */
export async function createWorld(
  setup: Setup,
  trace: Trace,
  { store, crmFor }: Ground,
  tampering: Tampering = {},
): Promise<World> {
  const clock = new SimulatedClock(startsAt);
  const { lose, duplicate, reorder, maxDelay } = setup.webhooks;
  const simulator = createHubSpotSimulator({
    seed: setup.seed,
    clock,
    latency: { min: 0, max: setup.latencyMs },
    searchLag: { min: 0, max: setup.searchLagMs },
    webhookFaults: { lose, duplicate, reorder, delay: { min: 0, max: maxDelay } },
    ...(setup.oauth === true && { apps: [installable] }),
  });
  const crm = await crmFor(setup);
  await crm.begin(clock.now);
  await store.empty();
  const line = new Line(clock);
  const connect = (): Storage => {
    const storage = store.connect(clock.sleep);
    return store.remote ? line.through(storage) : storage;
  };
  const storage = connect();
  const problems: string[] = [];
  const writes = { local: 0, hubspot: 0, records: 0 };
  const repeats = new Repeats(problems, () => clock.activity);
  const duties = new Duties(problems, clock.now, leaseMs);
  const grants = setup.oauth === true ? new Grants(problems, clock.now) : null;
  let processes = 0;

  const boot = (as?: Stage["as"]): Worker => {
    const process = new Process(`p${++processes}`, clock, trace);
    const own = connect();
    const network = transportTo(simulator, clock, trace, process);
    const heard = watched(grants?.behind(network) ?? network, clock, writes, process, repeats, problems);
    const transport = ownedBy(process, tampering.transport?.(heard) ?? heard, "transport");
    const hubspoke = createHubSpoke({
      auth: grants === null ? privateApp(simulator.token) : app,
      storage: ownedBy(process, shared(duties.watch(process.name, tampering.storage?.(own) ?? own)), "storage"),
      keys: { current: "k1", keys: { k1: rootKey } },
      webhooks: { publicUrl: webhookUrl, secrets: simulator.appSecret },
      transport: grants?.before(transport, process) ?? transport,
      clock: clock.of(process),
      random: chance(setup.seed, process.name).next,
      logger: listening(problems),
      alerts: { raise: (alert) => grants?.heard(alert) },
      rateLimit,
      // Looking for it is real waiting, which virtual time knows nothing of.
      telemetry: false,
      // The directory is not part of this; its memory is made at construction, and processes come and go here.
      directory: { memoryEntries: 1 },
    });
    const source = counting(crm.source(), writes);
    const definition: SyncDefinition = {
      name: syncName,
      object: "contacts",
      local: ownedBy(process, tampering.source?.(source) ?? source, "local"),
      match: ["email"],
      fields: declaredFields(setup),
      deletes: { fromHubspot: setup.fromHubspot, fromLocal: setup.fromLocal },
      poll: { remoteMs: setup.pollRemoteMs },
      ...(as === "read-only" && { readOnly: true }),
      ...(as === "shadow" && { shadow: true }),
      ...(as === "limited" && { limitWrites: 1 }),
    };
    const sync = hubspoke.sync(tampering.definition?.(definition) ?? definition).for(tenant);
    return { process, hubspoke, sync };
  };

  return {
    clock,
    simulator,
    contacts: simulator.portal().contacts,
    crm,
    fields: fieldsOf(setup),
    storage,
    problems,
    duties,
    writes,
    webhookDelayMs: maxDelay,
    boot,
    connect: ({ hubspoke }) => logIn(hubspoke, simulator, tenant),
    async copy() {
      const [stored, product, watched] = [await store.copy(), await crm.copy(), duties.copy()];
      return async () => {
        await store.restore(stored);
        await crm.restore(product);
        watched();
        repeats.forget();
      };
    },
  };
}

/** An instance that is closed must not take everybody's database with it. */
function shared(storage: Storage): Storage {
  return { ...storage, close: async () => {} };
}

/** A failure without a code of ours is a bug, wherever it is caught. */
function listening(problems: string[]): Logger {
  const hear = (event: string, fields: Parameters<Logger["error"]>[1]) => {
    if (fields?.code === "INTERNAL") problems.push(`an error that is none of ours: ${event}`);
  };
  return { debug() {}, info() {}, warn: hear, error: hear };
}

const writing = /\/batch\/(?:create|update|upsert|archive)$/;
/** Calls in ten seconds that one process allows itself: half of HubSpot's, for there are two. */
const rateLimit = 95;
/** Searches in a second (hubspot-facts §2.2). Each process keeps to it by itself; they do not share one budget yet. */
const searchLimit = 5;

/** Counts writes, and calls within the windows of HubSpot's limits. */
function watched(
  transport: Transport,
  { now }: SimulatedClock,
  writes: World["writes"],
  process: Process,
  repeats: Repeats,
  problems: string[],
): Transport {
  const calls = rolling(10_000, rateLimit, now, problems);
  const searches = rolling(1_000, searchLimit, now, problems);
  return {
    close: () => transport.close(),
    async send(request) {
      const pathname = pathOf(request.url);
      (pathname.endsWith("/search") ? searches : calls)();
      repeats.sent(request, process);
      const response = await answer(transport, request, process, repeats);
      // What HubSpot refuses changes nothing.
      const done = response.status < 300 && response.status !== 207;
      if (done && (request.method === "PATCH" || writing.test(pathname))) {
        writes.hubspot++;
        // Archives have limits of their own.
        if (!pathname.endsWith("/archive")) writes.records += recordsIn(request);
      }
      return response;
    },
  };
}

function recordsIn({ body }: TransportRequest): number {
  const { inputs } = JSON.parse(String(body)) as { inputs?: readonly unknown[] };
  return inputs?.length ?? 1;
}

async function answer(
  transport: Transport,
  request: TransportRequest,
  process: Process,
  repeats: Repeats,
): Promise<TransportResponse> {
  try {
    const response = await transport.send(request);
    repeats.answered(request, process, response.status);
    return response;
  } catch (error) {
    repeats.lost(request, process);
    throw error;
  }
}

function rolling(windowMs: number, limit: number, now: () => number, problems: string[]): () => void {
  let times: number[] = [];
  return () => {
    times = [...times.filter((at) => at > now() - windowMs), now()];
    if (times.length > limit) problems.push(`${times.length} calls of one process within ${windowMs} ms`);
  };
}

function counting(source: LocalSource, writes: World["writes"]): LocalSource {
  return {
    ...source,
    async write(of, all) {
      const outcomes = await source.write(of, all);
      writes.local += outcomes.filter(({ outcome }) => outcome === "written").length;
      return outcomes;
    },
    async delete(of, all) {
      const outcomes = await source.delete(of, all);
      writes.local += outcomes.filter((outcome) => outcome === "deleted").length;
      return outcomes;
    },
  };
}
