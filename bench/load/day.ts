import { type Ctx, createHubSpoke, type Hubspoke, HubspokeError, privateApp } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type VirtualClock,
} from "@hubspoke/testing";

/** HubSpot's own time for an answer. */
const latencyMs = 200;
/** How finely time passes here, and so how exactly waits are measured. */
const stepMs = 50;
const support: Ctx = { tenant: "acme", actor: { id: "u7", role: "support" } };

export interface Day {
  readonly lookUps: number;
  /** The day, compressed. */
  readonly lastsMs: number;
  /** People whose numbers come in; few write often and many rarely. */
  readonly people: number;
  /** How many of the backfill's readers search, and take every search HubSpot allows. Default none. */
  readonly searchers?: number;
}

/** Waits are beyond HubSpot's own time, in milliseconds of virtual time. */
export interface DayFigures {
  readonly lookUps: number;
  readonly hitRate: number;
  readonly failedShare: number;
  readonly coldWaitP95: number;
  readonly searchWaitP95: number;
  /** A page of 200 numbers that were all looked up before: HubSpot's calls, and real milliseconds of this process. */
  readonly warmPageCalls: number;
  readonly warmPageMs: number;
  readonly backfillCallsPerSecond: number;
  readonly backfillSearchesPerSecond: number;
  readonly limited: number;
}

/** Numbers from a seed: the same day each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function instance(simulator: HubSpotSimulator, clock: VirtualClock): Hubspoke {
  return createHubSpoke({
    auth: privateApp(simulator.token),
    storage: sqliteStorage({ path: ":memory:" }),
    keys: { current: "k1", keys: { k1: "11".repeat(32) } },
    defaultRegion: "CA",
    telemetry: false,
    random: () => 0.5,
    clock: {
      now: () => clock.now(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new HubspokeError("ABORTED", "the wait was aborted")));
          void clock.sleep(ms).then(resolve);
        }),
    },
    transport: {
      async send({ url, method, headers, body }) {
        const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
        const response = await simulator.fetch(url, init);
        return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
      },
      close: async () => {},
    },
  });
}

/** A day of a support desk, compressed, beside a backfill of twenty-four readers who never rest, in virtual time. */
export async function day({ lookUps, lastsMs, people, searchers = 0 }: Day): Promise<DayFigures> {
  const clock = createVirtualClock();
  const portals = [{ id: 62515, tokens: [{ token: "pat-sim-62515" }], defaultCountry: "CA" }];
  const simulator = createHubSpotSimulator({ seed: 7, clock, portals, latency: latencyMs });
  simulator.seedContacts(people);
  const contacts = simulator.portal().contacts.list();
  const numbers = contacts.flatMap(({ properties }) => properties.hs_calculated_phone_number ?? []);
  const hubspoke = instance(simulator, clock);
  const random = chance(11);
  const until = clock.now() + lastsMs;
  const running = new Set<Promise<void>>();
  const start = (work: Promise<void>): void => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };

  let [backfilled, backfillSearches] = [0, 0];
  const backfill = hubspoke.client({ tenant: "acme", lane: "backfill" });
  const reader = async (): Promise<void> => {
    while (clock.now() < until) {
      await backfill.accountInfo();
      backfilled++;
    }
  };
  const searcher = async (): Promise<void> => {
    while (clock.now() < until) {
      await backfill.contacts.search({
        properties: ["email"],
        filters: [{ property: "email", operator: "HAS_PROPERTY" }],
        limit: 100,
      });
      backfillSearches++;
    }
  };
  for (let i = 0; i < 24; i++) start(i < searchers ? searcher() : reader());

  const [cold, searched]: [number[], number[]] = [[], []];
  let [hits, failed] = [0, 0];
  const lookUp = async (number: string): Promise<void> => {
    const from = clock.now();
    const answer = await hubspoke.directory.lookupByPhone(number, support);
    if (!answer.ok || answer.degraded !== undefined) failed++;
    else if (answer.source === "cache") hits++;
    else cold.push(clock.now() - from - latencyMs);
  };
  const search = async (text: string): Promise<void> => {
    const from = clock.now();
    const answer = await hubspoke.directory.search(text, support);
    if (answer.degraded !== undefined) failed++;
    else if (!answer.cached) searched.push(clock.now() - from - latencyMs);
  };
  /** One message in fifty is from somebody HubSpot does not know. */
  const whose = (): string =>
    random() < 0.02
      ? `+1902555${String(Math.floor(random() * 40)).padStart(4, "0")}`
      : (numbers[Math.floor(random() ** 3 * numbers.length)] ?? "");
  const seen = new Set<string>();
  const messages = async (): Promise<void> => {
    for (let i = 0; i < lookUps; i++) {
      const number = whose();
      seen.add(number);
      start(lookUp(number));
      if (i % 50 === 0) start(search(contacts[i % contacts.length]?.properties.lastname ?? "smith"));
      await clock.sleep(Math.max(1, Math.floor(random() * 2 * (lastsMs / lookUps))));
    }
  };
  start(messages());
  while (running.size > 0) await clock.advance(stepMs);

  const page = [...seen].slice(0, 200);
  // Somebody opens the page; then everybody does.
  const opening = hubspoke.directory.batchLookup(page, support);
  start(opening.then(() => {}));
  while (running.size > 0) await clock.advance(stepMs);
  const calls = simulator.calls.length;
  const pages: number[] = [];
  for (let i = 0; i < 20; i++) {
    const from = performance.now();
    await hubspoke.directory.batchLookup(page, support);
    pages.push(performance.now() - from);
  }
  const figures = {
    lookUps,
    hitRate: hits / lookUps,
    failedShare: failed / lookUps,
    coldWaitP95: percentile(cold, 0.95),
    searchWaitP95: percentile(searched, 0.95),
    warmPageCalls: simulator.calls.length - calls,
    warmPageMs: percentile(pages, 0.5),
    backfillCallsPerSecond: ((backfilled + backfillSearches) / lastsMs) * 1_000,
    backfillSearchesPerSecond: (backfillSearches / lastsMs) * 1_000,
    limited: simulator.stats().rateLimited,
  };
  start(hubspoke.close());
  while (running.size > 0) await clock.advance(stepMs);
  return figures;
}
