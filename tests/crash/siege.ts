import { join } from "node:path";
import { createHubSpotSimulator, type HubSpotSimulator, type RunningServer } from "@hubspoke/testing";
import type { Chance } from "../simulation/base/random.ts";
import { fastClock } from "./clock.ts";
import { type Crm, openCrm } from "./crm.ts";
import { type Rest, start, type Worker } from "./fleet.ts";
import { doubled, missing, type Person } from "./judge.ts";
import type { WorkerPlan } from "./worker.ts";

interface SiegeOptions {
  readonly folder: string;
  readonly random: Chance;
  readonly store: WorkerPlan["store"];
}

export interface SiegeResult {
  readonly found: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

type Death = "at any moment" | "over a write" | "over an event" | "over a call";

/** What a worker does to its stores and to the product's rows, in the order of a write. */
const calls = [
  "storage.inbox.record",
  "storage.inbox.complete",
  "storage.work.mark",
  "storage.intents.store",
  "storage.intents.markSent",
  // Where nothing of ours can be in the same commit.
  "local.write",
  "local.write",
  "local.write",
  "local.write",
  "storage.links.put",
  "storage.intents.clear",
  "storage.work.complete",
];

const publicUrl = "https://app.example.com/hubspot/webhooks";
const writing = /\/batch\/(?:create|update)$/;
const people = 12;
/** Real time that everything accepted may take to arrive after the last kill: leases have to lapse. */
const patienceMs = 60_000;

const noRest: Rest = { waiting: 0, intents: 0, quarantined: 0 };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Two worker processes over one store and one local database, a HubSpot that outlives them, users on both sides, and
 * `kill -9`: at a random moment, while HubSpot is being written to, or while an event is being accepted.
 */
export class Siege {
  readonly #options: SiegeOptions;
  readonly #base = Date.now();
  readonly #people: Person[] = [];
  readonly #sent = new Map<string, number>();
  readonly #workers: Worker[] = [];
  readonly #kills: Record<Death, number> = {
    "at any moment": 0,
    "over a write": 0,
    "over an event": 0,
    "over a call": 0,
  };
  #simulator!: HubSpotSimulator;
  #server: RunningServer | null = null;
  #crm!: Crm;
  #words = 0;
  /** Called when a write reaches HubSpot. */
  #onWrite: (() => void) | null = null;

  constructor(options: SiegeOptions) {
    this.#options = options;
  }

  async run(kills: number): Promise<SiegeResult> {
    await this.#open();
    for (let i = 0; i < people; i++) await this.#create(i % 2 === 0 ? "hubspot" : "local");
    const [first] = this.#workers;
    await first?.ask("backfill");
    for (let i = 0; i < kills; i++) await this.#assault();
    return this.#end(kills);
  }

  async end(): Promise<void> {
    for (const worker of this.#workers) if (worker.alive) await worker.kill();
    await this.#server?.close();
    await this.#crm?.close();
  }

  async #open(): Promise<void> {
    const clock = fastClock(this.#base);
    this.#simulator = createHubSpotSimulator({ seed: 1, clock });
    this.#simulator.faults.add({
      // Breaks nothing: it sees every write as it arrives, which takes its effect whoever is alive to hear the answer.
      effect: "reset",
      times: Number.POSITIVE_INFINITY,
      when: ({ path, body }) => {
        if (writing.test(path)) this.#written(body);
        return false;
      },
    });
    this.#server = await this.#simulator.listen();
    this.#crm = await openCrm(join(this.#options.folder, "crm.db"), true);
    // One after the other: the first makes the tables.
    for (let i = 0; i < 2; i++) this.#workers.push(await this.#start());
  }

  #start(): Promise<Worker> {
    const { store, folder } = this.#options;
    const { token, appSecret: secret } = this.#simulator;
    const hubspot = this.#server?.url ?? "";
    return start({ store, crm: join(folder, "crm.db"), hubspot, token, secret, base: this.#base, publicUrl });
  }

  #written(body: string): void {
    const { inputs } = JSON.parse(body) as { inputs: { properties: Record<string, string> }[] };
    for (const { properties } of inputs) {
      const last = properties.lastname;
      if (last !== undefined) this.#sent.set(last, (this.#sent.get(last) ?? 0) + 1);
    }
    this.#onWrite?.();
  }

  async #create(side: "local" | "hubspot"): Promise<void> {
    const person: Person = { email: `p${this.#people.length}@x.com`, firsts: [], lasts: [] };
    this.#people.push(person);
    const word = this.#word();
    if (side === "local") {
      person.lasts.push(word);
      this.#crm.insert(`user-${this.#people.length}`, person.email, word);
      return;
    }
    person.firsts.push({ value: word, accepted: false });
    this.#simulator.portal().contacts.create({ email: person.email, firstname: word });
    await this.#deliver();
  }

  /** HubSpot's users edit first names, the product's last names: nobody overrules anybody. */
  async #edit(): Promise<void> {
    const person = this.#options.random.pick(this.#people);
    const contact = this.#simulator.portal().contacts.findBy("email", person.email);
    const row = this.#crm.rows().find(({ email }) => email === person.email);
    if (this.#options.random.happens(0.5)) {
      if (row === undefined) return;
      const word = this.#word();
      person.lasts.push(word);
      this.#crm.edit(row.id, word);
    } else if (contact !== undefined) {
      const word = this.#word();
      person.firsts.push({ value: word, accepted: false });
      this.#simulator.portal().contacts.update(contact.id, { firstname: word });
      await this.#deliver();
    }
  }

  /** Everything that HubSpot has to tell goes to one worker, in one request: what a 2xx answers is accepted. */
  async #deliver(): Promise<void> {
    const alive = this.#workers.filter((worker) => worker.alive);
    const { url } = this.#options.random.pick(alive);
    const edits = this.#people.flatMap(({ firsts }) => firsts);
    const before = edits.length;
    const { failed } = await this.#simulator.deliverWebhooks({ url, publicUrl });
    if (failed === 0) for (const edit of edits.slice(0, before)) edit.accepted = true;
  }

  /** Something happens, somebody dies over it, somebody else takes the place. */
  async #assault(): Promise<void> {
    const { random } = this.#options;
    const place = random.int(this.#workers.length);
    const victim = this.#workers[place] as Worker;
    const how = random.pick<Death>(["at any moment", "over a write", "over an event", "over a call", "over a call"]);
    const dying = this.#armed(victim, how);
    const doings = 1 + random.int(4);
    // Somebody new on HubSpot's side is the write here that nothing but its key keeps single.
    if (how === "over a call") await this.#create("hubspot");
    for (let i = 0; i < doings; i++) {
      if (random.happens(0.4)) await this.#create(random.pick(["local", "hubspot", "hubspot"]));
      else await this.#edit();
    }
    await dying;
    this.#kills[how]++;
    this.#workers[place] = await this.#start();
  }

  async #armed(victim: Worker, how: Death): Promise<void> {
    const { random } = this.#options;
    if (how === "over a call") {
      await victim.dieOver({ call: random.pick(calls), afterEffect: random.happens(0.8) }, 1_500);
    } else if (how === "at any moment") {
      await pause(random.int(400));
    } else if (how === "over an event") {
      await pause(random.int(20));
    } else {
      const late = random.int(3);
      // Nothing may be written for a while: then it dies at any moment.
      await Promise.race([this.#nextWrite(), pause(1_500)]);
      this.#onWrite = null;
      if (late > 0) await pause(late * 4);
    }
    await victim.kill();
  }

  /** What the store still holds to be done. */
  async #unrest(): Promise<string[]> {
    const { waiting, intents, quarantined } = (await this.#workers[0]?.ask("rest")) ?? noRest;
    return [
      ...(waiting ? [`${waiting} records stay dirty`] : []),
      ...(intents ? ["an intent stays open"] : []),
      ...(quarantined ? [`${quarantined} records are quarantined`] : []),
    ];
  }

  #nextWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.#onWrite = resolve;
    });
  }

  async #end(kills: number): Promise<SiegeResult> {
    const { contacts } = this.#simulator.portal();
    const look = () => missing({ people: this.#people, leads: this.#crm.rows(), contacts });
    const until = performance.now() + patienceMs;
    let left = await this.#unrest();
    while ((left.length > 0 || look().length > 0) && performance.now() < until) {
      await pause(250);
      left = await this.#unrest();
    }
    const evidence = { people: this.#people, leads: this.#crm.rows(), contacts, sent: this.#sent };
    const edits = this.#people.flatMap(({ firsts }) => firsts);
    return {
      found: [...left, ...look(), ...doubled({ ...evidence, written: this.#crm.written() })],
      counts: {
        kills,
        ...this.#kills,
        people: this.#people.length,
        accepted: edits.filter(({ accepted }) => accepted).length,
        refused: edits.filter(({ accepted }) => !accepted).length,
        "edits here": this.#people.reduce((sum, { lasts }) => sum + lasts.length, 0),
        "writes to HubSpot": this.#sent.size,
        "writes here": this.#crm.written().size,
      },
    };
  }

  #word(): string {
    return `w${++this.#words}`;
  }
}
