import { refProperty, type SyncedField, wideNames } from "../script/fields.ts";
import type { LifeEvent, Side, UserEdit } from "../script/steps.ts";
import { columnOf, localText, normal, partsOf, propertiesOf, remoteText } from "../script/values.ts";
import type { Lead } from "../world/crm.ts";
import { tenant, type World } from "../world/world.ts";
import { type Event, stateOf } from "./matrix.ts";
import {
  addresses,
  addressesOf,
  type Contact,
  grouped,
  haveMet,
  type Person,
  type Standing,
  watchedProperties,
} from "./person.ts";
import type { TrueEdit } from "./reference.ts";
import { typed } from "./typed.ts";

/** Not everything that writes by HubSpot's API is us. */
const otherProgram = { type: "INTEGRATION", id: "4711" } as const;

/** The users and admins of both sides. They remember what they did, when, and what they saw when they did it. */
export class People {
  readonly all: Person[] = [];
  readonly #world: World;
  readonly #watched: readonly string[];
  #words = 0;
  /** Edits, creates and life events that took place. */
  actions = 0;
  /** In what state records were when something happened to them. */
  readonly cells: Map<string, number> = new Map();

  constructor(world: World) {
    this.#world = world;
    this.#watched = watchedProperties(world.fields);
  }

  locals(ref: string): Lead[] {
    return this.#world.crm.of(ref);
  }

  remotes(ref: string): Contact[] {
    return this.#world.contacts.list(this.#watched).filter(({ properties }) => properties[refProperty] === ref);
  }

  /** Everybody's rows and records at once, for whoever goes through all people. */
  standing(): Standing {
    const { crm, contacts } = this.#world;
    return {
      locals: grouped(crm.rows(), ({ ref }) => ref ?? ""),
      remotes: grouped(contacts.list(this.#watched), ({ properties }) => properties[refProperty] ?? ""),
    };
  }

  someone(who: number): Person | undefined {
    return this.all[who % Math.max(1, this.all.length)];
  }

  /** The place in the row of people of whoever has this record. */
  placeOf(side: Side, id: string): number {
    const { crm, contacts } = this.#world;
    const ref = side === "local" ? crm.find(id)?.ref : contacts.get(id)?.properties[refProperty];
    return this.all.findIndex((person) => person.ref === ref);
  }

  async create(side: Side | "both"): Promise<void> {
    const ref = `r${this.all.length + 1}`;
    const person: Person = {
      ref,
      edits: new Map(),
      rests: new Map(),
      waits: new Map(),
      parked: new Set(),
      unsure: new Set(),
      told: new Set(),
      life: [],
      knownWhenEnded: false,
      formerIds: [],
      replacedAt: 0,
      archivedId: null,
    };
    this.all.push(person);
    const email = `${ref}@x.com`;
    if (side !== "hubspot") await this.#bear(person, "local", email);
    if (side !== "local") await this.#bear(person, "hubspot", email);
  }

  async #bear(person: Person, side: Side, email: string): Promise<void> {
    const { clock, crm, contacts, fields } = this.#world;
    clock.tick();
    // The product's own users spell addresses as they like; HubSpot keeps them in lower case.
    const spelled = side === "local" && this.all.length % 3 === 0 ? ` ${email.toUpperCase()}` : email;
    const values = fields.map((field) => {
      const { local } = field;
      const n = ++this.#words;
      const how = n % 9 === 0 ? "refused" : n % 7 === 0 && wideNames.some((name) => name === local) ? "clear" : "plain";
      return [field, local === "email" ? spelled : typed(local, side, how, n, null)] as const;
    });
    if (side === "local") {
      const columns = Object.fromEntries(values.map(([field, text]) => [field.local, columnOf(field, text)]));
      await crm.insert({ id: `user-${person.ref}`, workspace: tenant, ref: person.ref, ...columns } as unknown as Lead);
    } else {
      const properties = Object.assign({}, ...values.map(([field, text]) => propertiesOf(field, text)));
      contacts.create({ ...properties, [refProperty]: person.ref });
    }
    for (const [field, text] of values) this.#remember(person, field, side, text, null, true);
    clock.tick();
    this.actions++;
  }

  /** Answers whether there was anything to edit. */
  async edit({ side, who, field, how }: UserEdit): Promise<boolean> {
    const person = this.someone(who);
    if (person === undefined) return false;
    const { crm, contacts, clock, fields } = this.#world;
    const synced = fields.find(({ local }) => local === field);
    if (synced === undefined) return false;
    const row = this.locals(person.ref)[0];
    const contact = this.remotes(person.ref)[0];
    if (side === "local" ? row === undefined : contact === undefined) return false;
    // Twins are recognised by their address: changed before they have met, it makes them two people.
    if (field === "email" && !haveMet(person, field)) return false;
    const word = ++this.#words;
    const stands = () => {
      const properties = (this.remotes(person.ref)[0] ?? contact)?.properties;
      const text =
        side === "local" ? localText(synced, this.locals(person.ref)[0] ?? row) : remoteText(synced, properties);
      return { properties, text, value: typed(field, side, how, word, text), over: normal(field, text) };
    };
    const first = stands();
    if (first.value === null && first.over === null) return false;
    await this.#meet(side === "local" ? "edit here" : "edit in HubSpot", row?.id ?? null, contact?.id ?? null);
    // Somebody else may have been quicker: what is written over is what stands at this moment.
    const { properties, value, over } = stands();
    clock.tick();
    if (side === "local") await crm.update(row?.id ?? "", { [field]: columnOf(synced, value) });
    else {
      const all = Object.entries(propertiesOf(synced, value));
      // Who edits one half of a place leaves the other as it is.
      const changes = all.filter(([name, text]) => all.length === 1 || text !== (properties?.[name] ?? ""));
      const by = this.#words % 4 === 0 ? otherProgram : undefined;
      contacts.update(contact?.id ?? "", Object.fromEntries(changes), by);
    }
    this.#remember(person, synced, side, value, over, false);
    clock.tick();
    this.actions++;
    return true;
  }

  /** Something that ends, moves or revives a record. Answers to whom, if it could happen. */
  async live(event: LifeEvent, who: number, other: number): Promise<Person | null> {
    const { contacts, crm, clock } = this.#world;
    const person = this.someone(who);
    const second = this.someone(other);
    if (person === undefined || second === undefined) return null;
    const row = this.locals(person.ref)[0];
    const contact = this.remotes(person.ref)[0];
    let met = person;
    clock.tick();
    if (event === "replace-local") return (await this.#replace(person, row, contact)) ? person : null;
    for (const one of [person, second]) if (one.life.length === 0) one.knownWhenEnded = haveMet(one);
    if (event === "restore") {
      const archived = [person, ...this.all].find((one) => one.archivedId !== null && !one.life.includes("erase"));
      if (archived?.archivedId == null) return null;
      // HubSpot refuses one whose address is somebody else's by now.
      const own = addressesOf(contacts.get(archived.archivedId)?.properties ?? {});
      const taken = new Set(contacts.list(addresses).flatMap(({ properties }) => addressesOf(properties)));
      if (own.some((address) => taken.has(address))) return null;
      await this.#meet(event, this.locals(archived.ref)[0]?.id ?? null, archived.archivedId);
      contacts.restore(archived.archivedId);
      archived.archivedId = null;
      archived.life.push(event);
      met = archived;
    } else if (event === "delete-local") {
      if (row === undefined) return null;
      await this.#meet(event, row.id, contact?.id ?? null);
      await crm.remove(row.id);
      person.life.push(event);
    } else {
      if (contact === undefined) return null;
      if (event === "merge") {
        const loser = this.remotes(second.ref)[0];
        if (loser === undefined || second === person) return null;
        await this.#meet(event, row?.id ?? null, contact.id);
        contacts.merge(contact.id, loser.id);
        second.life.push(event);
      } else if (event === "archive") {
        await this.#meet(event, row?.id ?? null, contact.id);
        contacts.archive(contact.id);
        person.archivedId = contact.id;
      } else {
        await this.#meet(event, row?.id ?? null, contact.id);
        contacts.erase(contact.id);
      }
      person.life.push(event);
    }
    clock.tick();
    this.actions++;
    return met;
  }

  /** Nothing of it is an end: whoever they are, they are on both sides as before, and no edit of them may get lost. */
  async #replace(person: Person, row: Lead | undefined, contact: Contact | undefined): Promise<boolean> {
    // By its address alone it is known to be the same: where that is not the same on both sides, or may yet be another
    // (somebody's edit of it is under way), it is somebody else.
    const address = normal("email", row?.email);
    const isSettled = (person.edits.get("email")?.at(-1)?.at ?? 0) < (person.rests.get("email")?.at(-1) ?? 0);
    const isKnown = contact === undefined || (isSettled && normal("email", contact.properties.email) === address);
    if (row === undefined || !isKnown || address?.startsWith("no address") === true) return false;
    const { clock, crm, fields } = this.#world;
    await this.#meet("replace-local", row.id, contact?.id ?? null);
    person.formerIds.push(row.id);
    // Whoever had ended there comes back as somebody new; what waited for review ended with that row.
    person.knownWhenEnded = false;
    person.waits.clear();
    await crm.replace(row.id, { ...row, id: `user-${person.ref}-${person.formerIds.length}` });
    for (const field of fields)
      for (const [part, value] of this.#allParts(person, field, normal(field.local, localText(field, row)))) {
        const entered = person.edits.get(part)?.findLast(({ side }) => side === "local");
        const isKnownThere = person.rests.get(part)?.some((at) => at > (entered?.at ?? 0)) === true;
        // What was under way to HubSpot is as new as this row.
        if (entered !== undefined && !isKnownThere && entered.value === value)
          this.note(person, part, { side: "local", value, over: value, birth: entered.birth });
      }
    person.replacedAt = clock.now();
    clock.tick();
    this.actions++;
    return true;
  }

  /** One event, and others to the same person before anybody can have noticed. */
  async liveOn(events: readonly LifeEvent[], who: number, other: number): Promise<void> {
    let place = who;
    for (const event of events) {
      const met = await this.live(event, place, other);
      if (met === null) return;
      place = this.all.indexOf(met);
    }
  }

  /** An admin settled a conflict: the side taken counts as edited now. */
  settled(person: Person, { local }: SyncedField, side: Side, value: string | null): void {
    this.note(person, local, { side, value, over: value, birth: false });
    this.#world.clock.tick();
  }

  async #meet(event: Event, localId: string | null, hubspotId: string | null): Promise<void> {
    const cell = `${await stateOf(this.#world, localId, hubspotId)} × ${event}`;
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1);
  }

  /** An edit, in each part of the field that it changed. */
  #remember(person: Person, field: SyncedField, side: Side, text: string | null, over: string | null, birth: boolean) {
    const [before, after] = [partsOf(field, over), partsOf(field, normal(field.local, text))];
    for (const part of new Set([...before.keys(), ...after.keys()])) {
      const [value, stood] = [after.get(part) ?? null, before.get(part) ?? null];
      if (field.rule !== "union" || value !== stood) this.note(person, part, { side, value, over: stood, birth });
    }
  }

  /** With the elements that were there once. */
  #allParts(person: Person, field: SyncedField, value: string | null): ReadonlyMap<string, string | null> {
    const gone = [...person.edits.keys()].filter((part) => part.startsWith(`${field.local} `));
    return new Map([...gone.map((part) => [part, null] as const), ...partsOf(field, value)]);
  }

  /** One edit of what is judged by itself, at this moment. */
  note(person: Person, part: string, edit: Omit<TrueEdit, "at">): void {
    person.edits.set(part, [...(person.edits.get(part) ?? []), { at: this.#world.clock.now(), ...edit }]);
  }
}
