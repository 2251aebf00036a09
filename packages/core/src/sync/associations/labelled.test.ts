import { expect, test } from "vitest";
import { settled } from "../testing-fakes/two-syncs.fixture.ts";
import { tenant } from "../testing-fakes/world.fixture.ts";

/** HubSpot makes the first company of a contact its primary one by itself, so a plain association is hardly ever plain. */
test("a cleared reference stays cleared where the pair keeps its association for its labels", async () => {
  const there = await settled({ label: "plain" });
  const { hubspotId, localId } = there.contact();
  const [acme, bolt] = [there.company("acme.com"), there.company("bolt.com")];
  there.associations.setPrimary(hubspotId, acme.hubspotId);
  await there.rest();
  const look = async () => {
    await there.rest();
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    await there.rest();
    expect(await there.run(there.sync.reconcile())).toMatchObject({ equal: true });
    return there.reference();
  };
  there.local.edit(localId, { company_id: null });
  expect(await look()).toBeNull();
  expect(there.associations.companiesOf(hubspotId)).toEqual({ [acme.hubspotId]: [279, 1] });
  there.local.edit(localId, { company_id: bolt.localId });
  expect(await look()).toBe(bolt.localId);
  there.local.edit(localId, { company_id: null });
  expect(await look()).toBeNull();
  expect(there.associations.companiesOf(hubspotId)).toEqual({ [acme.hubspotId]: [279, 1] });
  there.associations.drop(hubspotId, acme.hubspotId);
  expect(await look()).toBeNull();
  there.associations.set(hubspotId, bolt.hubspotId);
  expect(await look()).toBe(bolt.localId);
  expect((await there.sync.conflicts.list()).items).toEqual([]);
});
