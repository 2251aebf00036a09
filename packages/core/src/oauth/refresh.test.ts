import { describe, expect, it } from "vitest";
import type { OAuth } from "./oauth.ts";
import { leaseMs } from "./refresh-lease.ts";
import { failure, minute, type World, world } from "./testing.fixture.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const token = async (oauth: OAuth, tenant = "acme"): Promise<string> => (await oauth.get(tenant)).token.reveal();
const disconnects = (w: World) => w.alerts.filter((alert) => alert.name === "auth.disconnected");

describe("one expiry over many processes", () => {
  it.each([
    ["the token has ended: all but one must wait", 31],
    ["the token still works: nobody must wait", 29],
  ])("50 processes refresh once (%s)", async (_name, minutes) => {
    const w = world();
    await w.connect();
    await w.clock.advance(minutes * minute);
    const processes = times(50, () => w.process());
    const answers = await w.clock.run(Promise.all(processes.flatMap((one) => [token(one), token(one), token(one)])));
    expect(w.hubspot.refreshes()).toHaveLength(1);
    expect(answers.filter((one) => !w.hubspot.accepts(one))).toEqual([]);
    await w.clock.advance(20_000);
    const after = await w.clock.run(Promise.all(processes.map((one) => token(one))));
    expect(new Set(after).size, "every process adopts the one new token").toBe(1);
    expect(w.hubspot.refreshes()).toHaveLength(1);
    expect(disconnects(w)).toEqual([]);
  });

  it("a strict HubSpot, which kills the old refresh token at once, changes nothing about that", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    await w.connect();
    for (let round = 1; round <= 5; round++) {
      await w.clock.advance(31 * minute);
      const answers = await w.clock.run(Promise.all(times(50, () => token(w.process()))));
      expect(new Set(answers).size).toBe(1);
      expect(w.hubspot.refreshes()).toHaveLength(round);
    }
    expect(disconnects(w)).toEqual([]);
  });

  it("tenants refresh beside each other", async () => {
    const w = world();
    await w.connect("a", "100");
    await w.connect("b", "200");
    await w.clock.advance(31 * minute);
    const one = w.process();
    const [a, b] = await w.clock.run(Promise.all([token(one, "a"), token(one, "b")]));
    expect(a).not.toBe(b);
    expect(w.hubspot.refreshes()).toHaveLength(2);
  });
});

describe("a holder that dies in mid-call", () => {
  it.each(["same", "grace"] as const)(
    "is followed within one lease, and nothing is disconnected (%s)",
    async (rotation) => {
      const w = world();
      w.hubspot.rotation = rotation;
      await w.connect();
      await w.clock.advance(31 * minute);
      w.hubspot.faults.push({ kind: "hang" });
      const killed = token(w.process());
      await w.clock.advance(1_000);
      const before = w.clock.now();
      const answers = await w.clock.run(Promise.all(times(20, () => token(w.process()))));
      expect(new Set(answers).size).toBe(1);
      expect(w.clock.now() - before, "recovered within a lease and the call").toBeLessThanOrEqual(leaseMs);
      expect(w.hubspot.refreshes()).toHaveLength(2);
      expect(disconnects(w)).toEqual([]);
      expect(await Promise.race([killed, Promise.resolve("still out")])).toBe("still out");
    },
  );

  it("after HubSpot had replaced the token is followed with the old one, which HubSpot still takes", async () => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "slow", after: 10 * minute });
    const killed = token(w.process());
    await w.clock.advance(1_000);
    const answer = await w.clock.run(token(w.process()));
    expect(w.hubspot.accepts(answer)).toBe(true);
    // The slow answer arrives after all and finds a newer row.
    expect(await w.clock.run(killed)).toBe(answer);
    expect(disconnects(w)).toEqual([]);
    expect((await w.process().status("acme")).connected).toBe(true);
  });
});

describe("an overtaken holder", () => {
  it("that is told invalid_grant reads again and adopts", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "slow", before: 2 * leaseMs });
    const slow = token(w.process());
    await w.clock.advance(1_000);
    const fast = await w.clock.run(token(w.process()));
    expect(await w.clock.run(slow)).toBe(fast);
    expect(w.hubspot.refreshes(), "both did ask HubSpot").toHaveLength(2);
    expect(disconnects(w)).toEqual([]);
  });

  it("whose tokens arrive after another process was told invalid_grant brings the grant back", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "slow", after: 2 * leaseMs });
    const slow = token(w.process());
    await w.clock.advance(1_000);
    expect(await w.clock.run(failure(token(w.process())))).toMatchObject({ code: "AUTH_DISCONNECTED" });
    const late = await w.clock.run(slow);
    expect(w.hubspot.accepts(late)).toBe(true);
    expect(await w.clock.run(token(w.process()))).toBe(late);
    expect((await w.storage.tenants.get("acme"))?.status).toBe("active");
  });
});

it("a holder that slept past its lease before it sent anything sends nothing", async () => {
  const w = world();
  await w.connect();
  await w.clock.advance(31 * minute);
  let sleepy = 1;
  const tokens = {
    ...w.storage.tokens,
    get: async (tenant: string) => {
      const row = await w.storage.tokens.get(tenant);
      if (sleepy-- === 0) await w.clock.sleep(2 * leaseMs);
      return row;
    },
  };
  const slept = token(w.process({ storage: { ...w.storage, tokens } }));
  await w.clock.advance(1_000);
  const answer = await w.clock.run(token(w.process()));
  expect(await w.clock.run(slept)).toBe(answer);
  expect(w.hubspot.refreshes()).toHaveLength(1);
});

describe("a lost answer", () => {
  it("is asked for again, and the refresh token that came last is kept", async () => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "lost" });
    const one = w.process();
    await w.clock.run(token(one));
    expect(w.hubspot.refreshes()).toHaveLength(2);
    const [first, second] = w.hubspot.refreshes();
    expect(first?.form.refresh_token).toBe(second?.form.refresh_token);
    await w.clock.advance(31 * minute);
    await w.clock.run(token(one));
    expect(w.hubspot.refreshes()[2]?.form.refresh_token).not.toBe(second?.form.refresh_token);
    expect(disconnects(w)).toEqual([]);
  });

  it("of a HubSpot that killed the old token is an honest disconnect, told once by 50 processes", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "lost" });
    const errors = await w.clock.run(Promise.all(times(50, () => failure(token(w.process())))));
    expect(new Set(errors.map((error) => error.code))).toEqual(new Set(["AUTH_DISCONNECTED"]));
    expect(disconnects(w)).toHaveLength(1);
    expect(disconnects(w)[0]).toMatchObject({
      tenant: "acme",
      details: { portalId: "100", reason: "BAD_REFRESH_TOKEN" },
    });
    expect((await w.storage.tenants.get("acme"))?.status).toBe("disconnected");
    const calls = w.hubspot.calls.length;
    await failure(token(w.process()));
    expect(w.hubspot.calls, "a dead grant is not asked about again").toHaveLength(calls);
  });
});
