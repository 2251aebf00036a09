import { isHubspokeError } from "@hubspoke/core/errors";
import { Stuck } from "../base/clock.ts";
import type { Trace } from "../base/trace.ts";
import type { Stage } from "../script/steps.ts";
import { type Fate, noFate } from "./process.ts";
import { type Worker, type World, webhookUrl } from "./world.ts";

/** What a worker is busy with. */
export interface Life {
  readonly worker: Worker;
  readonly work: Promise<unknown>;
}

export interface Incidents {
  crashes: number;
  pauses: number;
  readonly stops: Map<string, number>;
}

const roundsPerShift = 4;
const dayMs = 24 * 3_600_000;
/** Waits in one drive, and turns over one delivery: many times what the longest needs. */
const mostWaits = 100_000;
const mostTurns = 100_000;

/** Two workers' places, and whoever fills them: a dead process is replaced when its place is needed. */
export class Crew {
  readonly #world: World;
  readonly #trace: Trace;
  readonly #incidents: Incidents;
  readonly #places: (Worker | null)[] = [null, null];
  readonly #standing: Life[] = [];
  /** Going on while somebody else is driven. */
  readonly #released: Life[] = [];
  #stage: Stage["as"] | undefined = undefined;

  constructor(world: World, trace: Trace, incidents: Incidents) {
    this.#world = world;
    this.#trace = trace;
    this.#incidents = incidents;
  }

  worker(place: number): Worker {
    const running = this.#places[place];
    if (running?.process.runs) return running;
    const booted = this.#world.boot(this.#stage);
    this.#places[place] = booted;
    return booted;
  }

  /** Somebody new takes its place. */
  replace(place: number): Worker {
    const running = this.#places[place];
    if (running != null) {
      running.process.dead = true;
      this.#world.clock.forget(running.process);
    }
    this.#places[place] = null;
    return this.worker(place);
  }

  /** Everybody is replaced, and whoever comes from now on is deployed so. */
  deploy(as: Stage["as"] | undefined): void {
    this.#stage = as;
    this.#standing.length = 0;
    for (const place of this.#places.keys()) this.replace(place);
  }

  /** Some rounds of a worker's jobs, or a full pass. A failure of ours is what chaos looks like; any other is a bug. */
  async shift({ hubspoke, sync, process }: Worker, what: "rounds" | "reconcile"): Promise<void> {
    try {
      if (what === "reconcile") {
        await sync.reconcile();
        return;
      }
      for (let round = 0; round < roundsPerShift; round++)
        if ((await hubspoke.worker().tick({ budgetMs: 60_000 })).idle) return;
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      this.#trace.add(`${process.name} gave up: ${error.code}`);
      if (error.code === "INTERNAL") this.#world.problems.push("an INTERNAL error left the engine");
    }
  }

  /** Runs processes to where they finish, die or stand still, moving time when they all wait for it. */
  async drive(lives: readonly Life[]): Promise<void> {
    const { clock } = this.#world;
    const finished = new Set<Worker>();
    const failures: unknown[] = [];
    const all: Life[] = [];
    const follow = (life: Life) => {
      all.push(life);
      const through = () => void finished.add(life.worker);
      life.work.then(through, (error: unknown) => {
        failures.push(error);
        through();
      });
    };
    lives.forEach(follow);
    const until = clock.now() + dayMs;
    for (let waits = 0; ; waits++) {
      await clock.settle();
      if (this.#released.length > 0) {
        // Some may be through already, and are only heard of at the next turn.
        this.#released.splice(0).forEach(follow);
        continue;
      }
      if (all.every(({ worker }) => finished.has(worker) || !worker.process.runs)) break;
      if (!clock.next()) throw new Stuck("the engine waits for something that never comes");
      if (clock.now() > until || waits > mostWaits) throw new Stuck("the engine does not come to an end within a day");
    }
    for (const life of all) this.#noticed(life);
    for (const error of failures) throw error;
  }

  /** One call at a worker that nothing befalls: it must not fail. */
  async through<T>(worker: Worker, work: Promise<T>): Promise<T | undefined> {
    let result: T | undefined;
    const life = work.then(
      (value) => {
        result = value;
      },
      (error: unknown) => {
        if (!isHubspokeError(error)) throw error;
        this.#world.problems.push(`with nothing in its way it failed: ${error.code} ${error.message}`);
      },
    );
    worker.process.arm(noFate);
    await this.drive([{ worker, work: life }]);
    return result;
  }

  /** Processes that stood still go on beside the others. No fault that waits hits a write that comes late. */
  async wake(): Promise<void> {
    for (const life of this.#standing.splice(0)) {
      this.#world.simulator.faults.clear();
      this.#trace.add(`${this.#world.clock.now()} wake ${life.worker.process.name}`);
      life.worker.process.wake();
      await this.drive([life]);
    }
  }

  /** Processes that stood still go on while another one is at work. */
  async release(): Promise<void> {
    const { clock } = this.#world;
    for (const life of this.#standing.splice(0)) {
      this.#trace.add(`${clock.now()} release ${life.worker.process.name}`);
      life.worker.process.wake();
      this.#released.push(life);
    }
    if (this.#released.length > 0) await clock.settle();
  }

  /** The same, beside a worker's rounds. */
  async wakeBeside(place: number): Promise<void> {
    await this.release();
    const worker = this.worker(place);
    worker.process.arm(noFate);
    await this.drive([{ worker, work: this.shift(worker, "rounds") }]);
  }

  /** HubSpot sends what is due to a worker's webhook route. One that dies over it answers nothing. */
  async deliver(place: number, fate: Fate): Promise<void> {
    const worker = this.worker(place);
    worker.process.arm(fate);
    const { simulator, clock } = this.#world;
    const handler = async (request: Request): Promise<Response> => {
      const answering = worker.hubspoke.handle(request, { routers: ["webhooks"], basePath: "/hubspot" });
      for (let turns = 0; turns < mostTurns; turns++) {
        const answer = await Promise.race([answering, clock.settle().then(() => null)]);
        if (answer !== null) return answer;
        if (!worker.process.runs) return new Response(null, { status: 503 });
      }
      throw new Stuck("the webhook route does not answer");
    };
    const { delivered, failed } = await simulator.deliverWebhooks({ handler, publicUrl: webhookUrl });
    this.#trace.add(`delivered ${delivered}, failed ${failed}`);
    this.#noticed({ worker, work: Promise.resolve() });
  }

  #noticed(life: Life): void {
    const { process } = life.worker;
    if (process.ranAway) throw new Stuck(`${process.name} makes calls without end`);
    if (process.paused) this.#standing.push(life);
    if (process.stoppedAt === null) return;
    if (process.dead) this.#incidents.crashes++;
    else this.#incidents.pauses++;
    const { stops } = this.#incidents;
    stops.set(process.stoppedAt, (stops.get(process.stoppedAt) ?? 0) + 1);
    process.stoppedAt = null;
  }
}
