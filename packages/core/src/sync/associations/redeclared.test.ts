import { describe, expect, test } from "vitest";
import { settled, type Two } from "../testing-fakes/two-syncs.fixture.ts";
import { leaseMs, tenant } from "../testing-fakes/world.fixture.ts";
import type { AssociationSpec } from "./association.ts";

const spec: AssociationSpec = { sync: "companies", localField: "company_id" };
const idOf = { primary: 1, plain: 279, Owns: 7 } as const;
type Label = keyof typeof idOf;

/** The same world under a new version of the declaration. */
function under(there: Two, change: Parameters<Two["another"]>[1]): Two {
  const worker2 = there.another(undefined, change);
  return { ...there, sync: worker2.sync, worker2, rest: () => there.settle(worker2) };
}

/** A contact whose move to bolt.com was sent, and its answer lost. */
async function marked(landed: boolean): Promise<Two> {
  const there = await settled();
  await there.rest();
  there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
  there.clock.advance(1_500);
  there.associations.unknown = { landed };
  const { clock, worker2 } = there;
  const signal = new AbortController().signal;
  for (const job of worker2.syncs.jobs)
    await there.run(job.run({ now: clock.now(), deadline: clock.now() + leaseMs, signal }));
  expect(there.associations.unknown).toBeNull();
  return there;
}

async function ends(there: Two, company: string, label: Label = "primary"): Promise<void> {
  await there.rest();
  await there.run(there.sync.reconcile());
  await there.rest();
  const own = Object.entries(there.associations.companiesOf(there.contact().hubspotId)).flatMap(([id, types]) =>
    types.includes(idOf[label]) ? [id] : [],
  );
  const { localId, hubspotId } = there.company(company);
  expect([there.reference(), own]).toEqual([localId, [hubspotId]]);
  expect(await there.run(there.sync.reconcile())).toMatchObject({ equal: true });
}

test.each(["Owns", "plain"] as const)(
  "an association that is given another label clears nothing: %s",
  async (label) => {
    const there = await settled();
    await there.rest();
    await ends(under(there, { associations: { company: { ...spec, label } } }), "acme.com", label);
  },
);

describe.each([[true], [false]])("under a new declaration, a write whose answer was lost (landed: %s)", (landed) => {
  test.each(["hubspot", "local"] as const)("is carried out for its owner, %s", async (owner) => {
    await ends(under(await marked(landed), { associations: { company: { ...spec, owner } } }), "bolt.com");
  });

  test.each(["to-hubspot", "from-hubspot"] as const)("is carried out in its direction, %s", async (direction) => {
    const there = under(await marked(landed), { associations: { company: { ...spec, direction } } });
    await ends(there, landed || direction === "to-hubspot" ? "bolt.com" : "acme.com");
  });

  test("is made under its new label", async () => {
    await ends(
      under(await marked(landed), { associations: { company: { ...spec, label: "Owns" } } }),
      "bolt.com",
      "Owns",
    );
  });
});

describe("a write that never landed and may not be tried again", () => {
  test("is not what HubSpot's user says later", async () => {
    const there = under(await marked(false), { readOnly: true });
    there.local.edit(there.contact().localId, { company_id: null });
    await there.rest();
    const { hubspotId } = there.contact();
    there.associations.setPrimary(hubspotId, there.company("bolt.com").hubspotId);
    await there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    await there.rest();
    expect(there.reference()).toBe(there.company("bolt.com").localId);
  });
});
