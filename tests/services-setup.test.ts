import { HubspokeError } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { hour, shop } from "./services/bed.ts";
import { both, done, pass, started, states, tables, tenant, there } from "./services/setup-bed.ts";

describe("setup", () => {
  it("makes the account as declared, starts schedules, and lets both sides of every sync meet, in order", async () => {
    const s = shop();
    const one = await started(s, await tables());
    expect(states(one.setup.status())).toEqual([
      "schema waiting",
      "trunks waiting",
      "schedules waiting",
      "sync:customers waiting",
    ]);
    await pass(s, 60_000, one);
    expect(states(one.setup.status())).toEqual(done);
    expect(one.setup.status()).toMatchObject({ ready: true, schema: { conflicts: [] } });
    expect(one.setup.status()?.schema?.drift).toContain("create-object of trunk");
    expect(there(s)).toEqual(both);
    expect((await s.drive(one.schema.plan(tenant))).inSync).toBe(true);
    await pass(s, hour, one);
    expect(one.pushes).toHaveLength(1);
  });

  it("changes nothing in the next start, when everything is as it should be", async () => {
    const s = shop();
    const crm = await tables();
    const first = await started(s, crm);
    await pass(s, 60_000, first);
    const passes = async (one: typeof first) =>
      (await one.hubspoke.overview(tenant)).syncs.map(({ name, pass: last }) => [name, last?.kind, last?.startedAt]);
    const before = await passes(first);
    const next = await started(s, crm);
    const seen = s.simulator.calls.length;
    await pass(s, 30_000, next);
    expect(next.setup.status()).toMatchObject({ ready: true, schema: { drift: [] } });
    const writes = ({ method, path }: { readonly method: string; readonly path: string }) =>
      method !== "GET" && !/\/(search|batch\/read)$/.test(path);
    expect(s.simulator.calls.slice(seen).filter(writes)).toEqual([]);
    expect(await passes(next), "no second first contact").toEqual(before);
  });

  it("mends what somebody deleted, at the next start", async () => {
    const s = shop();
    const crm = await tables();
    const first = await started(s, crm);
    await pass(s, 60_000, first);
    await s.drive(first.hubspoke.client({ tenant }).properties("companies").archive("warp_ban"));
    const next = await started(s, crm);
    await pass(s, 30_000, next);
    expect(next.setup.status()).toMatchObject({ ready: true, schema: { drift: ["create-property of companies"] } });
  });

  it("goes on trying while HubSpot is down at start, says so, and everything else goes on", async () => {
    const s = shop();
    const up = s.simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect: { status: 503 } });
    const one = await started(s, await tables(), { maxAttempts: 1 });
    let mine = 0;
    const run = async () => ({ result: { times: ++mine } });
    one.hubspoke.outbox.register({ name: "mine", input: z.object({}), run });
    await s.drive(one.hubspoke.outbox.enqueue("mine", {}, { tenant, idempotencyKey: "1" }));
    await pass(s, 3_000, one);
    expect(mine).toBe(1);
    expect(one.setup.status()).toMatchObject({
      ready: false,
      steps: [{ name: "schema", state: "failed", tries: 1, errorCode: "HUBSPOT_UNAVAILABLE" }, {}, {}, {}],
    });
    expect(await s.drive(one.hubspoke.overview(tenant))).toMatchObject({
      hubspot: { answeredAt: null, trouble: { code: "HUBSPOT_UNAVAILABLE" } },
      setups: [{ ready: false }],
      syncs: [{ name: "customers", on: false, linked: 0 }],
    });
    const told = () => one.alerts.filter(({ name }) => name === "setup.failed").map(({ details }) => details);
    expect(told()).toEqual([]);
    await pass(s, 60_000, one);
    expect(told()).toEqual([{ setup: "setup", step: "schema", code: "HUBSPOT_UNAVAILABLE" }]);
    up();
    await pass(s, 120_000, one);
    expect(states(one.setup.status())).toEqual(done);
    expect(there(s)).toEqual(both);
    expect(await s.drive(one.hubspoke.openAlerts(tenant))).toEqual([]);
  });

  it("parks no job that the account refuses while it is set up; afterwards a refusal is one", async () => {
    const s = shop();
    const one = s.process();
    let [ready, tries] = [false, 0];
    const refused = () => {
      tries++;
      if (!ready) throw new HubspokeError("PROPERTY_UNKNOWN", "PROPERTY_UNKNOWN: no such property yet");
      return {};
    };
    one.hubspoke.outbox.register({ name: "writes", input: z.object({}), run: async () => refused() });
    const step = () => {
      if (!ready) throw new HubspokeError("HUBSPOT_UNAVAILABLE", "HUBSPOT_UNAVAILABLE: later");
    };
    one.hubspoke
      .setup({ steps: [{ name: "own", run: step }] })
      .for(tenant)
      .start();
    const put = (of: string, key: string) =>
      s.drive(one.hubspoke.outbox.enqueue("writes", {}, { tenant: of, idempotencyKey: key }));
    const state = async (of: string, key: string) => (await one.hubspoke.outbox.find(of, "writes", key))?.state;
    await put(tenant, "1");
    await put("bolt", "1");
    await pass(s, 20_000, one);
    expect([await state(tenant, "1"), await state("bolt", "1")], "another tenant's is parked").toEqual([
      "waiting",
      "failed",
    ]);
    expect(tries).toBeGreaterThan(2);
    ready = true;
    await pass(s, 90_000, one);
    expect(await state(tenant, "1")).toBe("done");
    ready = false;
    await put(tenant, "2");
    await pass(s, 5_000, one);
    expect(await state(tenant, "2")).toBe("failed");
  });

  it("waits longer from try to try, a minute at most", async () => {
    const s = shop();
    const { hubspoke } = s.process();
    const at: number[] = [];
    const run = () => {
      at.push(s.clock.now());
      throw new HubspokeError("HANDLER_FAILED", "not yet");
    };
    hubspoke
      .setup({ steps: [{ name: "own", run }] })
      .for(tenant)
      .start();
    await pass(s, 300_000, { hubspoke });
    const gaps = at.slice(1).map((one, i) => Math.round((one - at[i]!) / 1_000));
    expect(gaps.slice(0, 4).every((gap, i) => gap >= 5 * 2 ** i && gap <= 5 * 2 ** i + 2)).toBe(true);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(62);
  });

  it("says nothing of what the host's own code threw but that it did", async () => {
    const s = shop();
    const one = s.process();
    const setup = one.hubspoke.setup({
      steps: [{ name: "own", run: () => Promise.reject(new Error("john@acme.example is wrong")) }],
    });
    setup.for(tenant).start();
    await pass(s, 120_000, one);
    expect(setup.for(tenant).status()?.steps).toMatchObject([
      { name: "own", state: "failed", errorCode: "HANDLER_FAILED", message: null },
    ]);
    expect(one.spoken()).not.toContain("john@");
  });

  it("a worker that is stopped in the middle is no failure", async () => {
    const s = shop();
    const stop = new AbortController();
    const { hubspoke, alerts } = s.process();
    const setup = hubspoke.setup({
      steps: [
        {
          name: "long",
          run: ({ signal }) =>
            new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
        },
      ],
    });
    setup.for(tenant).start();
    const working = hubspoke.worker().run(stop.signal);
    await s.clock.advance(5_000);
    expect(setup.for(tenant).status()?.steps).toMatchObject([{ state: "running" }]);
    stop.abort();
    await s.drive(working);
    await s.clock.advance(1_000);
    expect(setup.for(tenant).status()?.steps).toMatchObject([{ state: "waiting", tries: 0, errorCode: null }]);
    expect(alerts).toEqual([]);
  });

  it("refuses what cannot be, when it is declared or when its turn has come", async () => {
    const s = shop();
    const { hubspoke } = s.process();
    const own = (name: string) => ({ name, run: () => undefined });
    const refused = expect.objectContaining({ code: "CONFIG_INVALID" });
    for (const name of ["schema", "sync:leads", ""])
      expect(() => hubspoke.setup({ name: "a", steps: [own(name)] })).toThrow(refused);
    expect(() => hubspoke.setup({ name: "b", steps: [own("x"), own("x")] })).toThrow(refused);
    const named = hubspoke.setup({ syncs: ["nowhere"] });
    expect(() => hubspoke.setup({})).toThrow(refused);
    expect(named.for(tenant).status()).toBeNull();
    named.for(tenant).start();
    await pass(s, 2_000, { hubspoke });
    expect(named.for(tenant).status()?.steps).toMatchObject([{ name: "sync:nowhere", errorCode: "CONFIG_INVALID" }]);
  });
});
