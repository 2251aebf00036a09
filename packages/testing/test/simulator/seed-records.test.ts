import { expect, it } from "vitest";
import { bench } from "./helpers.ts";

it("fills a portal with the records it is given, of any object, without webhooks", () => {
  const { sim } = bench();
  const ids = sim.seedRecords({ companies: [{ name: "Acme" }, { name: "Globex" }], deals: [{ dealname: "Won" }] });
  const { objects } = sim.portal();
  expect(objects("companies").list(["name"])).toMatchObject([
    { id: ids.companies?.[0], properties: { name: "Acme" } },
    { id: ids.companies?.[1], properties: { name: "Globex" } },
  ]);
  expect(objects("deals").get(ids.deals![0]!)?.properties).toMatchObject({ dealname: "Won" });
  expect(objects("companies").history(ids.companies![0]!, "name")).toMatchObject([{ sourceType: "IMPORT" }]);
  expect(sim.pendingWebhooks).toEqual([]);
  objects("companies").create({ name: "Initech" });
  expect(sim.pendingWebhooks).not.toEqual([]);
});

it("refuses what the API would, and what the portal has no object for", () => {
  const { sim } = bench();
  expect(() => sim.seedRecords({ companies: [{ nmae: "Acme" }] })).toThrow("nmae");
  expect(() => sim.seedRecords({ gadgets: [{ name: "Acme" }] })).toThrow("has no type gadgets");
  sim.seedRecords({ companies: [{ name: "Acme" }] });
  expect(() => sim.seedRecords({}, { portalId: 7 })).toThrow();
});
