import { missing, type Person } from "../crash/judge.ts";
import type { Chance } from "../simulation/base/random.ts";
import { publicUrl, tenant } from "./plan.ts";
import type { World } from "./world.ts";

/** Users of both sides. HubSpot's edit first names, the product's last names: nobody overrules anybody. */
export class Crowd {
  readonly people: Person[] = [];
  /** What was put in to be noted, each once. */
  readonly notes: string[] = [];
  words = 0;
  readonly #there: World;
  readonly #random: Chance;

  constructor(there: World, random: Chance) {
    this.#there = there;
    this.#random = random;
  }

  /** Some of what users do in a moment. */
  async act(): Promise<void> {
    const random = this.#random;
    for (let i = 0; i < 2 + random.int(4); i++) {
      const what = random.pick(["create", "note", "edit", "edit"]);
      if (what === "create") await this.create(random.pick(["local", "hubspot"]));
      else await (what === "note" ? this.#note() : this.#edit());
    }
  }

  async create(side: "local" | "hubspot"): Promise<void> {
    const { front, simulator } = this.#there;
    const person: Person = { email: `canary${this.people.length}@x.example`, firsts: [], lasts: [] };
    this.people.push(person);
    const value = this.#word();
    if (side === "local") {
      person.lasts.push(value);
      return front.crm.insert([{ id: `user-${this.people.length}`, email: person.email, last: value }]);
    }
    person.firsts.push({ value, accepted: false });
    simulator.portal().contacts.create({ email: person.email, firstname: value });
    await this.#deliver();
  }

  /** What users wait for. */
  async missing(): Promise<string[]> {
    const { front, simulator } = this.#there;
    const bodies = this.noted();
    return [
      ...this.notes.filter((body) => !bodies.some((text) => text.includes(body))).map((body) => `${body}: no note`),
      ...missing({ people: this.people, leads: await front.crm.rows(), contacts: simulator.portal().contacts }),
    ];
  }

  /** The notes HubSpot has. */
  noted(): string[] {
    const notes = this.#there.simulator.portal().objects("notes").list();
    return notes.map(({ properties }) => properties.hs_note_body ?? "");
  }

  async #edit(): Promise<void> {
    const { front, simulator } = this.#there;
    const person = this.#random.pick(this.people);
    const contact = simulator.portal().contacts.findBy("email", person.email);
    const row = (await front.crm.rows()).find(({ email }) => email === person.email);
    if (this.#random.happens(0.5)) {
      if (row === undefined) return;
      const value = this.#word();
      person.lasts.push(value);
      await front.crm.edit(row.id, value);
    } else if (contact !== undefined) {
      const value = this.#word();
      person.firsts.push({ value, accepted: false });
      simulator.portal().contacts.update(contact.id, { firstname: value });
      await this.#deliver();
    }
  }

  async #note(): Promise<void> {
    const { front, simulator } = this.#there;
    const contact = this.#random.pick(simulator.portal().contacts.list());
    const body = this.#word();
    this.notes.push(body);
    const input = { to: [{ object: "contacts", id: contact.id }], body };
    await front.hubspoke.outbox.enqueue("note", input, { tenant, idempotencyKey: String(this.notes.length) });
  }

  /** Everything that HubSpot has to tell, in one request: what a 2xx answers is accepted. */
  async #deliver(): Promise<void> {
    const { front, simulator } = this.#there;
    const before = this.people.flatMap(({ firsts }) => firsts);
    const { failed } = await simulator.deliverWebhooks({
      publicUrl,
      handler: (request) => front.hubspoke.handle(request, { routers: ["webhooks"], basePath: "/hubspot" }),
    });
    if (failed === 0) for (const edit of before) edit.accepted = true;
  }

  /** A word that stands nowhere else: where it is found, it has leaked. */
  #word(): string {
    return `Canary${++this.words}x`;
  }
}
