import { describe, expect, it } from "vitest";
import { type World, world } from "./cli.fixture.ts";
import { leadsWorld } from "./leads.fixture.ts";

const newKey = Buffer.alloc(32, 8).toString("base64");

/** The set-up of the day after: the new key is current, the old one is kept for reading. */
function rotateRing({ env }: World): void {
  Object.assign(env, { HUBSPOKE_OLD_KEYS: `k1:${env.HUBSPOKE_KEY}`, HUBSPOKE_KEY: newKey, HUBSPOKE_KEY_ID: "k2" });
}

async function withLookups(): Promise<World> {
  const there = await world();
  there.simulator.portal().contacts.create({ firstname: "Ada", phone: "(902) 555-1234" });
  await there.run("lookup", "902 555 1234");
  return there;
}

describe("hubspoke keys", () => {
  it("says which key is current, and what still needs an older one", async () => {
    const there = await withLookups();
    expect((await there.run("keys", "status")).out).toMatch(/k1 +current/);
    rotateRing(there);
    const status = await there.run("keys", "status", "--json");
    expect(status).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(status.out)).toMatchObject({
      current: "k2",
      keys: [
        { id: "k2", current: true, mayRetire: false, rows: {} },
        { id: "k1", current: false, mayRetire: false, rows: { contact_cache: 1 } },
      ],
      missing: [],
    });
    expect((await there.run("keys", "status")).out).toMatch(/k1 +in use +.*contact_cache 1/);
  });

  it("seals everything anew until the old key may go, and the data still opens without it", async () => {
    const there = await withLookups();
    rotateRing(there);
    const rotated = await there.run("keys", "rotate", "--json");
    expect(rotated.code).toBe(0);
    expect(rotated.err).toContain("keys:reseal");
    expect(JSON.parse(rotated.out)).toMatchObject({
      left: [],
      resealed: { "keys:reseal": expect.any(Number), "outbox:reseal": 0, "flows:reseal": 0, "inbox:reseal": 0 },
    });
    expect((await there.run("keys", "status")).out).toMatch(/k1 +may retire/);
    delete there.env.HUBSPOKE_OLD_KEYS;
    expect((await there.run("doctor")).code).toBe(0);
    expect((await there.run("lookup", "902 555 1234")).out).toContain("Ada");
  });

  it("says by its exit code that links stay under the old key, until a sync was compared", async () => {
    const there = await leadsWorld();
    await there.run("sync", "backfill");
    rotateRing(there);
    const rotated = await there.run("keys", "rotate");
    expect(rotated.code).toBe(1);
    expect(rotated.out).toContain("links still need another key");
    expect(rotated.out).toContain("hubspoke sync reconcile");
    await there.run("sync", "reconcile");
    expect(await there.run("keys", "rotate")).toMatchObject({ code: 0 });
    expect((await there.run("keys", "status")).out).toMatch(/k1 +may retire/);
  });

  it("says which key rows need that is not on the ring", async () => {
    const there = await withLookups();
    rotateRing(there);
    delete there.env.HUBSPOKE_OLD_KEYS;
    const status = await there.run("keys", "status");
    expect(status.code).toBe(1);
    expect(status.out).toMatch(/k1 +MISSING/);
    expect((await there.run("keys", "rotate")).out).toContain("put k1 back on the ring");
  });

  it("prints no key, and no sealed value", async () => {
    const there = await withLookups();
    const old = there.env.HUBSPOKE_KEY!;
    rotateRing(there);
    const said = await Promise.all([there.run("keys", "status"), there.run("--json", "keys", "rotate")]);
    const text = said.map(({ out, err }) => out + err).join("");
    expect(text).not.toContain(newKey);
    expect(text).not.toContain(old);
  });
});
