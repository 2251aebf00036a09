import type { LookupResult } from "@hubspoke/core";
import { latestVersion } from "@hubspoke/storage-kysely";
import { Miniflare, Response } from "miniflare";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { bundle, compatibilityDate } from "./bundle.ts";
import { type HubSpot, hubspot, signal } from "./hubspot.ts";

let contents: string;
beforeAll(async () => {
  contents = await bundle("./hubspoke.worker.ts");
});

const ada = { firstname: "Ada", lastname: "Lovelace", phone: "(902) 555-1234" };
const number = "902 555 1234";
const hour = 3_600_000;

interface World {
  readonly crm: HubSpot;
  get(path: string): Promise<unknown>;
  look(phones: readonly string[], more?: Record<string, string>): Promise<LookupResult[]>;
  /** Resolves when nothing runs behind an answer any more. */
  idle(): Promise<void>;
  /** Ends the invocation that was asked to leave, whatever it was doing. */
  leave(): void;
}

/** A Worker with a D1 database and a HubSpot, each of its own. */
async function world(): Promise<World> {
  const crm = hubspot();
  const leaving = signal();
  let idle = signal();
  const miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents }],
    compatibilityDate,
    d1Databases: { DB: "hubspoke" },
    bindings: { TOKEN: crm.simulator.token, KEY: "11".repeat(32), START: crm.start, SPEED: crm.speed },
    outboundService: crm.answer,
    serviceBindings: {
      IDLE: () => {
        idle.give();
        idle = signal();
        return new Response(null);
      },
      LEAVE: () => leaving.given.then(() => new Response(null)),
    },
  });
  onTestFinished(() => miniflare.dispose());
  const address = await miniflare.ready;
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(new URL(path, address));
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(text);
    return JSON.parse(text) as unknown;
  };
  return {
    crm,
    get,
    look: async (phones, more = {}) => {
      const query = new URLSearchParams([...phones.map((phone) => ["phone", phone]), ...Object.entries(more)]);
      return (await get(`/look?${query}`)) as LookupResult[];
    },
    idle: () => idle.given,
    leave: leaving.give,
  };
}

it("in workerd the store migrates, gives bytes back as bytes, and work to one of two", async () => {
  const { get } = await world();
  expect(await get("/store")).toEqual({
    to: latestVersion,
    put: ["written"],
    isBytes: true,
    sealed: Array.from({ length: 256 }, (_, i) => i),
    claimed: ["501"],
  });
});

it("a Worker turns a number into a contact: one search cold, none warm, in invocations that share only D1", async () => {
  const { crm, look } = await world();
  const { id } = crm.simulator.portal().contacts.create(ada);
  expect(await look([number])).toMatchObject([{ source: "hubspot", contact: { id, fullName: "Ada Lovelace" } }]);
  expect(await look(["+1 (902) 555-1234"])).toMatchObject([{ source: "cache", contact: { id, stale: false } }]);
  expect(crm.searches()).toBe(1);
});

it("HubSpot is asked once whose account a token is of, in whichever invocation", async () => {
  const { crm, look } = await world();
  for (const phone of numbers.slice(0, 3)) {
    crm.simulator.portal().contacts.create({ firstname: `P${phone}`, phone });
    expect(await look([phone])).toMatchObject([{ source: "hubspot" }]);
  }
  expect(crm.asked()).toBe(1);
});

it("an invocation leaves no slot of the rate limit behind that HubSpot does not count", async () => {
  const { crm, look, get, idle } = await world();
  crm.simulator.portal().contacts.create(ada);
  const done = idle();
  await look([number]);
  await done;
  // The call that learned the portal counts for ten seconds; the search for one, which has passed.
  expect(await get("/slots")).toEqual([{ budget: expect.stringMatching(/^calls /), slots: 1 }]);
});

it("the leader leaves while a follower waits, and the follower is answered", async () => {
  const { crm, get, look, leave } = await world();
  crm.simulator.portal().contacts.create(ada);
  const release = crm.hold();
  const leader = get(`/look?phone=${number}&leaves`);
  await crm.arrived(1);
  const follower = look([number]);
  await crm.arrived(2);
  leave();
  expect(await leader).toBe("left");
  release();
  expect(await follower).toMatchObject([{ source: "hubspot", contact: { fullName: "Ada Lovelace" } }]);
  expect(await look([number])).toMatchObject([{ source: "cache" }]);
});

it("a stale contact is refreshed behind the answer, by waitUntil", async () => {
  const { crm, look, idle } = await world();
  const contact = crm.simulator.portal().contacts.create(ada);
  const first = idle();
  await look([number]);
  await first;
  crm.simulator.portal().contacts.update(contact.id, { lastname: "King" });

  const release = crm.hold();
  const later = { later: String(25 * hour) };
  const done = idle();
  expect(await look([number], later)).toMatchObject([
    { source: "cache", stale: true, contact: { lastName: "Lovelace" } },
  ]);
  await crm.arrived(2);
  release();
  await done;
  expect(await look([number], later)).toMatchObject([{ source: "cache", stale: false, contact: { lastName: "King" } }]);
});

it("without waitUntil nothing is started behind the answer, which says that it is stale", async () => {
  const { crm, look, get } = await world();
  crm.simulator.portal().contacts.create(ada);
  await look([number]);
  const answer = await look([number], { later: String(25 * hour), "without-wait-until": "" });
  expect(answer).toMatchObject([{ source: "cache", stale: true }]);
  await get("/store");
  expect(crm.searches()).toBe(1);
});

const numbers = Array.from({ length: 20 }, (_, i) => `+1902555${1000 + i}`);

it("twenty look-ups at once of one invocation stay inside one budget", async () => {
  const { crm, look } = await world();
  for (const phone of numbers) crm.simulator.portal().contacts.create({ firstname: `P${phone}`, phone });
  const found = await look(numbers);
  expect(found.map(({ contact }) => contact?.firstName)).toEqual(numbers.map((phone) => `P${phone}`));
  expect(crm.searches()).toBe(20);
  expect(crm.simulator.stats().rateLimited).toBe(0);
});

it("twenty invocations at once share the database and five searches a second, and do not disturb each other", async () => {
  const { crm, look } = await world();
  for (const phone of numbers) crm.simulator.portal().contacts.create({ firstname: `P${phone}`, phone });
  const first = (await Promise.all(numbers.map((phone) => look([phone])))).flat();
  expect(first.map(({ contact }) => contact?.firstName)).toEqual(numbers.map((phone) => `P${phone}`));
  const again = await look(numbers);
  expect(again.map(({ source }) => source)).toEqual(numbers.map(() => "cache"));
  expect(crm.simulator.stats().rateLimited).toBe(0);
});
