import { describe, expect, it } from "vitest";
import { all, world } from "./client/bed.ts";

const acme = { tenant: "acme" };

describe("paging through a simulated HubSpot", () => {
  it("searchAll finds 50,000 records that share one timestamp in 250 searches", async () => {
    const { simulator, instance, drive, clock } = world({ searchLag: 0 });
    const { contacts } = simulator.portal();
    const moment = clock.now();
    const made = new Set(Array.from({ length: 50_000 }, () => contacts.create({ city: "Halifax" }).id));
    const hubspoke = instance();
    const filters = [{ property: "lastmodifieddate", operator: "EQ", value: new Date(moment) }] as const;
    const found = await drive(all(hubspoke.client(acme).contacts.searchAll({ properties: ["city"], filters })));
    expect(found).toHaveLength(50_000);
    expect(new Set(found.map(({ id }) => id))).toEqual(made);
    // And one to learn the portal.
    expect(hubspoke.calls.stats()).toMatchObject({ calls: 250 + 1, rateLimited: 0, retries: 0 });
    expect(simulator.stats().maxSearchesInSecond).toBeLessThanOrEqual(5);
  });

  it("searchAll is not disturbed by records that begin and cease to match on the way", async () => {
    const { simulator, instance, drive } = world({ searchLag: 0 });
    const { contacts } = simulator.portal();
    const ids = Array.from({ length: 1_000 }, () => contacts.create({ city: "Halifax" }).id);
    const { searchAll } = instance().client(acme).contacts;
    const filters = [{ property: "city", operator: "EQ", value: "Halifax" }] as const;
    const found: string[] = [];
    await drive(
      (async () => {
        for await (const { id } of searchAll({ properties: [], filters })) {
          found.push(id);
          // What was read already ceases to match: offsets of later pages would move by as much.
          if (found.length % 100 === 0) contacts.update(id, { city: "Boston" });
        }
      })(),
    );
    expect(found).toEqual(ids);
  });

  it("lists side by side what it lists one after another, sooner", async () => {
    const { simulator, instance, drive, clock } = world({ latency: 400 });
    const seeded = simulator.seedContacts(6_000);
    const { contacts } = instance().client(acme);
    const timed = async (parallel: number) => {
      const start = clock.now();
      const found = await drive(all(contacts.list({ properties: ["email"], parallel })));
      return { ids: found.map(({ id }) => id), ms: clock.now() - start };
    };
    const alone = await timed(1);
    expect(alone.ids).toEqual(seeded);
    const many = await timed(6);
    expect(many.ids.toSorted()).toEqual(seeded.toSorted());
    expect(many.ms).toBeLessThan(alone.ms / 3);
  });
});
