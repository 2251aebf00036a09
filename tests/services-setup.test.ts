import { DatabaseSync } from "node:sqlite";
import { type CrmSchema, HubspokeError, type HubspokeOptions, type ObjectType, type SetupStatus } from "@hubspoke/core";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Disturb, hour, type Shop, shop } from "./services/bed.ts";
import { dyingAnywhere } from "./services/dying-anywhere.ts";

const tenant = "acme";
interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly name: string | null;
  readonly key: string;
}
type Tables = Record<"customers" | "trunks", Row>;

const declared: CrmSchema = {
  group: { name: "warp", label: "WARP" },
  objects: { companies: { properties: [{ name: "warp_ban", type: "text", unique: true }] } },
  customObjects: [
    {
      name: "trunk",
      labels: { singular: "Trunk", plural: "Trunks" },
      primaryDisplayProperty: "name",
      properties: [
        { name: "name", type: "text" },
        { name: "trunk_id", type: "text", unique: true },
      ],
    },
  ],
};

async function tables(): Promise<Kysely<Tables>> {
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  for (const table of ["customers", "trunks"] as const) {
    await crm.schema
      .createTable(table)
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("name", "text")
      .addColumn("key", "text")
      .execute();
    await installOutbox(crm, { table, tenantColumn: "tenant" });
    for (const id of ["1", "2", "3"])
      await crm
        .insertInto(table)
        .values({ id, tenant, name: `${table} ${id}`, key: `${table}-${id}` })
        .execute();
  }
  return crm;
}

/** A process with its declarations, the trunks' in a step: which type they are only the account knows. */
async function started(s: Shop, crm: Kysely<Tables>, more: Partial<HubspokeOptions> = {}, disturb?: Disturb) {
  const { hubspoke, alerts } = s.process(more, disturb);
  const pushes: number[] = [];
  const run = ({ dueAt }: { readonly dueAt: number }) => void pushes.push(dueAt);
  const hourly = hubspoke.schedule({ name: "hourly", every: "1h", run });
  const sync = (table: "customers" | "trunks", object: ObjectType, property: string) =>
    hubspoke.sync({
      name: table,
      object,
      local: kyselySource(crm, { table, tenantColumn: "tenant" }),
      match: ["key"],
      fields: { key: field(property, { owner: "local" }), name: field("name", { rule: "latest" }) },
    });
  sync("customers", "companies", "warp_ban");
  const schema = hubspoke.schema(declared);
  const setup = hubspoke
    .setup({
      schema,
      steps: [
        {
          name: "trunks",
          async run() {
            const known = hubspoke.syncs().some(({ name }) => name === "trunks");
            if (!known) sync("trunks", (await schema.typeId("trunk", tenant)) as ObjectType, "trunk_id");
          },
        },
      ],
      schedules: [hourly],
    })
    .for(tenant);
  setup.start();
  return { hubspoke, alerts, setup, schema, pushes };
}

const states = (status: SetupStatus | null) => status?.steps.map(({ name, state }) => `${name} ${state}`);
const done = ["schema done", "trunks done", "schedules done", "sync:customers done", "sync:trunks done"];
const there = (s: Shop) => ({
  customers: names(s, "companies", "warp_ban"),
  trunks: names(s, "2-1000001", "trunk_id"),
});
const names = (s: Shop, object: string, property: string) =>
  s.simulator
    .portal()
    .objects(object)
    .list()
    .map(({ properties }) => properties[property])
    .sort();
const both = {
  customers: ["customers-1", "customers-2", "customers-3"],
  trunks: ["trunks-1", "trunks-2", "trunks-3"],
};

/** Time passes, and the worker with it; first contact goes on beside its jobs. */
async function pass(s: Shop, ms: number, ...processes: readonly { hubspoke: Shop["hubspoke"] }[]): Promise<void> {
  const until = s.clock.now() + ms;
  while (s.clock.now() < until) {
    const ticks = processes.map(({ hubspoke }) => hubspoke.worker().tick({ budgetMs: 1_000 }));
    await s.drive(Promise.all(ticks));
    await s.clock.advance(1_000);
  }
}

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
    await pass(s, 60_000, await started(s, crm));
    const next = await started(s, crm);
    const seen = s.simulator.calls.length;
    await pass(s, 30_000, next);
    expect(next.setup.status()).toMatchObject({ ready: true, schema: { drift: [] } });
    const writes = ({ method, path }: { readonly method: string; readonly path: string }) =>
      method !== "GET" && !/\/(search|batch\/read)$/.test(path);
    expect(s.simulator.calls.slice(seen).filter(writes)).toEqual([]);
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

  it("killed wherever it happens to be, is ended by the next process, and nothing is there twice", async () => {
    let deaths = 0;
    // Every so many-eth call to HubSpot or to the database, before it or after it had its effect, until it lives to the end.
    for (let at = 0; ; at += 7) {
      const s = shop();
      const crm = await tables();
      const kill = dyingAnywhere(s.storage, at, at % 2 === 0 ? "after" : "before");
      kill.arm();
      const first = await started(s, crm, { storage: kill.storage }, kill.disturb);
      void first.hubspoke.worker().tick({ budgetMs: 30_000 });
      for (let i = 0; i < 200 && !kill.died(); i++) await s.clock.advance(100);
      if (!kill.died()) break;
      deaths++;
      // Its leases have lapsed by then.
      await s.clock.advance(60_000);
      const next = await started(s, crm);
      await pass(s, 60_000, next);
      expect([at, states(next.setup.status())]).toEqual([at, done]);
      expect([at, there(s)]).toEqual([at, both]);
    }
    expect(deaths).toBeGreaterThan(20);
  }, 120_000);

  it("two processes that begin at once make everything once", async () => {
    const s = shop();
    const crm = await tables();
    const two = [await started(s, crm), await started(s, crm)];
    await pass(s, 180_000, ...two);
    expect(two.map(({ setup }) => states(setup.status()))).toEqual([done, done]);
    expect(there(s)).toEqual(both);
    expect(two.flatMap(({ alerts }) => alerts.map(({ name }) => name))).toEqual([]);
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
