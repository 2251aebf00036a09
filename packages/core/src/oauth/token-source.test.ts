import { describe, expect, it } from "vitest";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { cipher } from "../platform/node.ts";
import type { OAuth } from "./oauth.ts";
import { failure, minute, type World, world } from "./testing.fixture.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const token = async (oauth: OAuth, tenant = "acme"): Promise<string> => (await oauth.get(tenant)).token.reveal();
const disconnects = (w: World) => w.alerts.filter((alert) => alert.name === "auth.disconnected");

describe("ahead of expiry", () => {
  it("a job of an hour never holds a token that has ended, and refreshes about twice", async () => {
    const w = world();
    await w.connect();
    const one = w.process();
    for (let i = 0; i < 360; i++) {
      expect(w.hubspot.accepts(await w.clock.run(token(one)))).toBe(true);
      await w.clock.advance(10_000);
    }
    expect(w.hubspot.refreshes().length).toBeGreaterThanOrEqual(2);
    expect(w.hubspot.refreshes().length).toBeLessThanOrEqual(3);
  });

  it("with a background nobody waits for it", async () => {
    const w = world();
    await w.connect();
    const works: Promise<void>[] = [];
    const one = w.process({ background: (work) => void works.push(work()) });
    const old = await token(one);
    await w.clock.advance(28 * minute);
    w.hubspot.latencyMs = 5_000;
    const before = w.clock.now();
    expect(await token(one)).toBe(old);
    expect(await token(one)).toBe(old);
    expect(w.clock.now()).toBe(before);
    await w.clock.run(Promise.all(works));
    expect(await token(one)).not.toBe(old);
    expect(w.hubspot.refreshes()).toHaveLength(1);
  });

  it("trouble at the token endpoint is not felt while the token works, and is not hammered on", async () => {
    const w = world();
    await w.connect();
    const one = w.process();
    const old = await token(one);
    await w.clock.advance(26 * minute);
    w.hubspot.faults.push(...times(1_000, () => ({ kind: "unsent" as const })));
    for (let i = 0; i < 200; i++) {
      expect(await w.clock.run(token(one))).toBe(old);
      await w.clock.advance(500);
    }
    expect(w.hubspot.refreshes().length).toBeLessThan(60);
    expect(w.logs.some((log) => log.event === "oauth.refresh_failed" && log.fields?.code === "NETWORK_FAILED")).toBe(
      true,
    );
    w.hubspot.faults.length = 0;
    await w.clock.advance(31_000);
    expect(await w.clock.run(token(one))).not.toBe(old);
  });

  it("a refused app is alerted about while there is still time", async () => {
    const w = world();
    await w.connect();
    const one = w.process();
    const old = await token(one);
    await w.clock.advance(26 * minute);
    w.hubspot.clientSecret = "another";
    for (let i = 0; i < 10; i++) {
      expect(await w.clock.run(token(one))).toBe(old);
      await w.clock.advance(5_000);
    }
    expect(w.alerts.map((alert) => alert.name)).toEqual(["auth.invalid"]);
  });

  it.each([undefined, null, "soon", -5, 0])("expires_in %s is taken for ten minutes", async (expiresIn) => {
    const w = world();
    w.hubspot.answer = { expires_in: expiresIn };
    await w.connect();
    expect((await w.process().status("acme")).expiresAt).toBeLessThanOrEqual(w.clock.now() + 10 * minute);
    expect((await w.process().status("acme")).expiresAt).toBeGreaterThan(w.clock.now() + 9 * minute);
  });

  it("an answer without a refresh token keeps the one that worked", async () => {
    const w = world();
    w.hubspot.rotation = "same";
    await w.connect();
    w.hubspot.answer = { refresh_token: undefined };
    for (let i = 0; i < 3; i++) {
      await w.clock.advance(31 * minute);
      await w.clock.run(token(w.process()));
    }
    expect(new Set(w.hubspot.refreshes().map((call) => call.form.refresh_token)).size).toBe(1);
  });
});

describe("after a 401", () => {
  it("another process's newer token is adopted without a call", async () => {
    const w = world();
    await w.connect();
    const [one, other] = [w.process(), w.process()];
    const stale = await one.get("acme");
    await w.clock.advance(31 * minute);
    await w.clock.run(token(other));
    expect((await one.refresh("acme", stale))?.token.reveal()).toBe(await token(other));
    expect(w.hubspot.refreshes()).toHaveLength(1);
  });

  it("50 processes refresh once; a token that is fresh already is left as it is", async () => {
    const w = world();
    await w.connect();
    await w.clock.advance(5 * minute);
    const processes = times(50, () => w.process());
    const stale = await Promise.all(processes.map((one) => one.get("acme")));
    const fresh = await w.clock.run(Promise.all(processes.map((one, i) => one.refresh("acme", stale[i]!))));
    expect(new Set(fresh.map((one) => one?.token.reveal())).size).toBe(1);
    expect(fresh[0]).not.toBeNull();
    expect(w.hubspot.refreshes()).toHaveLength(1);
    expect(await processes[0]!.refresh("acme", fresh[0]!)).toBeNull();
    expect(w.hubspot.refreshes()).toHaveLength(1);
  });
});

describe("the store", () => {
  it("failing for a moment costs no token", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    await w.connect();
    await w.clock.advance(31 * minute);
    let failures = 4;
    const tokens = {
      ...w.storage.tokens,
      put: async (row: Parameters<typeof w.storage.tokens.put>[0]) => {
        if (failures-- > 0) throw new HubspokeError("STORE_UNAVAILABLE", "the store is away");
        return w.storage.tokens.put(row);
      },
    };
    const answer = await w.clock.run(token(w.process({ storage: { ...w.storage, tokens } })));
    expect(await w.clock.run(token(w.process()))).toBe(answer);
    await w.clock.advance(31 * minute);
    await w.clock.run(token(w.process()));
    expect(disconnects(w)).toEqual([]);
  });

  it("hears of a disconnect elsewhere within ten seconds", async () => {
    const w = world();
    await w.connect();
    const one = w.process();
    await token(one);
    await w.clock.run(w.process().disconnect("acme"));
    await w.clock.advance(10_000);
    expect(await failure(token(one))).toMatchObject({ code: "AUTH_DISCONNECTED" });
  });

  it("re-seals under the new key, also in the middle of a refresh, without losing tokens", async () => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    const ring = ringOf("k2");
    const rotated = w.process({ ring, sealer: createSealer({ ring, cipher }) });
    const job = rotated.jobs.find((one) => one.name === "oauth:reseal")!;
    const run = { now: w.clock.now(), deadline: w.clock.now() + 1_000, signal: new AbortController().signal };
    w.hubspot.latencyMs = 5_000;
    const refreshing = token(w.process());
    await w.clock.advance(1_000);
    expect(await job.run(run)).toMatchObject({ did: 1 });
    expect((await w.storage.tokens.get("acme"))?.keyId).toBe("k2");
    const answer = await w.clock.run(refreshing);
    expect(w.hubspot.accepts(answer)).toBe(true);
    await job.run(run);
    expect((await w.storage.tokens.get("acme"))?.keyId).toBe("k2");
    expect(await w.clock.run(token(rotated))).toBe(answer);
    expect(await job.run(run)).toMatchObject({ did: 0 });
  });

  it("re-seals the other rows when one no longer opens", async () => {
    const w = world();
    await w.connect("a", "100");
    await w.connect("b", "200");
    const row = (await w.storage.tokens.get("a"))!;
    await w.storage.tokens.put({ ...row, id: "moved" });
    const ring = ringOf("k2");
    const rotated = w.process({ ring, sealer: createSealer({ ring, cipher }) });
    const job = rotated.jobs.find((one) => one.name === "oauth:reseal")!;
    const run = { now: w.clock.now(), deadline: w.clock.now() + 1_000, signal: new AbortController().signal };
    expect(await job.run(run)).toEqual({ did: 1, nextAt: run.now + 60 * minute });
    expect((await w.storage.tokens.get("b"))?.keyId).toBe("k2");
    expect(w.logs.map((log) => log.event)).toContain("oauth.reseal_failed");
  });
});
