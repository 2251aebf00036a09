import { describe, expect, it } from "vitest";
import { contact, inputsOf, type Routes, testClients } from "./test-clients.fixture.ts";

const one = "GET /crm/objects/2026-09/contacts/*";
const batch = "POST /crm/objects/2026-09/contacts/batch/read";
const list = "GET /crm/objects/2026-09/contacts";

/** Contacts 1 to `count`; 900 was merged into 7. */
function portal(count: number): Routes {
  const has = (id: string): boolean => Number(id) >= 1 && Number(id) <= count;
  const body = (id: string) =>
    contact(id, {
      email: `c${id}@example.com`,
      createdate: "2026-01-02T03:04:05Z",
      hs_email_optout: "",
      num_associated_deals: "3",
    });
  return {
    [one]: ({ path }) => {
      const id = path.split("/").at(-1) as string;
      if (id === "900") return { body: body("7") };
      return has(id) ? { body: body(id) } : { status: 404, body: {} };
    },
    [batch]: (request) => {
      const { idProperty } = request.body as { idProperty?: string };
      const ids = inputsOf(request).map((input) => input.id as string);
      const found =
        idProperty === undefined
          ? ids.filter(has)
          : ids.flatMap((value) => /^C?c?(\d+)@/i.exec(value)?.[1] ?? []).filter(has);
      const missing = ids.length - found.length;
      return {
        status: missing > 0 ? 207 : 200,
        body: {
          results: found.reverse().map(body),
          ...(missing > 0 ? { errors: [{ category: "OBJECT_NOT_FOUND" }] } : {}),
        },
      };
    },
    [list]: ({ query }) => {
      const from = Number(query.get("after") ?? 1);
      const to = Math.min(count, from + Number(query.get("limit")) - 1);
      const results = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => body(String(from + i)));
      return { body: { results, ...(to < count ? { paging: { next: { after: String(to + 1) } } } : {}) } };
    },
  };
}

describe("one record", () => {
  it("has exactly the properties that were asked for, as values", async () => {
    const { hs, run } = testClients(portal(9));
    const record = await run(
      hs.contacts.get("3", { properties: ["email", "createdate", "hs_email_optout", "num_associated_deals", "phone"] }),
    );
    expect(record).toEqual({
      id: "3",
      properties: {
        email: "c3@example.com",
        createdate: new Date("2026-01-02T03:04:05Z"),
        hs_email_optout: null,
        num_associated_deals: 3,
        phone: null,
      },
      createdAt: new Date("2026-01-02T03:04:05.000Z"),
      updatedAt: new Date("2026-01-02T03:04:06.000Z"),
      archived: false,
    });
  });

  it("is one GET when it is read alone", async () => {
    const { hs, run, calls } = testClients(portal(9));
    await run(hs.contacts.get("3", { properties: ["email"] }));
    expect(calls()).toEqual(["GET /crm/objects/2026-09/contacts/3"]);
  });

  it("by a unique property goes in a body, not in a URL", async () => {
    const { hs, run, calls, transport } = testClients(portal(9));
    const record = await run(hs.contacts.get("C3@Example.com", { idProperty: "email", properties: ["firstname"] }));
    expect(record.id).toBe("3");
    expect(Object.keys(record.properties)).toEqual(["firstname"]);
    expect(calls()).toEqual(["POST /crm/objects/2026-09/contacts/batch/read"]);
    expect(
      transport.seen.every((seen) => !seen.url.toLowerCase().includes("example.com/")) &&
        transport.seen.every((seen) => !seen.url.includes("C3")),
    ).toBe(true);
    await expect(run(hs.contacts.get("x@example.com", { idProperty: "email", properties: [] }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("by something that is no id is refused before it is sent", async () => {
    const { hs, calls } = testClients(portal(9));
    await expect(hs.contacts.get("ann@example.com", { properties: [] })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    expect(calls()).toEqual([]);
  });

  it("with more properties than a URL holds goes by POST", async () => {
    const names = Array.from({ length: 400 }, (_, i) => `custom_property_${i}`);
    const { hs, run, calls } = testClients({
      ...portal(9),
      "GET /crm/properties/2026-09/contacts": () => ({ body: { results: names.map((name) => ({ name })) } }),
    });
    const record = await run(hs.contacts.get("3", { properties: names }));
    expect(record.id).toBe("3");
    expect(calls().at(-1)).toBe("POST /crm/objects/2026-09/contacts/batch/read");
  });

  it("keeps its history when asked", async () => {
    const { hs, run, transport } = testClients({
      [one]: () => ({
        body: {
          ...contact("3", { email: "b" }),
          propertiesWithHistory: {
            email: [
              { value: "b", timestamp: "2026-01-02T00:00:00Z", sourceType: "API", sourceId: "1" },
              { value: "a", timestamp: "2026-01-01T00:00:00Z" },
            ],
          },
        },
      }),
    });
    const record = await run(hs.contacts.get("3", { properties: ["email"], history: true }));
    expect(record.history?.email).toEqual([
      { value: "b", timestamp: "2026-01-02T00:00:00Z", sourceType: "API", sourceId: "1" },
      { value: "a", timestamp: "2026-01-01T00:00:00Z" },
    ]);
    expect(transport.seen.at(-1)?.query.get("propertiesWithHistory")).toBe("email");
  });

  it("gives null for what the answer lacks, also where every object has something of that name", async () => {
    const names = ["constructor", "valueof", "email"];
    const routes = {
      "GET /crm/properties/2026-09/contacts": () => ({ body: { results: names.map((name) => ({ name })) } }),
      "POST /crm/objects/2026-09/contacts/batch/create": () => ({ status: 201, body: { results: [contact("1")] } }),
      [one]: () => ({ body: contact("3", { email: "c3@example.com" }) }),
    };
    const { hs, run } = testClients(routes);
    const { properties } = await run(hs.contacts.get("3", { properties: names }));
    expect(properties).toEqual({ constructor: null, valueof: null, email: "c3@example.com" });
    const inputs = [{ properties: { constructor: "Baumann" } }] as { properties: { [custom: string]: string } }[];
    const outcomes = await run(hs.contacts.batchCreate(inputs, { unknownOutcome: "throw" }));
    expect(outcomes).toMatchObject([{ ok: false, code: "UNKNOWN_OUTCOME" }]);
  });

  it("without an id in the answer is no record", async () => {
    const { hs, run } = testClients({ [one]: () => ({ body: { properties: {} } }) });
    await expect(run(hs.contacts.get("3", { properties: [] }))).rejects.toMatchObject({
      code: "HUBSPOT_RESPONSE_INVALID",
    });
  });
});

describe("reads of one tick", () => {
  it("share calls: a thousand take ten", async () => {
    const { hs, run, calls } = testClients(portal(1_000));
    const records = await run(
      Promise.all(Array.from({ length: 1_000 }, (_, i) => hs.contacts.get(String(i + 1), { properties: ["email"] }))),
    );
    expect(calls()).toHaveLength(10);
    expect(records.map((record) => record.id)).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i + 1)));
  });

  it("share one call when they are identical", async () => {
    const { hs, run, calls } = testClients(portal(9));
    const records = await run(Promise.all([1, 2, 3].map(() => hs.contacts.get("3", { properties: ["email"] }))));
    expect(records.map((record) => record.id)).toEqual(["3", "3", "3"]);
    expect(calls()).toEqual(["GET /crm/objects/2026-09/contacts/3"]);
  });

  it("keep their own properties and their own errors; a merged id gives the survivor", async () => {
    const { hs, run, calls } = testClients(portal(9));
    const [email, deals, merged, missing] = await run(
      Promise.allSettled([
        hs.contacts.get("1", { properties: ["email"] }),
        hs.contacts.get("2", { properties: ["num_associated_deals"] }),
        hs.contacts.get("900", { properties: ["email"] }),
        hs.contacts.get("901", { properties: ["email"] }),
      ]),
    );
    expect(email).toMatchObject({ value: { properties: { email: "c1@example.com" } } });
    expect(Object.keys((deals as PromiseFulfilledResult<{ properties: object }>).value.properties)).toEqual([
      "num_associated_deals",
    ]);
    expect(merged).toMatchObject({ value: { id: "7" } });
    expect(missing).toMatchObject({ reason: { code: "NOT_FOUND" } });
    expect(calls()).toEqual([
      `${batch}`,
      "GET /crm/objects/2026-09/contacts/900",
      "GET /crm/objects/2026-09/contacts/901",
    ]);
  });

  it("keep their own abort", async () => {
    const { hs, run, transport } = testClients(portal(9));
    const stop = new AbortController();
    const aborted = hs.contacts.get("1", { properties: ["email"], signal: stop.signal });
    const kept = hs.contacts.get("2", { properties: ["email"] });
    const refused = expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
    await Promise.resolve();
    stop.abort();
    expect((await run(kept)).id).toBe("2");
    await refused;
    expect(transport.seen.at(-1)?.signal?.aborted).toBe(false);
  });

  it("send nothing when everybody aborted", async () => {
    const { hs, calls, clock } = testClients(portal(9));
    await clock.run(hs.contacts.get("5", { properties: [] }));
    const stop = new AbortController();
    const reads = ["1", "2"].map((id) => hs.contacts.get(id, { properties: [], signal: stop.signal }));
    stop.abort();
    for (const each of reads) await expect(each).rejects.toMatchObject({ code: "ABORTED" });
    await clock.advance(1);
    expect(calls()).toEqual(["GET /crm/objects/2026-09/contacts/5"]);
  });

  it("answer who comes in the same tick after everybody before has aborted", async () => {
    const { hs, run, calls } = testClients(portal(9));
    const stop = new AbortController();
    const aborted = hs.contacts.get("1", { properties: ["email"], signal: stop.signal });
    stop.abort();
    const kept = hs.contacts.get("2", { properties: ["email"] });
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
    expect((await run(kept)).id).toBe("2");
    expect(calls()).toEqual(["GET /crm/objects/2026-09/contacts/2"]);
  });

  it("are not shared with the next tick: a read after a write sees the write", async () => {
    const { hs, run, calls } = testClients(portal(9));
    const first = hs.contacts.get("3", { properties: ["email"] });
    await new Promise((resolve) => setImmediate(resolve));
    const second = hs.contacts.get("3", { properties: ["email"] });
    await run(Promise.all([first, second]));
    expect(calls()).toHaveLength(2);
  });

  it("are not joined when that is switched off", async () => {
    const { hs, run, calls } = testClients(portal(9), { coalesce: false });
    await run(Promise.all(["1", "2"].map((id) => hs.contacts.get(id, { properties: [] }))));
    expect(calls()).toEqual(["GET /crm/objects/2026-09/contacts/1", "GET /crm/objects/2026-09/contacts/2"]);
  });
});

describe("listing", () => {
  it("takes a call per hundred, made as they are consumed", async () => {
    const { hs, run, calls } = testClients(portal(250));
    const pages = hs.contacts.list({ properties: ["email"] })[Symbol.asyncIterator]();
    await run(pages.next());
    for (let i = 0; i < 99; i++) await run(pages.next());
    expect(calls()).toHaveLength(1);
    await run(pages.next());
    expect(calls()).toHaveLength(2);
    let rest = 0;
    while (!(await run(pages.next())).done) rest++;
    expect(rest).toBe(149);
    expect(calls()).toHaveLength(3);
  });

  it("stops calling when the consumer stops", async () => {
    const { hs, run, calls } = testClients(portal(250));
    await run(
      (async () => {
        for await (const record of hs.contacts.list({ properties: [] })) if (record.id === "5") break;
      })(),
    );
    expect(calls()).toHaveLength(1);
  });

  it("with more properties than a URL holds reads each page by POST", async () => {
    const names = Array.from({ length: 400 }, (_, i) => `custom_property_${i}`);
    const { clients, run, calls } = testClients(portal(120));
    const page = await run(
      clients
        .calls({ tenant: "acme", lane: "backfill" }, "contacts")
        .listPage({ properties: names, after: null, limit: 100 }),
    );
    expect(page).toMatchObject({ next: "101" });
    expect(page.records).toHaveLength(100);
    expect(calls()).toEqual([list, batch]);
  });
});

describe("reading by a unique property", () => {
  it("tells values apart that differ in their case only, and finds what HubSpot wrote in another", async () => {
    const names = ["aB", "ab", "cd"];
    const { hs, run } = testClients({
      "GET /crm/properties/2026-09/2-1": () => ({
        body: { results: [{ name: "code", type: "string", fieldType: "text", hasUniqueValue: true }] },
      }),
      "POST /crm/objects/2026-09/2-1/batch/read": () => ({
        body: { results: names.map((code, i) => contact(String(i + 1), { code })) },
      }),
    });
    const records = hs.objects("2-1").batchRead(["ab", "aB", "CD"], { idProperty: "code", properties: ["code"] });
    expect((await run(records)).map((outcome) => outcome.ok && outcome.value.id)).toEqual(["2", "1", "3"]);
  });
});
