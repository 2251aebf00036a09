import { Stuck } from "./base/clock.ts";
import { withCryptoOf } from "./base/quick-cipher.ts";
import { chance } from "./base/random.ts";
import { createTrace, type Trace } from "./base/trace.ts";
import { collider } from "./judge/collider.ts";
import { arm } from "./judge/faults.ts";
import { conflictsOf, violations } from "./judge/invariants.ts";
import { fellBack, parkedStill } from "./judge/older-copy.ts";
import { noStats, type Outcome, type Stats } from "./judge/outcome.ts";
import { People } from "./judge/people.ts";
import type { Person } from "./judge/person.ts";
import { traceBothSides } from "./judge/trace-both-sides.ts";
import type { Script, Step, Work } from "./script/steps.ts";
import { localText, normal, remoteText } from "./script/values.ts";
import { Crew } from "./world/crew.ts";
import type { Ground } from "./world/ground.ts";
import { noFate } from "./world/process.ts";
import { isQuiet, roundMs, settle } from "./world/settle.ts";
import { goThrough } from "./world/stage.ts";
import { createWorld, type Tampering, type World } from "./world/world.ts";

export interface RunOptions {
  /** The databases to run it over, whose rows are lost. */
  readonly ground: Ground;
  readonly tampering?: Tampering | undefined;
  /** Hears every line of the trace. */
  readonly listener?: ((line: string) => void) | undefined;
}

/** Runs one script from an empty world to its end. Same script, same trace. */
export function runScript(script: Script, options: RunOptions): Promise<Outcome> {
  return withCryptoOf(script.setup.seed, async () => {
    const trace = createTrace(options.listener);
    const world = await createWorld(script.setup, trace, options.ground, options.tampering);
    return new Run(script, world, trace).run();
  });
}

/** How long what a dead process had claimed stays its own: the inbox gives its handlers two minutes. */
const longestLeaseMs = 120_000;

const restsOrFallsBack: ReadonlySet<Step["kind"]> = new Set(["rest", "resolve", "older-copy"]);

const lostAnswer = { kind: "fault", fault: "reset after the effect", times: 1, on: "writes" } as const;

class Run {
  readonly #script: Script;
  readonly #world: World;
  readonly #trace: Trace;
  readonly #stats: Stats = noStats();
  readonly #people: People;
  readonly #crew: Crew;
  readonly #found: string[] = [];
  /** Makes the databases what they were at the last rest. */
  #putBack: (() => Promise<void>) | null = null;

  constructor(script: Script, world: World, trace: Trace) {
    this.#script = script;
    this.#world = world;
    this.#trace = trace;
    this.#people = new People(world);
    this.#crew = new Crew(world, trace, this.#stats);
  }

  async run(): Promise<Outcome> {
    try {
      await this.#begin();
      for (const step of this.#script.steps) {
        if (this.#found.length > 0) break;
        this.#stats.steps++;
        this.#trace.add(`${this.#world.clock.now()} ${JSON.stringify(step)}`);
        await this.#step(step);
      }
      if (this.#found.length === 0) await this.#end();
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
      this.#found.push(error.message, ...this.#world.problems);
    }
    traceBothSides(this.#trace, this.#world);
    this.#stats.actions = this.#people.actions;
    for (const [cell, count] of this.#people.cells) this.#stats.cells.set(cell, count);
    this.#stats.records = this.#people.all.length;
    this.#stats.calls = this.#world.simulator.stats().calls;
    return { violations: this.#found, trace: this.#trace.hash(), stats: this.#stats };
  }

  /** People on either side or on both, and first contact. */
  async #begin(): Promise<void> {
    const { seed, people } = this.#script.setup;
    const random = chance(seed, "people");
    for (let i = 0; i < people; i++) await this.#people.create(random.pick(["local", "hubspot", "both"]));
    const worker = this.#crew.worker(0);
    await this.#crew.through(worker, this.#world.connect(worker));
    await this.#crew.through(worker, worker.sync.backfill());
    await settle(this.#world, this.#crew, 1);
    await this.#judge();
    await this.#keep();
  }

  /** After the last rest nothing may be written any more. */
  async #end(): Promise<void> {
    await this.#rest();
    if (this.#found.length > 0) return;
    const { writes } = this.#world;
    const before = { ...writes };
    // Each worker has a round with nothing to do; longer than the search index lags lies between them.
    await settle(this.#world, this.#crew, 2);
    await this.#reconcile();
    if (writes.local !== before.local || writes.hubspot !== before.hubspot)
      this.#found.push(
        `written at rest: ${writes.local - before.local} here, ${writes.hubspot - before.hubspot} in HubSpot`,
      );
    await this.#judge();
  }

  async #step(step: Step): Promise<void> {
    const { clock, simulator } = this.#world;
    switch (step.kind) {
      case "edit":
        await this.#people.edit(step.edit);
        return;
      case "edit-both": {
        const { who, field, first } = step;
        await this.#people.edit({ side: first, who, field, how: "plain" });
        await clock.advance(step.gap);
        await this.#people.edit({ side: first === "local" ? "hubspot" : "local", who, field, how: "plain" });
        return;
      }
      case "create":
        await this.#people.create(step.side);
        await this.#people.liveOn(step.soon ?? [], this.#people.all.length - 1, 0);
        if (step.met === undefined) return;
        await clock.advance(roundMs);
        return this.#work(step.met);
      case "life":
        return this.#people.liveOn([step.event, ...(step.soon ?? [])], step.who, step.other);
      case "jump":
        return clock.advance(step.ms);
      case "fault":
        return arm(simulator.faults, step, this.#stats.faults);
      case "burst":
        return this.#burst(step);
      case "deliver":
        return this.#crew.deliver(step.worker, step.fate);
      case "wake":
        return step.beside === undefined ? this.#crew.wake() : this.#crew.wakeBeside(step.beside);
      case "rest":
        return this.#rest();
      case "older-copy":
        return this.#fallBack();
      case "resolve":
        return this.#resolve();
      case "stage":
        return goThrough(step, this.#world, this.#crew, this.#people);
      case "work":
        return this.#work(step);
    }
  }

  async #burst({ who, count, gap, worker: place }: Extract<Step, { kind: "burst" }>): Promise<void> {
    const { clock } = this.#world;
    // Every feed is due by then.
    await clock.advance(roundMs);
    for (let i = 0; i < count; i++) {
      await this.#people.edit({ side: "hubspot", who: who + i, field: "first", how: "plain" });
      await clock.advance(gap);
    }
    const worker = this.#crew.worker(place);
    worker.process.arm(noFate);
    await this.#crew.drive([{ worker, work: this.#crew.shift(worker, "rounds") }]);
  }

  async #work({
    worker: place,
    what,
    both,
    fate,
    collide,
    again = [],
    lost = false,
    vanish = false,
    late = false,
    meanwhile,
  }: Work): Promise<void> {
    const worker = this.#crew.worker(place);
    const edit =
      ({ edit: one }: Work["meanwhile"][number]) =>
      async () =>
        void (await this.#people.edit(one));
    const loseAnswer = () => {
      if (lost) arm(this.#world.simulator.faults, lostAnswer, this.#stats.faults);
    };
    const before = late ? () => this.#crew.release() : () => Promise.resolve();
    const witness = collider(this.#people, this.#world.fields, { nth: collide, again, vanish, loseAnswer, before });
    worker.process.arm(fate, new Map(meanwhile.map((one) => [one.call, edit(one)])), witness);
    const lives = [{ worker, work: this.#crew.shift(worker, what) }];
    if (both) {
      const other = this.#crew.worker(1 - place);
      other.process.arm(noFate);
      lives.push({ worker: other, work: this.#crew.shift(other, "rounds") });
    }
    await this.#crew.drive(lives);
  }

  /** Nobody in the way: what stood still goes on, what is due comes, everything is worked off, and what was lost is found. */
  async #rest(): Promise<void> {
    const { clock, simulator } = this.#world;
    await this.#crew.wake();
    simulator.faults.clear();
    await clock.advance(longestLeaseMs + 1);
    await settle(this.#world, this.#crew, 1);
    await this.#judgeFeeds();
    this.#stats.repairs += await this.#reconcile();
    await this.#judge();
    await this.#keep();
  }

  /** A full pass and what follows from it. Answers how many records it wrote. */
  async #reconcile(): Promise<number> {
    const worker = this.#crew.worker(0);
    const before = this.#written();
    await this.#crew.through(worker, worker.sync.reconcile());
    const written = this.#written() - before;
    // One that wrote nothing and left nothing behind needs no more rounds.
    if (written > 0 || !(await isQuiet(this.#world))) await settle(this.#world, this.#crew, 1);
    return written;
  }

  /** A copy for later, where the databases fall back to this rest and to none after it. */
  async #keep(): Promise<void> {
    const next = this.#script.steps.slice(this.#stats.steps).find(({ kind }) => restsOrFallsBack.has(kind));
    if (next?.kind === "older-copy") this.#putBack = await this.#world.copy();
  }

  /** All processes end, the databases are replaced, and whoever did it lets a reconciliation run. */
  async #fallBack(): Promise<void> {
    this.#world.simulator.faults.clear();
    await this.#crew.wake();
    this.#crew.replace(0);
    this.#crew.replace(1);
    // A dead process's last request lands before a database can have been put back.
    await this.#world.clock.advance(1_000);
    await this.#putBack?.();
    fellBack(this.#people, this.#world);
    const worker = this.#crew.worker(0);
    // The tokens of an older database may be worth nothing any more.
    await this.#crew.through(worker, this.#world.connect(worker));
    await this.#crew.through(worker, worker.sync.reconcile());
    const conflicts = await this.#crew.through(worker, conflictsOf(worker));
    parkedStill(this.#people, this.#world, conflicts?.open ?? new Set());
  }

  /**
   * Nothing may be left for a reconciliation to find where no event gets lost; nor where searches are made, but for how
   * records end, which no search tells. A process that starts looks far back, and finds what the index showed late.
   */
  async #judgeFeeds(): Promise<void> {
    const { webhooks, pollRemoteMs } = this.#script.setup;
    if (webhooks.lose === 0) return this.#judge();
    if (pollRemoteMs === false) return;
    this.#crew.replace(0);
    await settle(this.#world, this.#crew, 1);
    await this.#judge(({ life }) => life.length === 0);
  }

  #written(): number {
    return this.#world.writes.local + this.#world.writes.hubspot;
  }

  async #judge(whom: (person: Person) => boolean = () => true): Promise<void> {
    if (this.#found.length > 0) return;
    const judged = this.#people.all.filter(whom);
    const worker = this.#crew.worker(0);
    // Even asking takes time where a token has ended meanwhile.
    const conflicts = await this.#crew.through(worker, conflictsOf(worker));
    const none = { all: new Set<string>(), open: new Set<string>(), told: new Map<string, string[]>(), twice: [] };
    this.#found.push(...(await violations(this.#world, this.#people, conflicts ?? none, this.#script.setup, judged)));
  }

  /** An admin goes through what waits for review. */
  async #resolve(): Promise<void> {
    await this.#rest();
    if (this.#found.length > 0) return;
    const worker = this.#crew.worker(0);
    const page = await this.#crew.through(worker, worker.sync.conflicts.list({ status: "open", limit: 100 }));
    for (const [i, { id, localId, field: name }] of (page?.items ?? []).entries()) {
      const field = this.#world.fields.find(({ local }) => local === name);
      const person = this.#people.all.find(({ ref }) => ref === this.#world.crm.find(localId)?.ref);
      if (field === undefined || person === undefined) continue;
      const side = i % 2 === 0 ? "local" : "hubspot";
      const [row] = this.#people.locals(person.ref);
      const [contact] = this.#people.remotes(person.ref);
      const value = side === "local" ? localText(field, row) : remoteText(field, contact?.properties);
      if (!(await this.#crew.through(worker, worker.sync.conflicts.resolve(id, side)))) continue;
      this.#people.settled(person, field, side, normal(field.local, value));
    }
  }
}
