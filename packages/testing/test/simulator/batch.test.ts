import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

const people = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ properties: { email: `p${i}@acme.example`, firstname: `P${i}` } }));

describe("batches of contacts", () => {
  it("reads a hundred, in another order, and names what it did not find", async () => {
    const { call, sim } = bench();
    const ids = sim.seedContacts(99);
    const inputs = [...ids, "999"].map((id) => ({ id }));
    const { status, body } = await call(`POST ${CONTACTS}/batch/read`, { properties: ["firstname"], inputs });
    expect(status).toBe(207);
    expect(body.status).toBe("COMPLETE");
    const returned: string[] = body.results.map((contact: { id: string }) => contact.id);
    expect(new Set(returned)).toEqual(new Set(ids));
    expect(returned).not.toEqual(ids);
    expect(body.numErrors).toBe(1);
    expect(body.errors).toEqual([
      {
        status: "error",
        category: "OBJECT_NOT_FOUND",
        message: "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
        context: { ids: ["999"] },
      },
    ]);
  });

  it("takes 100 inputs, and 50 with history", async () => {
    const { call } = bench();
    const inputs = (n: number) => Array.from({ length: n }, (_, i) => ({ id: String(i) }));
    const read = (n: number, more: object) => call(`POST ${CONTACTS}/batch/read`, { inputs: inputs(n), ...more });
    expect((await read(100, {})).status).toBe(207);
    expect((await read(101, {})).status).toBe(400);
    expect((await read(50, { propertiesWithHistory: ["email"] })).status).toBe(207);
    expect((await read(51, { propertiesWithHistory: ["email"] })).status).toBe(400);
  });

  it("reads by a unique property, with history", async () => {
    const { call } = bench();
    await call(`POST ${CONTACTS}`, people(1)[0]);
    const { status, body } = await call(`POST ${CONTACTS}/batch/read`, {
      idProperty: "email",
      propertiesWithHistory: ["firstname"],
      inputs: [{ id: "p0@acme.example" }],
    });
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("errors");
    expect(body.results[0].propertiesWithHistory.firstname).toMatchObject([{ value: "P0", sourceType: "INTEGRATION" }]);
  });

  it("fails as a whole without trace ids, and has no effect", async () => {
    const { call, sim, clock } = bench({ searchLag: 1_000 });
    await call(`POST ${CONTACTS}`, { properties: { email: "p2@acme.example" } });
    const events = sim.pendingWebhooks.length;
    const { status, body } = await call(`POST ${CONTACTS}/batch/create`, { inputs: people(4) });
    expect(status).toBe(409);
    expect(body.message).toMatch(/^Contact already exists. Existing ID: \d+$/);
    expect(sim.portal().contacts.size).toBe(1);
    expect(sim.portal().contacts.findBy("email", "p0@acme.example")).toBeUndefined();
    expect(sim.pendingWebhooks).toHaveLength(events);
    await clock.advance(2_000);
    expect((await call(`POST ${CONTACTS}/search`, {})).body.total).toBe(1);
  });

  it("undoes updates of a batch that fails later", async () => {
    const { call, sim } = bench();
    const [a, b] = sim.seedContacts(2) as [string, string];
    const before = sim.portal().contacts.get(a);
    const inputs = [
      { id: a, properties: { email: "new@acme.example" } },
      { id: b, properties: { no_such: "1" } },
    ];
    expect((await call(`POST ${CONTACTS}/batch/update`, { inputs })).status).toBe(400);
    expect(sim.portal().contacts.get(a)).toEqual(before);
    expect(sim.portal().contacts.history(a, "email")).toHaveLength(1);
    expect(sim.portal().contacts.findBy("email", before?.properties.email ?? "")?.id).toBe(a);
    expect(sim.portal().contacts.findBy("email", "new@acme.example")).toBeUndefined();
  });

  it("answers 207 with per-item errors where every input has a trace id", async () => {
    const { call } = bench();
    await call(`POST ${CONTACTS}`, { properties: { email: "p1@acme.example" } });
    const inputs = people(3).map((input, i) => ({ ...input, objectWriteTraceId: `t${i}` }));
    const { status, body } = await call(`POST ${CONTACTS}/batch/create`, { inputs });
    expect(status).toBe(207);
    expect(body.results.map((r: { objectWriteTraceId: string }) => r.objectWriteTraceId).sort()).toEqual(["t0", "t2"]);
    expect(body.errors).toMatchObject([{ category: "CONFLICT", context: { objectWriteTraceId: ["t1"] } }]);
    const twice = inputs.map((input) => ({ ...input, objectWriteTraceId: "same" }));
    expect((await call(`POST ${CONTACTS}/batch/create`, { inputs: twice })).status).toBe(400);
  });

  it("updates what exists and names what does not, with its trace id", async () => {
    const { call, sim } = bench();
    const [a] = sim.seedContacts(1);
    const inputs = [
      { id: a, properties: { city: "Halifax" }, objectWriteTraceId: "x" },
      { id: "999", properties: { city: "Halifax" }, objectWriteTraceId: "y" },
    ];
    const { status, body } = await call(`POST ${CONTACTS}/batch/update`, { inputs });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([{ id: a, properties: { city: "Halifax" } }]);
    expect(body.errors).toMatchObject([
      { category: "OBJECT_NOT_FOUND", context: { ids: ["999"], objectWriteTraceId: ["y"] } },
    ]);
    const repeated = [inputs[0], inputs[0]];
    expect((await call(`POST ${CONTACTS}/batch/update`, { inputs: repeated })).status).toBe(400);
  });

  it("upserts by a custom unique property and says which are new", async () => {
    const { call, sim } = bench();
    const definition = {
      name: "app_key",
      label: "App key",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
      hasUniqueValue: true,
    };
    expect((await call("POST /crm/properties/2026-09/contacts", definition)).status).toBe(201);
    const inputs = (names: string[]) =>
      names.map((name) => ({ id: `key-${name}`, idProperty: "app_key", properties: { firstname: name } }));
    const first = await call(`POST ${CONTACTS}/batch/upsert`, { inputs: inputs(["a", "b"]) });
    expect(first.status).toBe(200);
    expect(first.body.results.every((result: { new: boolean }) => result.new)).toBe(true);
    const second = await call(`POST ${CONTACTS}/batch/upsert`, { inputs: inputs(["b", "c"]) });
    const isNew = Object.fromEntries(
      second.body.results.map((r: { properties: { firstname: string }; new: boolean }) => [
        r.properties.firstname,
        r.new,
      ]),
    );
    expect(isNew).toEqual({ b: false, c: true });
    expect(sim.portal().contacts.size).toBe(3);
    const byName = [{ id: "x", idProperty: "firstname", properties: {} }];
    expect((await call(`POST ${CONTACTS}/batch/upsert`, { inputs: byName })).status).toBe(400);
  });

  it("has no partial success when upserting by e-mail", async () => {
    const { call, sim } = bench();
    const inputs = [
      { id: "a@acme.example", idProperty: "email", properties: { firstname: "A" }, objectWriteTraceId: "1" },
      { id: "b@acme.example", idProperty: "email", properties: { nope: "B" }, objectWriteTraceId: "2" },
    ];
    expect((await call(`POST ${CONTACTS}/batch/upsert`, { inputs })).status).toBe(400);
    expect(sim.portal().contacts.size).toBe(0);
  });

  it("archives in silence", async () => {
    const { call, sim } = bench();
    const ids = sim.seedContacts(3);
    const inputs = [{ id: ids[0] }, { id: "999" }];
    const { status, body } = await call(`POST ${CONTACTS}/batch/archive`, { inputs });
    expect([status, body]).toEqual([204, ""]);
    expect(sim.portal().contacts.size).toBe(2);
  });

  it("answers in the input's order where told to", async () => {
    const { call, sim } = bench({ batchOrder: "input" });
    const ids = sim.seedContacts(20).toReversed();
    const { body } = await call(`POST ${CONTACTS}/batch/read`, { inputs: ids.map((id) => ({ id })) });
    expect(body.results.map((contact: { id: string }) => contact.id)).toEqual(ids);
  });
});
