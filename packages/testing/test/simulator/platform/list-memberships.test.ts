import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "../helpers.ts";
import { idsOn, inCity, LISTS, made } from "./list-bench.ts";

describe("memberships", () => {
  it("of a manual list are added, removed, paged and told in order of joining", async () => {
    const at = bench();
    const { call, sim, clock } = at;
    const [a = "", b = "", c = ""] = sim.seedContacts(3);
    await made(at);
    const added = await call(`PUT ${LISTS}/1/memberships/add`, [c, "999"]);
    expect(added.body).toEqual({ recordIdsRemoved: [], recordsIdsAdded: [c], recordIdsMissing: ["999"] });
    await clock.advance(1_000);
    const both = { recordIdsToAdd: [a, b, c], recordIdsToRemove: [] };
    expect((await call(`PUT ${LISTS}/1/memberships/add-and-remove`, both)).body.recordsIdsAdded).toEqual([a, b]);
    const first = (await call(`GET ${LISTS}/1/memberships?limit=2`)).body;
    expect(first).toEqual({
      results: [
        { recordId: a, membershipTimestamp: "2026-11-20T12:00:01.000Z" },
        { recordId: b, membershipTimestamp: "2026-11-20T12:00:01.000Z" },
      ],
      paging: { next: { after: "2" } },
      total: 3,
    });
    expect((await call(`GET ${LISTS}/1/memberships/join-order?limit=1`)).body.results[0].recordId).toBe(c);
    const swap = { recordIdsToAdd: [], recordIdsToRemove: [a] };
    expect((await call(`PUT ${LISTS}/1/memberships/add-and-remove`, swap)).body.recordIdsRemoved).toEqual([a]);
    expect((await call(`PUT ${LISTS}/1/memberships/remove`, [b])).body.recordIdsRemoved).toEqual([b]);
    expect(await idsOn(at, "1")).toEqual([c]);
    expect((await call(`DELETE ${LISTS}/1/memberships`)).status).toBe(204);
    expect((await call(`GET ${LISTS}/1`)).body.list.size).toBe(0);
    expect((await call(`GET ${LISTS}/1/memberships?limit=251`)).status).toBe(400);
    expect((await call(`PUT ${LISTS}/1/memberships/add`, { a })).status).toBe(400);
  });

  it("are read by record, with the first and the last time of joining", async () => {
    const at = bench();
    const { call, sim, clock } = at;
    const [a = "", b = ""] = sim.seedContacts(2);
    await made(at);
    await call(`PUT ${LISTS}/1/memberships/add`, [a]);
    await call(`PUT ${LISTS}/1/memberships/remove`, [a]);
    await clock.advance(60_000);
    await call(`PUT ${LISTS}/1/memberships/add`, [a]);
    const mine = {
      listId: "1",
      listVersion: 1,
      firstAddedTimestamp: "2026-11-20T12:00:00.000Z",
      lastAddedTimestamp: "2026-11-20T12:01:00.000Z",
    };
    expect((await call(`GET ${LISTS}/records/0-1/${a}/memberships`)).body).toEqual({ results: [mine], total: 1 });
    const inputs = [a, b].map((recordId) => ({ objectTypeId: "0-1", recordId }));
    expect((await call(`POST ${LISTS}/records/memberships/batch/read`, { inputs })).body).toMatchObject({
      status: "COMPLETE",
      results: [
        { recordId: a, recordListMemberships: [mine] },
        { recordId: b, recordListMemberships: [] },
      ],
    });
  });

  it("follow their records: archived ones are off, restored ones back, merged ones together", async () => {
    const at = bench();
    const { call, sim } = at;
    const [a = "", b = "", c = ""] = sim.seedContacts(3);
    await made(at);
    await call(`PUT ${LISTS}/1/memberships/add`, [a, b]);
    sim.portal().contacts.archive(a);
    expect(await idsOn(at, "1")).toEqual([b]);
    sim.portal().contacts.restore(a);
    const { id } = sim.portal().contacts.merge(a, c);
    expect((await idsOn(at, "1")).sort()).toEqual([b, id].sort());
    sim.portal().contacts.erase(b);
    expect(await idsOn(at, "1")).toEqual([id]);
  });

  it("of a snapshot are those of the moment it was made, and can be changed", async () => {
    const at = bench();
    const { call, sim } = at;
    const { contacts } = sim.portal();
    const ann = contacts.create({ firstname: "Ann", city: "Halifax" }).id;
    const ben = contacts.create({ firstname: "Ben", city: "Bonn" }).id;
    await made(at, { processingType: "SNAPSHOT", filterBranch: inCity("halifax") });
    contacts.update(ben, { city: "Halifax" });
    expect(await idsOn(at, "1")).toEqual([ann]);
    expect((await call(`PUT ${LISTS}/1/memberships/add`, [ben])).body.recordsIdsAdded).toEqual([ben]);
    expect((await call(`PUT ${LISTS}/1/update-list-filters`, { filterBranch: inCity("Rome") })).status).toBe(400);
  });

  it("of a dynamic list follow its filters and cannot be written", async () => {
    const at = bench({ platform: { listProcessing: 5_000 } });
    const { call, sim, clock } = at;
    const { contacts } = sim.portal();
    const ann = contacts.create({ firstname: "Ann", city: "Halifax" }).id;
    const list = await made(at, { processingType: "DYNAMIC", filterBranch: inCity("Halifax") });
    expect([list.processingStatus, list.filterBranch]).toEqual(["PROCESSING", inCity("Halifax")]);
    expect(await idsOn(at, "1")).toEqual([]);
    await clock.advance(5_000);
    expect(await idsOn(at, "1")).toEqual([ann]);
    const ben = contacts.create({ firstname: "Ben", city: "Halifax" }).id;
    contacts.update(ann, { city: "Bonn" });
    expect(await idsOn(at, "1")).toEqual([ben]);
    const refused = await call(`PUT ${LISTS}/1/memberships/add`, [ann]);
    expect([refused.status, refused.body.category]).toEqual([400, "VALIDATION_ERROR"]);
    await call(`PUT ${LISTS}/1/update-list-filters`, { filterBranch: inCity("Bonn") });
    await clock.advance(5_000);
    expect(await idsOn(at, "1")).toEqual([ann]);
    expect((await call(`GET ${LISTS}/1?includeFilters=true`)).body.list.filterBranch).toEqual(inCity("Bonn"));
  });
});

it("keeps what a set would keep, whatever is added and removed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat(5)), { maxLength: 30 }), async (steps) => {
      const at = bench();
      const ids = at.sim.seedContacts(6);
      await made(at);
      const expected = new Set<string>();
      for (const [adds, which] of steps) {
        const id = ids[which]!;
        const { body } = await at.call(`PUT ${LISTS}/1/memberships/${adds ? "add" : "remove"}`, [id]);
        const changed = adds ? !expected.has(id) : expected.has(id);
        expect([...body.recordsIdsAdded, ...body.recordIdsRemoved]).toEqual(changed ? [id] : []);
        if (adds) expected.add(id);
        else expected.delete(id);
      }
      expect((await idsOn(at, "1")).sort()).toEqual([...expected].sort());
    }),
    { numRuns: 25 },
  );
});

it("takes records that the API made", async () => {
  const at = bench();
  const { call } = at;
  await made(at, { processingType: "DYNAMIC", filterBranch: inCity("Halifax") });
  const { id } = (await call(`POST ${CONTACTS}`, { properties: { city: "Halifax" } })).body;
  expect(await idsOn(at, "1")).toEqual([id]);
});
