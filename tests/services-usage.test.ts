import { describe, expect, it } from "vitest";
import { hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const day = 24 * hour;

async function ready(s: Shop, count: number): Promise<readonly string[]> {
  const companies = {
    properties: [
      { name: "warp_ban", type: "text" as const, unique: true },
      { name: "warp_mrr", type: "number" as const },
      { name: "warp_mtd_minutes", type: "number" as const },
    ],
  };
  await s.drive(s.hubspoke.schema({ group: { name: "warp", label: "WARP" }, objects: { companies } }).apply(tenant));
  const access = s.simulator.portal().objects("companies");
  return Array.from({ length: count }, (_, i) => access.create({ name: `C${i}`, warp_ban: `B${i}` }).id);
}

const propertyOf = (s: Shop, id: string, name: string) =>
  s.simulator.portal().objects("companies").get(id)?.properties[name];
const batches = (s: Shop) => s.simulator.calls.filter(({ path }) => path.endsWith("/batch/update")).length;

describe("usage", () => {
  it("is pushed on a schedule, a hundred records a call, by a unique property", async () => {
    const s = shop();
    const ids = await ready(s, 250);
    const asked: number[] = [];
    const usage = s.hubspoke.usage({
      name: "daily",
      object: "companies",
      idProperty: "warp_ban",
      every: "1d",
      async *collect({ dueAt }) {
        asked.push(dueAt);
        for (let i = 0; i < 250; i++)
          yield { id: `B${i}`, properties: { warp_mrr: i, warp_mtd_minutes: asked.length } };
      },
    });
    await s.drive(usage.for(tenant).start());
    await s.work();
    expect(asked).toEqual([]);
    const before = batches(s);
    await s.clock.advance(day);
    await s.work();
    expect(asked).toHaveLength(1);
    expect(ids.every((id, i) => propertyOf(s, id, "warp_mrr") === String(i))).toBe(true);
    expect(batches(s) - before).toBe(3);
    await s.clock.advance(day);
    await s.work();
    expect(propertyOf(s, ids[9] ?? "", "warp_mtd_minutes")).toBe("2");
    await usage.for(tenant).stop();
    await s.clock.advance(2 * day);
    await s.work();
    expect(asked).toHaveLength(2);
  });

  it("tells what was refused and what is gone, and writes the rest", async () => {
    const s = shop();
    const [one = "", two = ""] = await ready(s, 2);
    const usage = s.hubspoke.usage({
      name: "now",
      object: "companies",
      every: "1h",
      collect: () => [
        { id: one, properties: { warp_mrr: 5 } },
        { id: "999", properties: { warp_mrr: 5 } },
        { id: two, properties: { warp_mrr: "five" } },
      ],
    });
    expect(await s.drive(usage.push(tenant))).toEqual({ updated: 1, missing: 1, refused: { VALIDATION_FAILED: 1 } });
    expect(propertyOf(s, one, "warp_mrr")).toBe("5");
    const unknown = s.hubspoke.usage({
      name: "keyed",
      object: "companies",
      idProperty: "warp_ban",
      every: "1h",
      collect: () => [{ id: "B9", properties: { warp_mrr: 1 } }],
    });
    expect(await s.drive(unknown.push(tenant))).toEqual({ updated: 0, missing: 1, refused: {} });
    expect(s.simulator.portal().objects("companies").size, "nothing is created").toBe(2);
  });

  it("writes what is right among many rows with one mistake, unsent at first beside them", async () => {
    const s = shop();
    const ids = await ready(s, 64);
    const right = (i: number) => i % 9 === 8;
    const usage = s.hubspoke.usage({
      name: "many",
      object: "companies",
      every: "1h",
      collect: () => ids.map((id, i) => ({ id, properties: { warp_mrr: right(i) ? i : "five" } })),
    });
    expect(await s.drive(usage.push(tenant))).toEqual({ updated: 7, missing: 0, refused: { VALIDATION_FAILED: 57 } });
    expect(ids.filter((id) => propertyOf(s, id, "warp_mrr") != null)).toEqual(ids.filter((_, i) => right(i)));
  });

  it("is tried again when HubSpot is down, and happens", async () => {
    const s = shop();
    const [id = ""] = await ready(s, 1);
    const usage = s.hubspoke.usage({
      name: "churn",
      object: "companies",
      every: "1h",
      collect: () => [{ id, properties: { warp_mrr: 7 } }],
    });
    await s.drive(usage.for(tenant).start());
    s.simulator.faults.add("/crm/** 503 lasts=70m");
    for (let i = 0; i < 12; i++) {
      await s.clock.advance(hour / 4);
      await s.work();
    }
    expect(propertyOf(s, id, "warp_mrr")).toBe("7");
  });

  it("of rows that are none is refused, naming the property and not the value", async () => {
    const s = shop();
    const [id = ""] = await ready(s, 1);
    const rows = [{ id, properties: { warp_mrr: Number.NaN } }];
    const usage = s.hubspoke.usage({ name: "bad", object: "companies", every: "1h", collect: () => rows });
    await expect(s.drive(usage.push(tenant))).rejects.toThrow('"warp_mrr"');
    const nameless = s.hubspoke.usage({
      name: "bad2",
      object: "companies",
      every: "1h",
      collect: () => [{ id: "", properties: {} }],
    });
    await expect(s.drive(nameless.push(tenant))).rejects.toThrow("no id");
  });
});
