import type { RelayedJob } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const notes = (s: Shop) => s.simulator.portal().objects("notes").list();

/** The host's own table. */
function table(s: Shop, count: number) {
  const company = s.simulator.portal().objects("companies").create({ name: "Acme" }).id;
  const to = [{ object: "companies", id: company }];
  const rows = new Map<string, RelayedJob>();
  for (let i = 0; i < count; i++) rows.set(`k${i}`, { key: `k${i}`, input: { type: "trunk_created", to } });
  return rows;
}

describe("a relay", () => {
  it("hands over what waits in a table of the host's, however much it is, on its schedule", async () => {
    const s = shop();
    const rows = table(s, 450);
    const asked: number[] = [];
    const relay = s.hubspoke.relay({
      name: "events",
      kind: "event",
      take: async ({ limit, tenant: whose }) => {
        expect(whose).toBe(tenant);
        const taken = [...rows.values()].slice(0, limit);
        asked.push(taken.length);
        return taken;
      },
      done: async (keys) => {
        for (const key of keys) rows.delete(key);
      },
    });
    await relay.for(tenant).start();
    expect((await relay.for(tenant).status())?.every).toEqual({ ms: 5_000 });
    await s.clock.advance(5_000);
    await s.work();
    expect(asked).toEqual([200, 200, 50]);
    expect(rows.size).toBe(0);
    await s.work();
    expect(notes(s)).toHaveLength(450);
  });

  it("that was killed before it could note it hands over again, which is one job", async () => {
    const s = shop();
    const rows = table(s, 3);
    let dies = true;
    const relay = s.hubspoke.relay({
      name: "events",
      kind: "event",
      every: "5m",
      take: async () => [...rows.values()],
      done: async (keys) => {
        if (dies) throw new Error("killed");
        for (const key of keys) rows.delete(key);
      },
    });
    await relay.for(tenant).start();
    await s.clock.advance(300_000);
    await s.work();
    expect([rows.size, notes(s).length]).toEqual([3, 3]);
    dies = false;
    await s.clock.advance(300_000);
    await s.work();
    expect([rows.size, notes(s).length]).toEqual([0, 3]);
  });

  it("hands over the others where one can never be taken, and is told as a schedule that fails", async () => {
    const s = shop();
    const rows = table(s, 3);
    rows.set("k1", { key: "k1", input: { type: "no type at all", to: [] } });
    const relay = s.hubspoke.relay({
      name: "events",
      kind: "event",
      take: async () => [...rows.values()],
      done: async (keys) => {
        for (const key of keys) rows.delete(key);
      },
    });
    await relay.for(tenant).start();
    await s.clock.advance(5_000);
    await s.work();
    expect([...rows.keys()]).toEqual(["k1"]);
    expect(notes(s)).toHaveLength(2);
    expect(await relay.for(tenant).status()).toMatchObject({ lastOutcome: "failed" });
  });

  it("is not held up by one that can never be taken, however many wait behind it", async () => {
    const s = shop();
    const rows = table(s, 450);
    rows.set("k1", { key: "k1", input: { type: "no type at all", to: [] } });
    const asked: { readonly at: number; readonly taken: number }[] = [];
    const relay = s.hubspoke.relay({
      name: "events",
      kind: "event",
      take: async ({ limit }) => {
        const taken = [...rows.values()].slice(0, limit);
        asked.push({ at: s.clock.now(), taken: taken.length });
        return taken;
      },
      done: async (keys) => {
        for (const key of keys) rows.delete(key);
      },
    });
    await relay.for(tenant).start();
    await s.clock.advance(5_000);
    await s.work();
    const inFirstRun = asked.filter(({ at }) => at < asked[0]!.at + 5_000).map(({ taken }) => taken);
    expect(inFirstRun).toEqual([200, 200, 52]);
    expect([...rows.keys()]).toEqual(["k1"]);
  });

  it("says which can never be taken to a host that asks, and marked they keep nobody waiting", async () => {
    const s = shop();
    const rows = table(s, 450);
    for (let i = 0; i < 250; i++) rows.set(`k${i}`, { key: `k${i}`, input: { type: "no type at all", to: [] } });
    const refused: string[] = [];
    const relay = s.hubspoke.relay({
      name: "events",
      kind: "event",
      take: async ({ limit }) => [...rows.values()].slice(0, limit),
      done: async (keys) => {
        for (const key of keys) rows.delete(key);
      },
      refused: (key, { code }, of) => {
        expect([code, of]).toEqual(["INPUT_INVALID", { tenant }]);
        refused.push(key);
        rows.delete(key);
      },
    });
    await relay.for(tenant).start();
    await s.clock.advance(5_000);
    await s.work();
    expect([refused.length, rows.size]).toEqual([250, 0]);
    await s.work();
    expect(notes(s)).toHaveLength(200);
    expect(await relay.for(tenant).status()).toMatchObject({ lastOutcome: "ok" });
  });
});
