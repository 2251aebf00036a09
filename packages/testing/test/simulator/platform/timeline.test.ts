import { describe, expect, it } from "vitest";
import type { SimulatorOptions } from "../../../src/simulator.ts";
import { bench } from "../helpers.ts";

const V3 = "/integrators/timeline/v3";
const EVENTS = "/integrators/timeline/2026-09/events";

const TEMPLATE = {
  name: "Webinar",
  objectType: "CONTACT",
  headerTemplate: "Joined {{title}}",
  detailTemplate: "{{title}} for {{minutes}} minutes, from {{extraData.place.city}}",
  tokens: [
    { name: "title", label: "Title", type: "string" },
    { name: "minutes", label: "Minutes", type: "number" },
    {
      name: "mood",
      label: "Mood",
      type: "enumeration",
      options: [{ label: "Good", value: "good" }],
      objectPropertyName: "jobtitle",
    },
  ],
};

async function legacyBench(options: SimulatorOptions = {}) {
  const made = bench(options);
  const template = (await made.call(`POST ${V3}/1/event-templates`, TEMPLATE)).body;
  const send = (more: Record<string, unknown>) =>
    made.call(`POST ${V3}/events`, { eventTemplateId: template.id, tokens: {}, ...more });
  return { ...made, template, send };
}

describe("legacy templates", () => {
  it("are made, read, changed and deleted, tokens too", async () => {
    const { call, template } = await legacyBench();
    expect(template).toMatchObject({ id: "1000001", ...TEMPLATE, createdAt: "2026-11-20T12:00:00.000Z" });
    const path = `${V3}/1/event-templates/${template.id}`;
    expect((await call(`GET ${path}`)).body).toEqual(template);
    const token = { name: "where", label: "Where", type: "string" };
    expect((await call(`POST ${path}/tokens`, token)).body).toMatchObject(token);
    expect((await call(`POST ${path}/tokens`, token)).status).toBe(400);
    expect((await call(`PUT ${path}/tokens/where`, { label: "Place" })).body).toMatchObject({
      ...token,
      label: "Place",
    });
    expect((await call(`DELETE ${path}/tokens/where`)).status).toBe(204);
    expect((await call(`DELETE ${path}/tokens/where`)).status).toBe(404);
    expect((await call(`PUT ${path}`, { ...TEMPLATE, name: "Seminar", tokens: [] })).body).toMatchObject({
      name: "Seminar",
      tokens: [],
      objectType: "CONTACT",
    });
    expect((await call(`GET ${V3}/1/event-templates`)).body.results).toHaveLength(1);
    expect((await call(`DELETE ${path}`)).status).toBe(204);
    expect((await call(`GET ${path}`)).status).toBe(404);
  });

  it("belong to the developer of the app", async () => {
    const { call } = await legacyBench();
    const status = async (path: string, authorization: string) =>
      (await call(`GET ${V3}${path}`, undefined, { authorization })).status;
    expect(await status("/1/event-templates?hapikey=developer-sim", "")).toBe(200);
    expect(await status("/1/event-templates?hapikey=x", "")).toBe(401);
    expect(await status("/2/event-templates", "Bearer pat-sim-62515")).toBe(403);
  });

  it.each([
    [{ name: "" }, /name is required/],
    [{ objectType: "INVOICE" }, /objectType must be one of/],
    [{ tokens: [{ name: "a b", type: "string" }] }, /letters, digits/],
    [{ tokens: [{ name: "a", type: "blob" }] }, /type of token a/],
  ])("refuse %j", async (fields, message) => {
    const { call } = bench();
    const { status, body } = await call(`POST ${V3}/1/event-templates`, { ...TEMPLATE, ...fields });
    expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it("are for partners only, who had them before", async () => {
    const { call } = bench({ platform: { timelinePartner: false } });
    expect((await call(`POST ${V3}/1/event-templates`, TEMPLATE)).status).toBe(403);
    expect((await call(`POST ${V3}/events`, {})).status).toBe(403);
    expect(
      (await call(`POST ${EVENTS}`, { eventTypeName: "e", id: "1", properties: {}, email: "a@b.example" })).status,
    ).toBe(204);
  });
});

describe("legacy events", () => {
  it("are told of a contact that may not exist yet, and stamp its properties", async () => {
    const { call, send, sim, template } = await legacyBench();
    const sent = {
      id: "e1",
      email: "ann@acme.example",
      tokens: { title: "Sync", minutes: 30, mood: "good" },
      extraData: { place: { city: "Bonn" } },
      timestamp: "2026-11-19T08:00:00Z",
    };
    const { status, body } = await send(sent);
    const contact = sim.portal().contacts.findBy("email", "ann@acme.example");
    expect([status, body]).toEqual([
      201,
      {
        id: "e1",
        eventTemplateId: template.id,
        objectType: "CONTACT",
        objectId: contact?.id,
        email: "ann@acme.example",
        tokens: { title: "Sync", minutes: "30", mood: "good" },
        extraData: { place: { city: "Bonn" } },
        timestamp: "2026-11-19T08:00:00.000Z",
        createdAt: "2026-11-20T12:00:00.000Z",
      },
    ]);
    expect(contact?.properties.jobtitle).toBe("good");
    const path = `${V3}/events/${template.id}/e1`;
    expect((await call(`GET ${path}`)).body).toEqual(body);
    expect((await call(`GET ${path}/detail`)).body).toEqual({ details: "Sync for 30 minutes, from Bonn" });
    const page = await call(`GET ${path}/render`);
    expect([page.body, page.headers.get("content-type")]).toEqual(["Joined Sync", expect.stringMatching(/html/)]);
    expect((await send(sent)).status).toBe(409);
    expect((await call(`GET ${V3}/events/${template.id}/e2`)).status).toBe(404);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ eventTemplateId: "9" }, /template 9 does not exist/],
    [{ tokens: { place: "x" } }, /no token place/],
    [{ tokens: { minutes: "many" } }, /no number/],
    [{ tokens: { mood: "bad" } }, /no enumeration/],
    [{ email: undefined }, /One of objectId, email and utk/],
    [{ email: undefined, objectId: "9" }, /Object 9 does not exist/],
    [{ timestamp: "soon" }, /no time/],
  ])("refuse %j", async (fields, message) => {
    const { send } = await legacyBench();
    const { status, body } = await send({ email: "ann@acme.example", ...fields });
    expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it("come in batches where each item stands for itself", async () => {
    const { call, template } = await legacyBench();
    const one = { eventTemplateId: template.id, email: "ann@acme.example", tokens: {} };
    const both = await call(`POST ${V3}/events/batch/create`, { inputs: [one, { ...one, tokens: { x: "y" } }] });
    expect([both.status, both.body.results.length, both.body.numErrors]).toEqual([207, 1, 1]);
    expect((await call(`POST ${V3}/events/batch/create`, { inputs: [one] })).status).toBe(201);
  });
});

describe("app events", () => {
  const event = { eventTypeName: "webinar", id: "e1", properties: { title: "Sync" }, email: "ann@acme.example" };

  it("are told once: the same id again is refused", async () => {
    const { call, sim } = bench();
    expect((await call(`POST ${EVENTS}`, event)).status).toBe(204);
    const again = await call("POST /integrators/timeline/2026-03/events", { ...event, properties: { title: "Other" } });
    expect([again.status, again.body.category]).toEqual([409, "CONFLICT"]);
    expect((await call(`POST ${EVENTS}`, { ...event, eventTypeName: "call" })).status).toBe(204);
    expect(sim.portal().contacts.size).toBe(1);
    expect(sim.portal().timeline).toMatchObject([
      { id: "e1", type: "webinar", properties: { title: "Sync" }, objectTypeId: "0-1" },
      { id: "e1", type: "call" },
    ]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no id", { id: undefined }, /not set: id/],
    ["no properties", { properties: undefined }, /not set: properties/],
    ["nobody", { email: undefined }, /One of objectId, email and utk/],
    ["a long id", { id: "é".repeat(251) }, /longer than 500 bytes/],
    ["a large property", { properties: { title: "x".repeat(510 * 1024 + 1) } }, /title is larger than/],
    ["a large event", { extraData: "x".repeat(1024 * 1024) }, /The event is larger than/],
  ])("refuse %s", async (_, fields, message) => {
    const { call, sim } = bench();
    const { status, body } = await call(`POST ${EVENTS}`, { ...event, ...fields });
    expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
    expect(sim.portal().contacts.size).toBe(0);
  });

  it("take the largest that is allowed", async () => {
    const { call } = bench();
    const id = "é".repeat(250);
    const large = { ...event, id, properties: { title: "x".repeat(510 * 1024) } };
    expect((await call(`POST ${EVENTS}`, large)).status).toBe(204);
  });

  it("come in batches that one bad item rejects", async () => {
    const { call, sim } = bench();
    const two = { ...event, id: "e2" };
    const batch = (inputs: unknown[]) => call(`POST ${EVENTS}/batch`, { inputs });
    expect((await batch([event, { ...two, email: undefined }])).status).toBe(400);
    expect((await batch([event, event])).status).toBe(400);
    expect([sim.portal().timeline.length, sim.portal().contacts.size]).toEqual([0, 0]);
    const good = await batch([event, two]);
    expect([good.status, good.body.results.length]).toEqual([201, 2]);
    expect((await batch([{ ...event, id: "e3" }, two])).status).toBe(409);
    expect(sim.portal().timeline).toHaveLength(2);
  });

  it("have types that the project declares", async () => {
    const type = { projectName: "shop", developerSymbol: "webinar", objectType: "deals", properties: ["title"] };
    const { call, sim } = bench({ platform: { appEventTypes: [type] } });
    const { id } = sim.portal().objects("deals").create({ dealname: "D", dealstage: "contractsent" });
    const found = await call("POST /integrators/timeline/2026-09/types/projects", type);
    expect(found.body).toEqual({
      developerQualifiedSymbol: { developerSymbol: "webinar", projectName: "shop" },
      fullyQualifiedName: "ae1_shop_webinar",
    });
    const lost = await call("POST /integrators/timeline/2026-09/types/projects", { ...type, projectName: "x" });
    expect(lost.status).toBe(404);
    const about = { ...event, email: undefined, objectId: id };
    expect((await call(`POST ${EVENTS}`, about)).status).toBe(204);
    const full = { ...about, eventTypeName: found.body.fullyQualifiedName };
    expect((await call(`POST ${EVENTS}`, full)).status).toBe(409);
    expect((await call(`POST ${EVENTS}`, { ...about, id: "e2", properties: { mood: "x" } })).status).toBe(400);
    expect((await call(`POST ${EVENTS}`, { ...about, eventTypeName: "call" })).status).toBe(400);
  });

  it("are not in the dated API of templates, which does not exist", async () => {
    const { call } = bench();
    expect((await call("GET /integrators/timeline/2026-09/1/event-templates")).status).toBe(404);
  });
});
