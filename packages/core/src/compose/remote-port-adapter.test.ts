import { describe, expect, it } from "vitest";
import { contact, inputsOf, type Routes, testClients } from "../client/test-clients.fixture.ts";
import { broken } from "../http/fake-hubspot.fixture.ts";
import type { RemotePort } from "../sync/remote-port.ts";
import { contactSearchFor } from "./contact-finder-adapter.ts";
import { remotePortFor } from "./remote-port-adapter.ts";

const scope = { tenant: "acme", object: "contacts", lane: "backfill" } as const;
const batch = (verb: string): string => `POST /crm/objects/2026-09/contacts/batch/${verb}`;
const search = "POST /crm/objects/2026-09/contacts/search";
const definitions = {
  "GET /crm/properties/2026-09/contacts": () => ({
    body: {
      results: [
        { name: "hubspoke_key", hasUniqueValue: true },
        { name: "city", type: "string" },
      ],
    },
  }),
};

function port(routes: Routes): ReturnType<typeof testClients> & { remote: RemotePort } {
  const test = testClients(routes);
  return { ...test, remote: remotePortFor(test.clients) };
}

describe("reading for the sync engine", () => {
  it("leaves out what HubSpot does not have, and follows merges", async () => {
    const { remote, run, calls } = port({
      [batch("read")]: () => ({
        status: 207,
        body: { results: [contact("1", { email: "a@b.com", hs_merged_object_ids: "8;9" })], errors: [] },
      }),
      "GET /crm/objects/2026-09/contacts/2": () => ({ body: contact("5") }),
      "GET /crm/objects/2026-09/contacts/3": () => ({ status: 404 }),
    });
    const records = await run(remote.read({ ...scope, ids: ["1", "2", "3"], properties: ["email"], history: false }));
    expect(records).toEqual([
      {
        asked: "1",
        id: "1",
        values: { email: "a@b.com" },
        updatedAt: Date.parse("2026-01-02T03:04:06.000Z"),
        archived: false,
        mergedIds: ["8", "9"],
      },
      {
        asked: "2",
        id: "5",
        values: { email: null },
        updatedAt: Date.parse("2026-01-02T03:04:06.000Z"),
        archived: false,
        mergedIds: [],
      },
    ]);
    expect(calls()).toHaveLength(3);
  });

  it("never takes a failure for absence", async () => {
    const { remote, run } = port({ [batch("read")]: () => ({ status: 403, body: {} }) });
    await expect(run(remote.read({ ...scope, ids: ["1"], properties: [], history: false }))).rejects.toMatchObject({
      code: "AUTH_SCOPE_MISSING",
    });
    const lost = port({ [batch("read")]: () => broken.reset() });
    await expect(
      lost.run(lost.remote.read({ ...scope, ids: ["1"], properties: [], history: false })),
    ).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  });

  it("asks for history in fifties", async () => {
    const { remote, run, transport } = port({
      [batch("read")]: (request) => ({
        body: {
          results: inputsOf(request).map((input) => ({
            ...contact(input.id as string, { email: "b" }),
            propertiesWithHistory: { email: [{ value: "b", timestamp: "t" }] },
          })),
        },
      }),
    });
    const records = await run(
      remote.read({
        ...scope,
        ids: Array.from({ length: 60 }, (_, i) => String(i + 1)),
        properties: ["email"],
        history: true,
      }),
    );
    expect(records).toHaveLength(60);
    expect(records[0]?.history).toEqual({ email: [{ value: "b", timestamp: "t" }] });
    expect(transport.seen.filter((seen) => seen.path.endsWith("/read")).map((seen) => inputsOf(seen).length)).toEqual([
      50, 10,
    ]);
  });

  it("lists a page", async () => {
    const { remote, run } = port({
      "GET /crm/objects/2026-09/contacts": ({ query }) => ({
        body: { results: [contact(query.get("after") ?? "1")], paging: { next: { after: "2" } } },
      }),
    });
    const page = await run(remote.list({ ...scope, properties: ["email"], after: "7", limit: 100 }));
    expect(page).toMatchObject({ records: [{ id: "7" }], next: "2" });
  });
});

describe("writing for the sync engine", () => {
  it("reports an update of unknown outcome and never sends it again", async () => {
    const { remote, run, calls } = port({ [batch("update")]: () => broken.timeout() });
    const outcomes = await run(remote.update({ ...scope, writes: [{ id: "1", values: { email: "x" } }] }));
    expect(outcomes).toMatchObject([{ ok: false, code: "UNKNOWN_OUTCOME" }]);
    expect(calls()).toHaveLength(1);
  });

  it("answers what HubSpot stored", async () => {
    const { remote, run } = port({
      [batch("update")]: () => ({ body: { results: [contact("1", { email: "x@y.com" })] } }),
    });
    expect(await run(remote.update({ ...scope, writes: [{ id: "1", values: { email: "X@Y.com" } }] }))).toMatchObject([
      { ok: true, value: { asked: "1", values: { email: "x@y.com" } } },
    ]);
  });

  it("creates by e-mail, and by upsert where another unique property is given", async () => {
    const { remote, run, calls } = port({
      [batch("create")]: (request) => ({
        status: 201,
        body: {
          results: inputsOf(request).map((input, i) => contact(`1${i}`, input.properties as Record<string, string>)),
        },
      }),
      [batch("upsert")]: (request) => ({
        body: {
          results: inputsOf(request).map((input, i) => ({
            ...contact(`2${i}`, input.properties as Record<string, string>),
            new: true,
          })),
        },
      }),
    });
    const outcomes = await run(
      remote.create({
        ...scope,
        creates: [
          { createKey: "a", values: { email: "a@b.com" }, idProperty: "email" },
          { createKey: "b", values: { hubspoke_key: "k1" }, idProperty: "hubspoke_key" },
          { createKey: "c", values: { city: "Halifax" } },
        ],
      }),
    );
    expect(outcomes.map((outcome) => [outcome.index, outcome.ok && outcome.value.id])).toEqual([
      [0, "10"],
      [1, "20"],
      [2, "11"],
    ]);
    expect(calls()).toEqual([batch("create"), batch("upsert")]);
  });

  it("looks a create of unknown outcome up by its unique property; not found stays unknown", async () => {
    const { remote, run, calls } = port({
      [batch("create")]: () => broken.reset(),
      [batch("read")]: () => ({ status: 207, body: { results: [contact("9", { email: "a@b.com" })] } }),
    });
    const creates = ["A@b.com", "other@b.com"].map((email) => ({
      createKey: email,
      values: { email },
      idProperty: "email",
    }));
    const outcomes = await run(
      remote.create({ ...scope, creates: [...creates, { createKey: "n", values: { city: "x" } }] }),
    );
    expect(outcomes).toMatchObject([
      { index: 0, ok: true, value: { id: "9" } },
      { index: 1, code: "UNKNOWN_OUTCOME" },
      { index: 2, code: "UNKNOWN_OUTCOME" },
    ]);
    expect(calls().filter((call) => call === batch("create"))).toHaveLength(1);
  });

  it("archives", async () => {
    const { remote, run } = port({ [batch("archive")]: () => ({ status: 204 }) });
    expect(await run(remote.archive({ ...scope, ids: ["1"] }))).toEqual([{ index: 0, ok: true, value: "1" }]);
  });
});

describe("finding", () => {
  it("reads by unique properties from the records, not from the index", async () => {
    const { remote, run, calls, transport } = port({
      ...definitions,
      [batch("read")]: () => ({ status: 207, body: { results: [contact("1", { hubspoke_key: "k1" })] } }),
    });
    const records = await run(
      remote.findBy({ ...scope, property: "hubspoke_key", values: ["k1", "k2"], properties: ["city"] }),
    );
    expect(records.map((record) => [record.id, record.values])).toEqual([["1", { city: null }]]);
    expect(calls()).toEqual(["GET /crm/properties/2026-09/contacts", batch("read")]);
    expect(transport.seen.at(-1)?.body).toMatchObject({
      idProperty: "hubspoke_key",
      inputs: [{ id: "k1" }, { id: "k2" }],
    });
  });

  it("searches by others, a hundred values a call, in lower case, to the last page", async () => {
    const { remote, run, transport } = port({
      ...definitions,
      [search]: ({ body }) => {
        const { after } = body as { after?: string };
        return {
          body: {
            total: 2,
            results: [contact(after === undefined ? "1" : "2", { city: "halifax" })],
            ...(after === undefined ? { paging: { next: { after: "1" } } } : {}),
          },
        };
      },
    });
    const values = ["Halifax", ...Array.from({ length: 100 }, (_, i) => `v${i}`)];
    const records = await run(remote.findBy({ ...scope, property: "city", values, properties: ["city"] }));
    expect(records.map((record) => record.id)).toEqual(["1", "2", "1", "2"]);
    expect(transport.seen.filter((seen) => seen.path.endsWith("/search"))).toHaveLength(4);
    expect(JSON.stringify(transport.seen[2]?.body)).toContain('"halifax"');
  });

  it("describes properties for declarations", async () => {
    const { remote, run } = port(definitions);
    expect(await run(remote.properties({ tenant: "acme", object: "contacts" }))).toEqual([
      { name: "hubspoke_key", type: "string", readOnly: false, unique: true, options: [] },
      { name: "city", type: "string", readOnly: false, unique: false, options: [] },
    ]);
  });

  it("gives the directory its searches", async () => {
    const { clients, run, transport } = testClients({
      [search]: () => ({ body: { total: 1, results: [contact("1", { phone: "1" })] } }),
    });
    const filterGroups = [{ filters: [{ propertyName: "phone", operator: "EQ", value: "1" } as const] }];
    const page = await run(
      contactSearchFor(clients).search({
        tenant: "acme",
        filterGroups,
        properties: ["phone"],
        limit: 200,
        lane: "interactive",
        signal: new AbortController().signal,
      }),
    );
    expect(page).toMatchObject({ results: [{ id: "1", properties: { phone: "1" } }], next: null });
    expect(transport.seen.at(-1)?.body).toEqual({ filterGroups, properties: ["phone"], limit: 200, sorts: [] });
  });
});
