import { HubspokeError } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { signedWebhookRequest } from "@hubspoke/testing";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { admin, dying, hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const deal = z.object({ dealId: z.string(), company: z.string(), email: z.string() });

/** The host's own world: what it did by which key, the way a billing system with idempotency keys would. */
interface Host {
  readonly accounts: Map<string, string>;
  readonly mails: Map<string, string>;
  readonly calls: string[];
}

const host = (): Host => ({ accounts: new Map(), mails: new Map(), calls: [] });

/** Deal won → company in HubSpot → account number → back to HubSpot → welcome → timeline. */
function onboarding(one: Shop["main"], world: Host) {
  const hubspoke = one.hubspoke;
  return hubspoke.flow({
    name: "onboarding",
    input: deal,
    people: ({ email }) => [{ kind: "email", value: email }],
    steps: [
      {
        name: "company",
        async run({ input, idempotencyKey }) {
          // By a unique property: found again by whoever takes over.
          const hs = hubspoke.client({ tenant });
          const rows = [{ id: idempotencyKey, properties: { name: input.company } as never }];
          const [made] = await hs.companies.batchUpsert(rows, { idProperty: "onboarding_key" as never });
          if (made?.ok !== true)
            throw made?.error ?? new HubspokeError("HUBSPOT_UNAVAILABLE", "HUBSPOT_UNAVAILABLE: no answer");
          return { id: made.value.id };
        },
      },
      {
        name: "account",
        run({ idempotencyKey }) {
          world.calls.push("account");
          const ban = world.accounts.get(idempotencyKey) ?? String(10_000 + world.accounts.size);
          world.accounts.set(idempotencyKey, ban);
          return { ban };
        },
      },
      {
        name: "write-back",
        async run({ results }) {
          const { id } = results.company as { id: string };
          const { ban } = results.account as { ban: string };
          await hubspoke.client({ tenant }).companies.update(id, { description: `BAN ${ban}` });
        },
      },
      {
        name: "welcome",
        run({ input, idempotencyKey }) {
          world.calls.push("welcome");
          world.mails.set(idempotencyKey, input.email);
        },
      },
      {
        name: "timeline",
        async run({ results, idempotencyKey }) {
          const { id } = results.company as { id: string };
          const event = { type: "account_created", to: [{ object: "companies", id }] };
          await hubspoke.events.send(event, { tenant, idempotencyKey });
        },
      },
    ],
  });
}

async function ready(s: Shop): Promise<void> {
  const companies = { properties: [{ name: "onboarding_key", type: "text" as const, unique: true }] };
  await s.drive(s.hubspoke.schema({ group: { name: "ours", label: "Ours" }, objects: { companies } }).apply(tenant));
}

const input = { dealId: "9", company: "Acme", email: "ann@example.com" };

function expectOnce(s: Shop, world: Host): void {
  const companies = s.simulator.portal().objects("companies").list();
  expect(companies.map(({ properties }) => [properties.name, properties.description])).toEqual([["Acme", "BAN 10000"]]);
  expect(world.accounts.size).toBe(1);
  expect([...world.mails.values()]).toEqual(["ann@example.com"]);
  expect(s.simulator.portal().objects("notes").list()).toHaveLength(1);
}

describe("a flow", () => {
  it("does its steps once, in order, and is seen to", async () => {
    const s = shop();
    await ready(s);
    const world = host();
    const flow = onboarding(s.main, world);
    expect(await flow.start("deal-9", input, { tenant })).toMatchObject({ outcome: "new" });
    expect(await flow.start("deal-9", input, { tenant })).toMatchObject({ outcome: "seen" });
    expect(await flow.get("deal-9", tenant)).toBeNull();
    await s.work();
    expectOnce(s, world);
    expect(await flow.get("deal-9", tenant)).toMatchObject({
      state: "done",
      done: ["company", "account", "write-back", "welcome", "timeline"],
      next: null,
      errorCode: null,
    });
    expect((await flow.list({ tenant, state: "done" })).items).toHaveLength(1);
    expect((await flow.list({ tenant: "bolt" })).items).toEqual([]);
    expect(world.calls).toEqual(["account", "welcome"]);
    await expect(flow.start("x", { dealId: 9 } as never, { tenant })).rejects.toThrow("dealId");
  });

  it.each(["before", "after"] as const)("goes on wherever a process died: %s a call to HubSpot", async (when) => {
    let deaths = 0;
    for (let at = 0; at < 25; at++) {
      const s = shop({}, at === 5 ? sqliteStorage({ path: ":memory:" }) : undefined);
      await ready(s);
      const world = host();
      const kill = dying(at, when);
      const victim = s.process({}, kill.disturb);
      const flow = onboarding(victim, world);
      onboarding(s.main, world);
      await flow.start("deal-9", input, { tenant });
      void victim.hubspoke.worker().tick();
      await s.clock.advance(60_000);
      if (!kill.died()) break;
      deaths++;
      await s.clock.advance(hour);
      await s.work();
      expectOnce(s, world);
      expect(world.calls, "a step that is over is not run again").toEqual(["account", "welcome"]);
    }
    expect(deaths).toBeGreaterThan(5);
  });

  it("waits out what passes, parks at what does not, and goes on there when it is replayed", async () => {
    const s = shop();
    await ready(s);
    const done: string[] = [];
    let trouble: "NETWORK_FAILED" | "VALIDATION_FAILED" | null = "NETWORK_FAILED";
    const flow = s.hubspoke.flow({
      name: "two",
      input: z.object({ canary: z.string() }),
      steps: [
        { name: "one", run: () => void done.push("one") },
        {
          name: "two",
          run({ results }) {
            if (trouble !== null) throw new HubspokeError(trouble, `${trouble}: no`);
            done.push(`two after ${Object.keys(results).join()}`);
          },
        },
      ],
    });
    await flow.start("1", { canary: "Canary" }, { tenant });
    await s.work();
    expect(await flow.get("1", tenant)).toMatchObject({
      state: "running",
      done: ["one"],
      next: "two",
      errorCode: "NETWORK_FAILED",
    });
    trouble = "VALIDATION_FAILED";
    await s.clock.advance(hour);
    await s.work();
    expect(await flow.get("1", tenant)).toMatchObject({ state: "failed", next: "two", errorCode: "VALIDATION_FAILED" });
    trouble = null;
    await s.drive(s.hubspoke.outbox.replay(tenant));
    await s.work();
    expect(done).toEqual(["one", "two after one"]);
    expect(await flow.get("1", tenant)).toMatchObject({ state: "done" });
    expect(s.main.spoken()).not.toContain("Canary");
  });

  it("begins by itself when a record is as said: by webhook, and by search where the webhook never came", async () => {
    const hooks = "https://app.example.com/hubspot/webhooks";
    const s = shop();
    const process = s.process({ webhooks: { publicUrl: hooks, secrets: s.simulator.appSecret } });
    const one = process.hubspoke;
    await ready(s);
    const began: string[] = [];
    const flow = one.flow({
      name: "won",
      input: z.object({ dealId: z.string() }),
      startsWhen: {
        object: "deals",
        properties: { hs_is_closed_won: true },
        changed: ["dealstage"],
        input: (dealId) => ({ dealId }),
      },
      steps: [{ name: "one", run: ({ key, input }) => void began.push(`${key} ${input.dealId}`) }],
    });
    // A run whose key says everything needs no input.
    const known: string[] = [];
    one.flow({
      name: "known",
      startsWhen: { object: "deals", properties: { hs_is_closed_won: true }, changed: ["dealstage"] },
      steps: { one: ({ key, input }) => void known.push(`${key} ${input}`) },
    });
    await s.drive(flow.missed.for(tenant).start());
    const deals = s.simulator.portal().objects("deals");
    const deal = (dealstage: string) => deals.create({ dealname: "D", pipeline: "default", dealstage }).id;
    const [open, won, missed] = [deal("contractsent"), deal("closedwon"), deal("closedwon")];
    const tell = async (id: string, subscriptionType: string, propertyName?: string) => {
      const event = { eventId: began.length, subscriptionType, portalId: 62_515, objectId: Number(id), propertyName };
      const request = await signedWebhookRequest({
        url: hooks,
        secret: s.simulator.appSecret,
        events: [{ ...event, occurredAt: s.clock.now() }],
        timestamp: s.clock.now(),
      });
      const routers = ["webhooks"] as const;
      const { status } = await s.drive(one.handle(request, { basePath: "/hubspot", routers }));
      expect(status).toBe(204);
      await s.work(process);
    };
    await tell(open, "deal.creation");
    await tell(won, "deal.propertyChange", "amount");
    expect(began, "an open deal, and a change that says nothing").toEqual([]);
    await tell(won, "deal.propertyChange", "dealstage");
    await tell(won, "deal.propertyChange", "dealstage");
    await tell(won, "deal.creation");
    expect(began).toEqual([`${won} ${won}`]);
    expect(known).toEqual([`${won} null`]);
    await s.clock.advance(hour);
    await s.work(process);
    expect(began).toEqual([`${won} ${won}`, `${missed} ${missed}`]);
    expect(await flow.get(open, tenant)).toBeNull();
    deals.update(open, { dealstage: "closedwon" });
    await s.clock.advance(hour);
    await s.work(process);
    expect(began).toHaveLength(3);
    expect(one.declared().handles).toEqual(["deal.creation", "deal.propertyChange"]);
  });

  it("about a person leaves with them, results and all, and is not begun for somebody who was erased", async () => {
    const s = shop();
    await ready(s);
    const id = s.simulator.portal().contacts.create({ email: input.email }).id;
    const flow = s.hubspoke.flow({
      name: "finds",
      input: deal,
      people: ({ email }) => [{ kind: "email", value: email }],
      steps: [{ name: "find", run: () => ({ contactId: id }) }],
    });
    await flow.start("1", input, { tenant });
    await s.work();
    expect(await flow.get("1", tenant)).toMatchObject({ state: "done" });
    const { services } = await s.drive(s.hubspoke.privacy.export({ email: input.email }, admin));
    expect(services.flows).toMatchObject([{ flow: "finds", state: "done" }]);
    const { removed } = await s.drive(s.hubspoke.privacy.erase({ email: input.email }, admin));
    expect(removed.services).toBeGreaterThan(0);
    expect(await flow.get("1", tenant)).toBeNull();
    await flow.start("2", input, { tenant });
    await s.work();
    expect(await s.hubspoke.outbox.find(tenant, "flow:finds", "2")).toMatchObject({ state: "skipped" });
  });

  it("by the names of its steps does them in the order they are written in", async () => {
    const s = shop();
    const told: unknown[] = [];
    const flow = s.hubspoke.flow({
      name: "named",
      input: deal,
      steps: {
        second: ({ idempotencyKey }) => idempotencyKey,
        async first({ input: { company } }) {
          return company;
        },
        last: ({ results }) => void told.push(results),
      },
    });
    await flow.start("deal-9", input, { tenant });
    await s.work();
    expect(await flow.get("deal-9", tenant)).toMatchObject({ state: "done", done: ["second", "first", "last"] });
    expect(told).toEqual([{ second: "flow:named:deal-9:second", first: "Acme" }]);
    const numbered = { name: "numbered", input: deal, steps: { first: () => 1, 2: () => 2 } };
    expect(() => s.hubspoke.flow(numbered)).toThrow('"2" is a number');
  });

  it("without steps, or with two of one name, is refused", () => {
    const s = shop();
    const step = { name: "a", run: () => null };
    expect(() => s.hubspoke.flow({ name: "none", input: deal, steps: [] })).toThrow("steps");
    expect(() => s.hubspoke.flow({ name: "twice", input: deal, steps: [step, step] })).toThrow("name of its own");
  });
});
