import { describe, expect, test } from "vitest";
import { owns } from "../testing-fakes/fake-associations.fixture.ts";
import { settled, type Two, two } from "../testing-fakes/two-syncs.fixture.ts";
import { tenant } from "../testing-fakes/world.fixture.ts";
import type { AssociationSpec } from "./association.ts";

const kinds: readonly Partial<AssociationSpec>[] = [{}, { label: "plain" }, { label: "Owns" }];

describe.each(kinds)("an association %j", (spec) => {
  const associated = (there: Two, company: string) => {
    const types = there.associations.companiesOf(there.contact().hubspotId)[there.company(company).hubspotId] ?? [];
    return types.includes(spec.label === "Owns" ? 7 : spec.label === "plain" ? 279 : 1);
  };

  test("comes from HubSpot with the backfill, and a second look writes nothing", async () => {
    const there = await settled(spec);
    await there.rest();
    const written = [there.associations.writes, there.local.writes];
    expect(await there.run(there.sync.reconcile())).toMatchObject({ equal: true });
    expect([there.associations.writes, there.local.writes]).toEqual(written);
  });

  test("follows a local edit, even where nothing else of the record changed", async () => {
    const there = await settled(spec);
    there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
    await there.rest();
    expect([associated(there, "acme.com"), associated(there, "bolt.com")]).toEqual([false, true]);
    there.local.edit(there.contact().localId, { company_id: null });
    await there.rest();
    expect(associated(there, "bolt.com")).toBe(false);
    expect((await there.sync.conflicts.list()).items).toEqual([]);
  });

  test("follows an edit in HubSpot, told by a mark", async () => {
    const there = await settled(spec);
    const { hubspotId } = there.contact();
    there.associations.drop(hubspotId, there.company("acme.com").hubspotId);
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    await there.rest();
    expect(there.reference()).toBeNull();
  });

  test("is a conflict when both sides changed: its owner's word stands, and is logged", async () => {
    for (const owner of ["hubspot", "local"] as const) {
      const there = await settled({ ...spec, owner });
      const { hubspotId, localId } = there.contact();
      there.associations.drop(hubspotId, there.company("acme.com").hubspotId);
      there.local.edit(localId, { company_id: there.company("bolt.com").localId });
      await there.rest();
      expect(there.reference()).toBe(owner === "hubspot" ? null : there.company("bolt.com").localId);
      expect(associated(there, "bolt.com")).toBe(owner === "local");
      const [conflict] = (await there.sync.conflicts.list({ values: true })).items;
      const bolt = there.company("bolt.com").localId;
      expect(conflict).toMatchObject({ field: "@company", winner: owner, values: { local: bolt, hubspot: null } });
    }
  });

  test("is written in one batch for many records", async () => {
    const there = await settled(spec);
    for (let i = 0; i < 150; i++)
      there.local.user({ email: `p${i}@x.com`, company_id: there.company("acme.com").localId });
    const before = there.associations.calls.length;
    await there.run(there.sync.reconcile());
    const calls = there.associations.calls.slice(before);
    const links = calls.flatMap((call) => (call.startsWith("link") ? [Number(call.split(" ")[1])] : []));
    expect(links.reduce((sum, n) => sum + n, 0)).toBe(150);
    expect(links.length).toBeLessThanOrEqual(3);
  });
});

describe("a reference to a record that is not linked yet", () => {
  test("waits, clears nothing on either side, and follows as soon as the other sync links it", async () => {
    const there = await settled();
    const fresh = there.companies.local.user({ email: "new.com" });
    there.local.edit(there.contact().localId, { company_id: fresh });
    await there.run(there.sync.reconcile());
    expect(there.reference()).toBe(fresh);
    expect(there.associations.primaryOf(there.contact().hubspotId)).toBe(there.company("acme.com").hubspotId);
    await there.rest();
    expect(there.company("new.com").hubspotId).not.toBe("");
    expect(there.associations.primaryOf(there.contact().hubspotId)).toBe(there.company("new.com").hubspotId);
  });

  test("waits in the other direction, too", async () => {
    const there = await settled();
    await there.companies.sync.pause();
    const fresh = there.companies.hubspot.user({ email: "new.com" });
    const { hubspotId } = there.contact();
    there.associations.setPrimary(hubspotId, fresh);
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    await there.rest();
    expect(there.reference()).toBe(there.company("acme.com").localId);
    await there.companies.sync.resume();
    await there.rest();
    expect(there.reference()).toBe(there.company("new.com").localId);
  });
});

describe("a merge", () => {
  test("of companies leaves the contact with the survivor, and nothing is cleared meanwhile", async () => {
    const there = await settled();
    const [acme, bolt] = [there.company("acme.com"), there.company("bolt.com")];
    const survivor = there.companies.hubspot.merge(acme.hubspotId, bolt.hubspotId);
    there.associations.merged([acme.hubspotId, bolt.hubspotId], survivor);
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [there.contact().hubspotId] });
    await there.run(there.sync.reconcile());
    expect(there.reference()).toBe(acme.localId);
    await there.worker2.syncs.hint({ tenant, object: "companies", ids: [acme.hubspotId, bolt.hubspotId, survivor] });
    await there.rest();
    expect(there.reference()).toBe(acme.localId);
    expect(there.associations.primaryOf(there.contact().hubspotId)).toBe(survivor);
    expect((await there.sync.conflicts.list()).items).toEqual([]);
  });

  test("of contacts: a local edit before anybody knows of the merge is not lost, and clears nothing", async () => {
    const there = await settled();
    const { hubspotId, localId } = there.contact();
    const other = there.hubspot.user({ email: "dup@x.com" });
    const survivor = there.hubspot.merge(hubspotId, other);
    there.associations.merged([hubspotId, other], survivor);
    const bolt = there.company("bolt.com").localId;
    there.local.edit(localId, { company_id: bolt });
    await there.worker2.syncs.hintLocal({ tenant, sync: "leads", ids: [localId] });
    const apply = there.worker2.syncs.jobs.find(({ name }) => name === "sync:apply");
    const t = { now: there.clock.now(), deadline: there.clock.now() + 60_000, signal: new AbortController().signal };
    await there.run(apply?.run(t) ?? Promise.resolve({ did: 0 }));
    expect([there.local.value(localId, "company_id"), (await there.sync.conflicts.list()).items]).toEqual([bolt, []]);
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId, other, survivor] });
    await there.rest();
    expect(there.local.value(localId, "company_id")).toBe(there.company("bolt.com").localId);
    expect(there.associations.primaryOf(survivor)).toBe(there.company("bolt.com").hubspotId);
  });
});

describe("what users made in HubSpot", () => {
  test("stays: other companies, and labels of the old one", async () => {
    const there = await settled({ label: "plain" });
    const { hubspotId, localId } = there.contact();
    const acme = there.company("acme.com").hubspotId;
    there.associations.set(hubspotId, acme, owns);
    there.local.edit(localId, { company_id: there.company("bolt.com").localId });
    await there.rest();
    expect(there.associations.companiesOf(hubspotId)).toEqual({
      [acme]: [279, 7],
      [there.company("bolt.com").hubspotId]: [279],
    });
  });

  test("changing the primary company leaves the old one associated", async () => {
    const there = await settled();
    const { hubspotId, localId } = there.contact();
    there.local.edit(localId, { company_id: there.company("bolt.com").localId });
    await there.rest();
    expect(there.associations.companiesOf(hubspotId)).toEqual({
      [there.company("acme.com").hubspotId]: [279],
      [there.company("bolt.com").hubspotId]: [279, 1],
    });
  });

  test("a second association of the same kind does not move the local reference", async () => {
    const there = await settled({ label: "Owns" });
    const { hubspotId } = there.contact();
    there.associations.set(hubspotId, there.company("bolt.com").hubspotId, owns);
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    await there.rest();
    expect(there.reference()).toBe(there.company("acme.com").localId);
    expect(there.associations.writes).toBe(0);
  });
});

describe("by policy", () => {
  test("one way: the other side's edit is put back and logged", async () => {
    const there = await settled({ direction: "from-hubspot" });
    there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
    await there.rest();
    expect(there.reference()).toBe(there.company("acme.com").localId);
    expect((await there.sync.conflicts.list()).items).toMatchObject([{ rule: "one-way", winner: "hubspot" }]);
    expect(there.associations.writes).toBe(0);
  });

  test("one way to HubSpot: an empty local reference erases nothing, at whichever look", async () => {
    const there = two({ direction: "to-hubspot" });
    const acme = there.companies.hubspot.user({ email: "acme.com" });
    const ann = there.hubspot.user({ email: "ann@x.com" });
    there.associations.setPrimary(ann, acme);
    await there.run(there.companies.sync.backfill());
    await there.run(there.sync.backfill());
    await there.rest();
    await there.run(there.sync.reconcile());
    expect(there.associations.primaryOf(ann)).toBe(acme);
  });

  test("one way from HubSpot: a local reference is not erased because HubSpot never had one", async () => {
    const there = two({ direction: "from-hubspot" });
    there.companies.hubspot.user({ email: "acme.com" });
    await there.run(there.companies.sync.backfill());
    const acme = there.company("acme.com").localId;
    there.hubspot.user({ email: "ann@x.com" });
    there.local.user({ email: "ann@x.com", company_id: acme });
    await there.run(there.sync.backfill());
    await there.rest();
    await there.run(there.sync.reconcile());
    expect(there.reference()).toBe(acme);
  });

  test("of a record that a filter leaves out nothing is written, nor said to be", async () => {
    const there = await settled({}, { filters: { local: (values) => values.last !== "private" } });
    await there.rest();
    const { hubspotId, localId } = there.contact();
    there.local.edit(localId, { last: "private", company_id: there.company("bolt.com").localId });
    expect((await there.run(there.sync.plan())).counts).toEqual({ "skipped:filtered": 1 });
    expect((await there.run(there.sync.explain({ localId }))).next).toEqual(["skipped:filtered"]);
    await there.rest();
    await there.run(there.sync.reconcile());
    expect(there.associations.primaryOf(hubspotId)).toBe(there.company("acme.com").hubspotId);
    there.local.edit(localId, { last: null });
    await there.rest();
    expect(there.associations.primaryOf(hubspotId)).toBe(there.company("bolt.com").hubspotId);
  });

  test.each([{ readOnly: true }, { limitWrites: 0 }])(
    "a conflict that %j keeps from HubSpot is not told at every look",
    async (held) => {
      const there = await settled({ owner: "local" }, held);
      const { hubspotId, localId } = there.contact();
      there.associations.drop(hubspotId, there.company("acme.com").hubspotId);
      there.local.edit(localId, { company_id: there.company("bolt.com").localId });
      await there.rest();
      for (let look = 0; look < 3; look++) await there.run(there.sync.reconcile());
      expect((await there.sync.conflicts.list()).items).toEqual([]);
    },
  );

  test("a dry run counts associations and writes none", async () => {
    const there = await settled();
    there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
    const plan = await there.run(there.sync.plan());
    expect(plan.counts).toMatchObject({ "associate:push": 1 });
    expect(plan.equal).toBe(false);
    expect(there.associations.writes).toBe(0);
  });

  test("a refused write is tried again and does not stop the others", async () => {
    const there = await settled();
    there.associations.refuse = "VALIDATION_FAILED";
    there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
    await there.rest();
    expect(there.associations.primaryOf(there.contact().hubspotId)).toBe(there.company("bolt.com").hubspotId);
  });

  test("a declaration that names what is not there is refused, with what was probably meant", async () => {
    const wrong = async (spec: Partial<AssociationSpec>) => {
      const there = two(spec);
      return there.run(there.sync.plan()).catch((error: Error) => error.message);
    };
    expect(await wrong({ sync: "compnies" })).toContain('Did you mean "companies"?');
    expect(await wrong({ label: "Own" })).toContain('Did you mean "Owns"?');
    expect(await wrong({ localField: "compny_id" })).toContain('Did you mean "company_id"?');
    expect(() => two({ localField: "email" })).toThrow(/"email" is a field and the association "company"/);
    expect(() => two({ owner: "local", direction: "to-hubspot" })).toThrow(/travels one way/);
    expect(() => two({ lable: "x" } as never)).toThrow(/Did you mean "label"/);
  });
});
