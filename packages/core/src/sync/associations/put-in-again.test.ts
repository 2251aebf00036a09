import { describe, expect, test } from "vitest";
import { settled, type Two } from "../testing-fakes/two-syncs.fixture.ts";
import { tenant } from "../testing-fakes/world.fixture.ts";
import type { AssociationSpec } from "./association.ts";

describe("a row that was deleted and put in again under another id", () => {
  const again = async (company: string | null, spec: Partial<AssociationSpec> = {}, moved = false) => {
    const there = await settled(spec);
    await there.rest();
    const { hubspotId, localId } = there.contact();
    there.local.remove(localId);
    const reference = company === null ? null : there.company(company).localId;
    there.local.user({ email: "ann@x.com", company_id: reference });
    if (moved) {
      there.associations.drop(hubspotId, there.company("acme.com").hubspotId);
      await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    }
    await there.rest();
    expect(there.contact().localId).not.toBe(localId);
    expect(await there.run(there.sync.reconcile())).toMatchObject({ equal: true });
    return there;
  };
  const told = async (there: Two) => (await there.sync.conflicts.list()).items;

  test.each([["bolt.com"], ["acme.com"], [null]])("keeps its word of the company: %s", async (company) => {
    const there = await again(company);
    const wanted = company === null ? null : there.company(company);
    expect(there.associations.primaryOf(there.contact().hubspotId)).toBe(wanted?.hubspotId ?? null);
    expect(there.reference()).toBe(wanted?.localId ?? null);
    expect(await told(there)).toEqual([]);
  });

  test("follows what HubSpot changed meanwhile", async () => {
    const there = await again("acme.com", {}, true);
    expect([there.reference(), await told(there)]).toEqual([null, []]);
  });

  test.each(["hubspot", "local"] as const)("is a conflict where both changed: %s, its owner, wins", async (owner) => {
    const there = await again("bolt.com", { owner }, true);
    expect(there.reference()).toBe(owner === "hubspot" ? null : there.company("bolt.com").localId);
    expect(await told(there)).toMatchObject([{ field: "@company", winner: owner }]);
  });
});
