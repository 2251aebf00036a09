import { describe, expect, it } from "vitest";
import type { Filter } from "../model/search-query.ts";
import { fakeRecords } from "./fake-records.fixture.ts";
import { contact, testClients } from "./test-clients.fixture.ts";

const list = "GET /crm/objects/2026-09/contacts";
const search = "POST /crm/objects/2026-09/contacts/search";

async function idsOf(records: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of records) ids.push(id);
  return ids;
}

function filters(count: number): Filter<object>[] {
  return Array.from({ length: count }, (_, i) => ({ property: "email", operator: "NEQ", value: `${i}@example.com` }));
}

describe("searchAll", () => {
  it.each([0, 1, 200, 201, 25_000])("finds all of %d matches in the fewest calls", async (count) => {
    const records = fakeRecords(count);
    const { hs, run, calls } = testClients({ [search]: records.search });
    expect(await run(idsOf(hs.contacts.searchAll({ properties: ["email"] })))).toEqual(records.ids);
    expect(calls()).toHaveLength(Math.max(1, Math.ceil(count / 200)));
  });

  it("keeps the filters of every group and adds its own to each", async () => {
    const { hs, run, transport } = testClients({ [search]: () => ({ body: { total: 0, results: [] } }) });
    const query = { properties: [], query: "ann", filters: filters(1), filterGroups: [filters(2), filters(5)] };
    await run(idsOf(hs.contacts.searchAll(query)));
    const body = transport.seen.at(-1)?.body as { filterGroups: { filters: { propertyName: string }[] }[] };
    expect(body).toMatchObject({ query: "ann", limit: 200, sorts: [{ propertyName: "hs_object_id" }] });
    expect(body.filterGroups.map((group) => group.filters.map((filter) => filter.propertyName))).toEqual([
      ["email", "hs_object_id"],
      ["email", "email", "hs_object_id"],
      [...Array(5).fill("email"), "hs_object_id"],
    ]);
  });

  it.each([
    [{ filters: filters(6) }, "filters is full"],
    [{ filters: filters(1), filterGroups: [filters(1), filters(6)] }, "filterGroups[1] is full"],
    [{ filterGroups: [filters(5), filters(5), filters(5), filters(1)] }, "4 groups have room for 14 filters in all"],
  ])("says where there is no room, before anything is sent", async (groups, words) => {
    const { hs, run, transport } = testClients({});
    const found = run(idsOf(hs.contacts.searchAll({ properties: [], ...groups })));
    await expect(found).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining(words) });
    expect(transport.seen).toEqual([]);
  });

  it("refuses a page that leads nowhere instead of asking for it for ever", async () => {
    const { hs, run } = testClients({
      [search]: () => ({ body: { total: 9, results: [contact("5")], paging: { next: { after: "1" } } } }),
    });
    await expect(run(idsOf(hs.contacts.searchAll({ properties: [] })))).rejects.toMatchObject({
      code: "HUBSPOT_RESPONSE_INVALID",
    });
  });

  it("fetches as it is consumed and stops when the consumer does", async () => {
    const { hs, run, calls } = testClients({ [search]: fakeRecords(2_000).search });
    await run(
      (async () => {
        let seen = 0;
        for await (const record of hs.contacts.searchAll({ properties: [] })) {
          expect(record.archived).toBe(false);
          if (++seen === 201) break;
        }
      })(),
    );
    expect(calls()).toHaveLength(2);
  });
});

describe("list", () => {
  it("refuses a page that leads to itself instead of asking for it for ever, wherever there are pages", async () => {
    const page = { results: [contact("5")], paging: { next: { after: "6" } } };
    const links = {
      from: { id: "5" },
      to: [{ toObjectId: 1, associationTypes: [] }],
      paging: { next: { after: "6" } },
    };
    const { hs, run } = testClients({
      [list]: () => ({ body: page }),
      [search]: () => ({ body: { total: 90_000, results: [contact("90000")] } }),
      "GET /crm/owners/2026-09": () => ({ body: { results: [{ id: "1" }], paging: page.paging } }),
      "POST /crm/associations/2026-09/contacts/companies/batch/read": () => ({ body: { results: [links] } }),
    });
    for (const work of [
      () => idsOf(hs.contacts.list({ properties: [] })),
      () => idsOf(hs.contacts.list({ properties: [], parallel: 4 })),
      () => idsOf(hs.owners.list()),
      () => hs.associations.batchRead("contacts", "companies", ["5"]),
    ]) {
      await expect(run<unknown>(work())).rejects.toMatchObject({ code: "HUBSPOT_RESPONSE_INVALID" });
    }
  });

  it.each([0, 99, 100, 101, 1_000])("reads %d records in the fewest calls", async (count) => {
    const records = fakeRecords(count);
    const { hs, run, calls } = testClients({ [list]: records.list("inclusive") });
    expect(await run(idsOf(hs.contacts.list({ properties: ["email"] })))).toEqual(records.ids);
    expect(calls()).toHaveLength(Math.max(1, Math.ceil(count / 100)));
  });

  const spread: Record<string, (index: number) => number> = {
    "evenly spread": (index) => 30_000_000_000 + index * 13,
    "in two clumps far apart": (index) => (index < 15_000 ? 500 + index : 90_000_000_000 + index * 3),
    "thinning out": (index) => 100 + index ** 2,
  };
  it.each(Object.keys(spread))("in parallel reads every record once, ids %s", async (name) => {
    for (const cursor of ["inclusive", "exclusive"] as const) {
      const records = fakeRecords(20_000, spread[name]);
      const { hs, run, calls } = testClients({ [list]: records.list(cursor), [search]: records.search });
      const found = await run(idsOf(hs.contacts.list({ properties: ["email"], parallel: 8 })));
      expect(found).toHaveLength(20_000);
      expect(new Set(found)).toEqual(new Set(records.ids));
      expect(calls().length).toBeLessThanOrEqual(1.15 * 200);
    }
  });

  it("in parallel has that many pages on their way, and no more", async () => {
    const records = fakeRecords(20_000);
    let open = 0;
    let most = 0;
    const bed = testClients({ [search]: records.search });
    const { hs, run, clock } = testClients(
      {},
      {
        transport: {
          close: async () => {},
          async send(request) {
            most = Math.max(most, ++open);
            await clock.sleep(100);
            open--;
            const url = new URL(request.url);
            const seen = { ...request, path: url.pathname, query: url.searchParams, signal: undefined };
            const body = typeof request.body === "string" ? JSON.parse(request.body) : undefined;
            const reply = url.pathname.includes("account-info")
              ? { body: { portalId: 62515 } }
              : (url.pathname.endsWith("search") ? records.search : records.list("inclusive"))({ ...seen, body });
            return { status: 200, headers: {}, text: JSON.stringify(reply.body) };
          },
        },
      },
    );
    expect(bed.calls()).toEqual([]);
    const start = clock.now();
    expect(await run(idsOf(hs.contacts.list({ properties: [], parallel: 6 })))).toHaveLength(20_000);
    expect(most).toBe(6);
    // 200 pages by six readers; what the rate limit adds is two windows.
    expect(clock.now() - start).toBeLessThan(25_000);
  });

  it("in parallel reads newer records than its search knew of", async () => {
    const all = fakeRecords(5_000);
    const known = fakeRecords(3_000);
    const { hs, run } = testClients({ [list]: all.list("inclusive"), [search]: known.search });
    expect(new Set(await run(idsOf(hs.contacts.list({ properties: [], parallel: 4 }))))).toEqual(new Set(all.ids));
  });

  it("in parallel stops what is under way when its consumer stops, and fails as its calls fail", async () => {
    const records = fakeRecords(20_000);
    const { hs, run, transport } = testClients({ [list]: records.list("inclusive"), [search]: records.search });
    await run(
      (async () => {
        for await (const record of hs.contacts.list({ properties: [], parallel: 4 })) {
          if (record.id !== "") break;
        }
      })(),
    );
    expect(transport.seen.length).toBeLessThan(8);
    let pages = 0;
    const failing = testClients({
      [search]: records.search,
      [list]: (request) => (++pages > 30 ? { status: 403, body: {} } : records.list("inclusive")(request)),
    });
    await expect(failing.run(idsOf(failing.hs.contacts.list({ properties: [], parallel: 4 })))).rejects.toMatchObject({
      code: "AUTH_SCOPE_MISSING",
    });
  });

  it("in parallel refuses an order that is not by id, and archived records", async () => {
    const records = fakeRecords(1_000);
    const { hs, run } = testClients({
      [search]: records.search,
      [list]: (request) => {
        const reply = records.list("inclusive")(request);
        const body = reply.body as { results: unknown[] };
        return { body: { ...body, results: body.results.toReversed() } };
      },
    });
    await expect(run(idsOf(hs.contacts.list({ properties: [], parallel: 4 })))).rejects.toMatchObject({
      code: "HUBSPOT_RESPONSE_INVALID",
      message: expect.stringContaining("order of their ids"),
    });
    for (const wrong of [{ parallel: 0 }, { parallel: 33 }, { parallel: 1.5 }, { parallel: 2, archived: true }]) {
      await expect(run(idsOf(hs.contacts.list({ properties: [], ...wrong })))).rejects.toMatchObject({
        code: "INPUT_INVALID",
      });
    }
  });
});
