import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createHubSpotSimulator,
  createVirtualClock,
  type HubSpotSimulator,
  type SimulatorOptions,
  type SimulatorState,
  type VirtualClock,
} from "../../src/simulator.ts";
import { bench, CONTACTS } from "./helpers.ts";

const OPTIONS: SimulatorOptions = {
  seed: 5,
  latency: { min: 5, max: 20 },
  searchLag: { min: 0, max: 20_000 },
  schemaFlipFlop: 30_000,
  otherProgram: { callsPerSecond: 3 },
  webhookFaults: { duplicate: 0.2, reorder: true, delay: { min: 0, max: 5_000 } },
  apps: [{ appId: 77, clientId: "c", clientSecret: "s", redirectUris: ["https://app.example/cb"], scopes: ["oauth"] }],
};

const throughJson = (state: SimulatorState): SimulatorState => JSON.parse(JSON.stringify(state)) as SimulatorState;

/** Everything an answer says. */
async function ask(sim: HubSpotSimulator, clock: VirtualClock, route: string, body?: unknown): Promise<string> {
  const [method = "GET", path = ""] = route.split(" ");
  const isForm = typeof body === "string";
  const pending = sim.fetch(`https://api.hubapi.com${path}`, {
    method,
    headers: {
      authorization: `Bearer ${sim.token}`,
      "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  do await clock.advance(25);
  while (clock.sleepers > 0);
  const response = await pending;
  return `${route} ${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
}

const SCHEMA = {
  name: "car",
  labels: { singular: "Car", plural: "Cars" },
  primaryDisplayProperty: "plate",
  properties: [{ name: "plate", label: "Plate", type: "string", fieldType: "text", hasUniqueValue: true }],
  associatedObjects: ["CONTACT"],
};

const pick = fc.nat(40);
const word = fc.constantFrom("ann", "Bob", "cy", "");
const step = fc.oneof(
  fc.record({ do: fc.constant("create" as const), word }),
  fc.record({ do: fc.constant("edit" as const), word, who: pick }),
  fc.record({ do: fc.constant("archive" as const), who: pick }),
  fc.record({ do: fc.constant("merge" as const), who: pick, other: pick }),
  fc.record({ do: fc.constant("link" as const), who: pick }),
  fc.record({ do: fc.constant("label" as const), who: pick }),
  fc.record({ do: fc.constant("schema" as const) }),
  fc.record({ do: fc.constant("car" as const), who: pick }),
  fc.record({ do: fc.constant("property" as const), who: fc.nat(3) }),
  fc.record({ do: fc.constant("search" as const), word }),
  fc.record({ do: fc.constant("batch" as const) }),
  fc.record({ do: fc.constant("install" as const) }),
  fc.record({ do: fc.constant("deliver" as const), ok: fc.boolean() }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 15_000 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step to a simulator; what it says depends on nothing but the simulator's state. */
async function perform(sim: HubSpotSimulator, clock: VirtualClock, now: Step): Promise<string> {
  const contacts = sim.portal().contacts.list();
  const id = (n: number) => contacts[n % Math.max(1, contacts.length)]?.id ?? "1";
  const call = (route: string, body?: unknown) => ask(sim, clock, route, body);
  switch (now.do) {
    case "create":
      return call(`POST ${CONTACTS}`, { properties: { email: `${now.word || "x"}@x.example`, city: now.word } });
    case "edit":
      return call(`PATCH ${CONTACTS}/${id(now.who)}`, { properties: { city: now.word, phone: "902 555 1234" } });
    case "archive":
      return call(`DELETE ${CONTACTS}/${id(now.who)}`);
    case "merge":
      return call(`POST ${CONTACTS}/merge`, { primaryObjectId: id(now.who), objectIdToMerge: id(now.other) });
    case "link":
      await call("POST /crm/objects/2026-09/companies", { properties: { name: "C" } });
      return call(
        `PUT ${CONTACTS}/${id(now.who)}/associations/default/companies/${sim.portal().objects("companies").list().at(-1)?.id}`,
      );
    case "label":
      return call("POST /crm/associations/2026-09/contacts/companies/labels", {
        name: `l${now.who}`,
        label: `L${now.who}`,
      });
    case "schema":
      return call("POST /crm-object-schemas/2026-09/schemas", SCHEMA);
    case "car":
      await call("GET /crm-object-schemas/2026-09/schemas/p62515_car");
      return call("POST /crm/objects/2026-09/p62515_car", { properties: { plate: `p${now.who}` } });
    case "property": {
      const name = `own${now.who}`;
      const made = { name, label: name, type: "string", fieldType: "text", groupName: "contactinformation" };
      if (now.who === 3) return call("DELETE /crm/properties/2026-09/contacts/own0");
      return call("POST /crm/properties/2026-09/contacts", { ...made, hasUniqueValue: now.who === 1 });
    }
    case "search":
      return call(`POST ${CONTACTS}/search`, {
        filterGroups: now.word ? [{ filters: [{ propertyName: "city", operator: "EQ", value: now.word }] }] : [],
        limit: 50,
      });
    case "batch":
      return call(`POST ${CONTACTS}/batch/read`, {
        inputs: contacts.slice(0, 50).map((contact) => ({ id: contact.id })),
        properties: ["city", "associatedcompanyid", "own1"],
        propertiesWithHistory: ["city"],
      });
    case "install": {
      const page = await call(
        "GET /oauth/authorize?client_id=c&scope=oauth&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
      );
      const code = /code=([\w-]+)/.exec(page)?.[1] ?? "";
      const form = { grant_type: "authorization_code", client_id: "c", client_secret: "s", code };
      return call(
        "POST /oauth/2026-09/token",
        new URLSearchParams({ ...form, redirect_uri: "https://app.example/cb" }).toString(),
      );
    }
    case "deliver": {
      const seen: string[] = [];
      await sim.deliverWebhooks({
        retries: "due",
        handler: async (request) => {
          seen.push(request.headers.get("x-hubspot-signature-v3") ?? "", await request.text());
          return new Response(null, { status: now.ok ? 200 : 500 });
        },
      });
      return seen.join("\n");
    }
    case "wait":
      await clock.advance(now.ms);
      return String(clock.now());
  }
}

describe("saved state", () => {
  it("goes on byte by byte, whatever happened before", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.array(step, { minLength: 1, maxLength: 15 }),
        async (before, after) => {
          const clock = createVirtualClock();
          const sim = createHubSpotSimulator({ ...OPTIONS, clock });
          sim.seedContacts(3);
          sim.faults.add("POST /crm/** 500 rate=0.1");
          for (const now of before) await perform(sim, clock, now);

          const state = throughJson(sim.saveState());
          const otherClock = createVirtualClock(state.now);
          const other = createHubSpotSimulator({ ...OPTIONS, clock: otherClock });
          other.restoreState(state);
          expect(throughJson(other.saveState())).toEqual(state);
          for (const now of after) {
            expect(await perform(other, otherClock, now)).toBe(await perform(sim, clock, now));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps knobs, but for functions, and faults, but for predicates", async () => {
    const outbound = () => new Response("mine");
    const options = { limits: { daily: Number.POSITIVE_INFINITY }, platform: { outbound } };
    const { sim } = bench(options);
    sim.configure({ mergeCreatesNewId: false, historyCap: 7 });
    sim.faults.add({ when: () => true, effect: "reset" });
    sim.faults.add("502 times=always");
    const state = throughJson(sim.saveState());
    expect(state.knobs).toEqual({
      limits: { daily: "Infinity" },
      platform: {},
      mergeCreatesNewId: false,
      historyCap: 7,
    });
    const other = bench(options);
    other.sim.restoreState(state);
    expect(other.sim.faults.active).toEqual([
      { fault: { effect: { status: 502 }, times: Number.POSITIVE_INFINITY }, left: Number.POSITIVE_INFINITY },
    ]);
    expect(throughJson(other.sim.saveState())).toEqual(state);
    expect((await other.call(`GET ${CONTACTS}`)).status).toBe(502);
  });

  it("is refused when it is of another format, of other portals or of another seed, and nothing is lost", () => {
    const { sim } = bench();
    sim.portal().contacts.create({ firstname: "Ann" });
    const state = sim.saveState();
    expect(() => sim.restoreState({ ...state, format: 99 })).toThrow("format 2, not 99");
    expect(() => sim.restoreState({} as SimulatorState)).toThrow("format 2, not undefined");
    expect(() => bench({ seed: 2 }).sim.restoreState(state)).toThrow("seed 1, the options of seed 2");
    expect(() => bench({ portals: [{ id: 9, tokens: [] }] }).sim.restoreState(state)).toThrow("of portals 62515");
    expect(sim.portal().contacts.size).toBe(1);
  });
});
