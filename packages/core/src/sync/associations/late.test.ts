import { expect, test } from "vitest";
import { settled } from "../testing-fakes/two-syncs.fixture.ts";
import { leaseMs } from "../testing-fakes/world.fixture.ts";

test("a request that waits for the rate budget past its worker's lease is not sent, and a later one is", async () => {
  const there = await settled();
  const { associations, clock } = there;
  const link = associations.link.bind(associations);
  const waits = [2 * leaseMs];
  const sent: number[] = [];
  associations.link = async (path, type, writes) => {
    const wait = waits.shift() ?? 0;
    const given = await clock.sleep(wait, path.signal).then(
      () => true,
      () => false,
    );
    if (given) sent.push(wait);
    return link(path, type, writes);
  };
  there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
  await there.rest();
  expect(sent).toEqual([0]);
  expect(associations.primaryOf(there.contact().hubspotId)).toBe(there.company("bolt.com").hubspotId);
});
