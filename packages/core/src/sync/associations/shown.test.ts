import { describe, expect, test } from "vitest";
import { settled, two } from "../testing-fakes/two-syncs.fixture.ts";

describe("before anything is written, a person sees", () => {
  test("the associations of pairs that a first run would link", async () => {
    const there = two();
    const acme = there.companies.hubspot.user({ email: "acme.com" });
    await there.run(there.companies.sync.backfill());
    const ann = there.hubspot.user({ email: "ann@x.com" });
    there.associations.setPrimary(ann, acme);
    const localId = there.local.user({ email: "ann@x.com", company_id: null });
    const plan = await there.run(there.sync.plan());
    expect(plan.counts["associate:pull"]).toBe(1);
    expect(plan.examples["associate:pull"]).toEqual([{ localId, hubspotId: ann, fields: ["company"] }]);
    expect([there.reference(), there.associations.writes]).toEqual([null, 0]);
    await there.run(there.sync.backfill());
    expect(there.reference()).toBe(there.company("acme.com").localId);
  });

  test("why an association is as it is, and what becomes of it", async () => {
    const there = await settled();
    const { hubspotId, localId } = there.contact();
    const [acme, bolt] = [there.company("acme.com"), there.company("bolt.com")];
    const agreed = { name: "company", sync: "companies", owner: "hubspot", direction: "both", agreed: true };
    expect((await there.run(there.sync.explain({ hubspotId }))).associations).toEqual([
      {
        ...agreed,
        localChanged: false,
        hubspotChanged: false,
        local: acme.localId,
        hubspot: acme.localId,
        hubspotId: acme.hubspotId,
        next: "keep",
      },
    ]);
    there.local.edit(localId, { company_id: bolt.localId });
    const explained = await there.run(there.sync.explain({ localId }));
    expect(explained.associations).toEqual([
      {
        ...agreed,
        localChanged: true,
        hubspotChanged: false,
        local: bolt.localId,
        hubspot: acme.localId,
        hubspotId: acme.hubspotId,
        next: "push",
      },
    ]);
    expect(explained.next).toContain("associate:push");
    expect(there.associations.writes).toBe(0);
  });
});

test("limitWrites counts associations: what is over is left, and counted", async () => {
  const there = await settled({}, { limitWrites: 3, create: { inHubspot: false } });
  const contacts = Array.from({ length: 5 }, (_, i) => there.hubspot.user({ email: `p${i}@x.com` }));
  await there.run(there.sync.reconcile());
  there.clock.advance(1_000);
  const links = await there.storage.links.byHubspotIds("acme", "leads", contacts);
  const bolt = there.company("bolt.com");
  for (const { localId } of links) there.local.edit(localId, { company_id: bolt.localId });
  const { counts } = await there.run(there.sync.reconcile());
  const made = contacts.filter((id) => there.associations.primaryOf(id) === bolt.hubspotId);
  // The two that were left are met twice: in HubSpot's list, and in the table.
  expect([made.length, counts.associated, counts["skipped:write-limit"]]).toEqual([3, 3, 4]);
});

test("limitWrites between runs: associations that are over travel later", async () => {
  const there = await settled({}, { limitWrites: 3, create: { inHubspot: false } });
  const contacts = Array.from({ length: 5 }, (_, i) => there.hubspot.user({ email: `p${i}@x.com` }));
  await there.run(there.sync.reconcile());
  await there.rest();
  there.clock.advance(1_000);
  const links = await there.storage.links.byHubspotIds("acme", "leads", contacts);
  const bolt = there.company("bolt.com");
  for (const { localId } of links) there.local.edit(localId, { company_id: bolt.localId });
  await there.rest();
  expect(contacts.map((id) => there.associations.primaryOf(id))).toEqual(contacts.map(() => bolt.hubspotId));
});
