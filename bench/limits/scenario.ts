/** One scenario in virtual time: programs that always want to call, and one HubSpot. */
import { type Clients, createHubSpotClients, Secret } from "@hubspoke/core/client";
import type { RateBudgetStore } from "@hubspoke/core/ports";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { type Chance, seeded } from "../lib/seeded.ts";
import { type JumpingClock, jumpingClock } from "./clock.ts";
import { LIMIT, type ResponseTime, Server, WINDOW_MS } from "./server.ts";

export interface Scenario {
  readonly calls: number;
  readonly responseTime: ResponseTime;
  /** Share of the quota another program takes, at random moments; 0: none. */
  readonly foreign: number;
  /** When it begins: it was there before us, begins when we do, or comes a minute later. Default `before`. */
  readonly foreignBegins?: "before" | "together" | "later";
  /** More than one: they share the budget through a store, and one of them is killed a quarter of the way. */
  readonly processes: number;
  readonly lane: "interactive" | "backfill";
  readonly seed: number;
}

export interface Measured {
  readonly calls: number;
  readonly refused: number;
  /** Of them, in the first minute. */
  readonly refusedAtStart: number;
  readonly fullestWindow: number;
  /** Calls accepted, of what the quota allows in the time. */
  readonly utilisation: number;
  /** The same, of what is left by the other program and by W / (W + mean response time). */
  readonly ofPossible: number;
  readonly virtualHours: number;
  readonly processorMicrosPerCall: number;
}

interface Program {
  readonly clients: Clients;
  dead: boolean;
}

/** Enough calls at once to fill every window even when all answers come back together. */
const WIDTH = 240;

export async function measure(scenario: Scenario): Promise<Measured> {
  const clock = jumpingClock();
  const chance = seeded(scenario.seed);
  const server = new Server(clock, scenario.responseTime, chance);
  const storage = sqliteStorage({ path: ":memory:" });
  const programs = Array.from({ length: scenario.processes }, (_, i) =>
    program(clock, server, chance, scenario.processes === 1 ? null : { store: storage.rateBudgets, name: `p${i}` }),
  );
  if (scenario.foreign > 0) other(clock, server, chance, scenario);
  if (scenario.foreign > 0 && (scenario.foreignBegins ?? "before") === "before") {
    const from = clock.exact();
    await clock.runUntil(() => clock.exact() > from + 2 * WINDOW_MS);
  }

  const start = clock.exact();
  const processorAtStart = process.cpuUsage();
  for (const each of programs) for (let i = 0; i < WIDTH / programs.length; i++) void call(each, scenario.lane);
  let refusedAtStart: number | null = null;
  await clock.runUntil(() => {
    if (refusedAtStart === null && clock.exact() - start >= 60_000) refusedAtStart = server.refused;
    const [first] = programs;
    if (programs.length > 1 && first !== undefined && server.answered > scenario.calls / 4) first.dead = true;
    return server.answered >= scenario.calls;
  });
  const spent = process.cpuUsage(processorAtStart);
  const elapsed = clock.exact() - start;
  const utilisation = (server.answered - server.refused) / ((elapsed / WINDOW_MS) * LIMIT);
  const mean = server.responseMs / server.answered;
  for (const each of programs) each.dead = true;
  return {
    calls: server.answered,
    refused: server.refused,
    refusedAtStart: refusedAtStart ?? server.refused,
    fullestWindow: server.fullest,
    utilisation,
    ofPossible: utilisation / (1 - scenario.foreign) / (WINDOW_MS / (WINDOW_MS + mean)),
    virtualHours: elapsed / 3_600_000,
    processorMicrosPerCall: (spent.user + spent.system) / server.answered,
  };
}

async function call(program: Program, lane: Scenario["lane"]): Promise<void> {
  const { contacts } = program.clients.client({ tenant: "acme", lane });
  while (!program.dead) await contacts.get("1", { properties: ["email"] });
}

function program(
  clock: JumpingClock,
  server: Server,
  chance: Chance,
  shared: { readonly store: RateBudgetStore; readonly name: string } | null,
): Program {
  const never = new Promise<never>(() => undefined);
  const credential = { token: new Secret("pat-na1-00000000"), budgetKey: "app", portalId: "1" };
  const made: Program = {
    dead: false,
    clients: createHubSpotClients({
      auth: { get: async () => credential },
      clock,
      random: chance,
      coalesce: false,
      transport: {
        // Of a killed program nothing comes back; what is on its way arrives all the same.
        send: async (request) => {
          const response = await server.transport.send(request);
          return made.dead ? never : response;
        },
        close: async () => {},
      },
      ...(shared === null
        ? {}
        : {
            sharedBudgets: {
              newId: () => shared.name,
              store: distant(shared.store, () => (made.dead ? never : clock.sleep(2 + chance() * 6))),
            },
          }),
    }),
  };
  return made;
}

/** A store some milliseconds away. */
function distant(store: RateBudgetStore, wait: () => Promise<void>): RateBudgetStore {
  return {
    take: (query) => wait().then(() => store.take(query)),
    giveBack: (...args) => wait().then(() => store.giveBack(...args)),
    learn: (...args) => wait().then(() => store.learn(...args)),
    read: (budget) => wait().then(() => store.read(budget)),
  };
}

/** A program of somebody else's on the same quota, that calls at random moments. */
function other(clock: JumpingClock, server: Server, chance: Chance, { foreign, foreignBegins }: Scenario): void {
  const meanGapMs = WINDOW_MS / (foreign * LIMIT);
  const run = async (): Promise<void> => {
    if (foreignBegins === "later") await clock.sleep(60_000);
    for (;;) {
      await clock.sleep(-Math.log(1 - chance()) * meanGapMs);
      server.foreign(clock.exact());
    }
  };
  void run();
}
