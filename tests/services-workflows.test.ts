import type { TriggerDraft } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { admin, dying, hour, type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
const email = "ann@example.com";

function contact(s: Shop): string {
  return s.simulator.portal().contacts.create({ email, firstname: "Ann" }).id;
}

const reply = (id: string, text = "Yes please") => ({
  id,
  type: "reply",
  contact: { email },
  localId: "lead-7",
  data: { text, subject: "Offer" },
});

const positive: TriggerDraft = {
  name: "Positive reply",
  description: "Makes a lead of whoever likes it",
  eventType: "reply",
  conditions: [{ field: "data.sentiment", operator: "eq", value: "positive" }],
  actions: [
    {
      do: "set-properties",
      properties: { lifecyclestage: "lead", company: "re: {{data.subject}} {{contact.firstname}}" },
    },
    { do: "callback", name: "tell-sales" },
  ],
};

const withSentiment = {
  workflows: {
    sentiment: ({ data }: { data: Readonly<Record<string, unknown>> }) =>
      String(data.text).startsWith("Yes") ? ("positive" as const) : ("negative" as const),
  },
};

describe("triggers", () => {
  it("run their actions once for an event when their conditions hold, and are logged", async () => {
    const s = shop(withSentiment);
    const id = contact(s);
    const told: unknown[] = [];
    s.hubspoke.workflows.on(
      "tell-sales",
      ({ contactId, event, idempotencyKey }) => void told.push([contactId, event.id, idempotencyKey]),
    );
    const trigger = await s.drive(s.hubspoke.workflows.create(positive, admin));
    for (const event of [reply("m1"), reply("m1"), reply("m2", "No")])
      await s.hubspoke.workflows.process(event, { tenant });
    await s.work();
    await s.work();
    expect(s.simulator.portal().contacts.get(id)?.properties).toMatchObject({
      lifecyclestage: "lead",
      company: "re: Offer Ann",
    });
    expect(told).toEqual([[id, "m1", `${trigger.id}:reply:m1:1`]]);
    const log = await s.hubspoke.workflows.executions({}, admin);
    expect(log.items).toMatchObject([
      {
        triggerId: trigger.id,
        eventId: "reply:m1",
        eventType: "reply",
        contactId: id,
        localId: "lead-7",
        status: "done",
        actionsDone: 2,
      },
    ]);
  });

  it("are tried out without a trace", async () => {
    const s = shop();
    const id = contact(s);
    const trigger = await s.drive(s.hubspoke.workflows.create(positive, admin));
    const event = { ...reply("m1"), data: { subject: "Offer", sentiment: "positive" } };
    const before = s.simulator.calls.length;
    const test = await s.drive(s.hubspoke.workflows.test(trigger.id, event, admin));
    expect(test).toMatchObject({
      matches: true,
      contactId: id,
      conditions: [{ field: "data.sentiment", holds: true, actual: "positive" }],
      actions: [{ do: "set-properties", properties: { company: "re: Offer Ann" } }, { do: "callback" }],
    });
    const draft = { ...positive, conditions: [{ field: "contact.firstname", operator: "eq" as const, value: "Bob" }] };
    expect(await s.drive(s.hubspoke.workflows.test(draft, event, admin))).toMatchObject({ matches: false });
    const unknown = { ...event, contact: { email: "nobody@example.com" } };
    expect(await s.drive(s.hubspoke.workflows.test(draft, unknown, admin))).toMatchObject({
      matches: false,
      contactId: null,
    });
    expect(
      s.simulator.calls.slice(before).every(({ method, path }) => method === "GET" || /read|search/.test(path)),
    ).toBe(true);
    expect((await s.hubspoke.workflows.executions({}, admin)).items).toEqual([]);
    expect((await s.hubspoke.outbox.list({ tenant })).total).toBe(0);
    const clerk = { ...admin, actor: { id: "u1", role: "support" } };
    await expect(s.hubspoke.workflows.test(draft, event, clerk)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    const { items } = await s.hubspoke.audit.query({ contactId: id }, admin);
    expect(items.map(({ purpose, outcome }) => [purpose, outcome])).toContainEqual([
      "workflow trigger tried out",
      "hit",
    ]);
  });

  it("are listed, changed with care, switched off and deleted, by whoever may", async () => {
    const s = shop(withSentiment);
    contact(s);
    const { workflows } = s.hubspoke;
    const trigger = await s.drive(workflows.create(positive, admin));
    expect(await workflows.list(admin)).toEqual([trigger]);
    expect(await workflows.list({ ...admin, tenant: "bolt" })).toEqual([]);
    const changed = await workflows.update(trigger.id, { name: "New name", version: trigger.version }, admin);
    expect(changed).toMatchObject({ name: "New name", conditions: positive.conditions });
    await expect(workflows.update(trigger.id, { name: "Late", version: trigger.version }, admin)).rejects.toMatchObject(
      { code: "CONFLICT" },
    );
    await workflows.update(trigger.id, { enabled: false }, admin);
    await workflows.process(reply("m1"), { tenant });
    await s.work();
    expect((await workflows.executions({}, admin)).items).toEqual([]);
    const clerk = { ...admin, actor: { id: "u1", role: "support" } };
    await expect(workflows.update(trigger.id, { enabled: true }, clerk)).rejects.toMatchObject({
      code: "ACCESS_DENIED",
    });
    await expect(workflows.create(positive, clerk)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(workflows.get(trigger.id, { ...admin, tenant: "bolt" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await workflows.delete(trigger.id, admin);
    await expect(workflows.get(trigger.id, admin)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { items } = await s.hubspoke.audit.query({ actorId: admin.actor.id }, admin);
    expect(items.filter(({ action }) => action === "config").map(({ purpose }) => purpose)).toEqual(
      expect.arrayContaining(["workflow trigger created", "workflow trigger changed", "workflow trigger deleted"]),
    );
  });

  it("enrol in a contact workflow by the legacy API, once, and say why when there is no address", async () => {
    const s = shop();
    const id = contact(s);
    const nameless = s.simulator.portal().contacts.create({ firstname: "Bob" }).id;
    const draft = { name: "Nurture", objectType: "contacts", steps: [] };
    const workflowId = String(s.simulator.portal().workflows.create(draft));
    const trigger = { name: "Nurture", eventType: "click", actions: [{ do: "enroll", workflowId }] } as const;
    await s.drive(s.hubspoke.workflows.create(trigger, admin));
    for (const [event, who] of [
      ["c1", id],
      ["c2", nameless],
    ] as const) {
      await s.hubspoke.workflows.process(
        { id: event, type: "click", contact: { object: "contacts", id: who } },
        { tenant },
      );
    }
    await s.work();
    const enrolments = s.simulator.calls.filter(({ path }) => path.includes("/enrollments/"));
    expect(enrolments.map(({ status }) => status)).toEqual([204]);
    const log = await s.hubspoke.workflows.executions({}, admin);
    expect(log.items.map(({ status, errorCode }) => [status, errorCode]).toSorted()).toEqual([
      ["done", null],
      ["failed", "VALIDATION_FAILED"],
    ]);
    expect(s.main.spoken()).not.toContain(email);
  });

  it("that fail for good leave the others of the event alone, and are not tried again for their sake", async () => {
    const s = shop();
    contact(s);
    let down = true;
    s.hubspoke.workflows.on("flaky", () => {
      if (down) throw new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: no");
    });
    const set = (properties: Record<string, string>) => [{ do: "set-properties", properties }] as const;
    const triggers = [
      { name: "Bad", eventType: "click", actions: set({ no_such_property: "x" }) },
      { name: "Flaky", eventType: "click", actions: [{ do: "callback", name: "flaky" }] as const },
      { name: "Good", eventType: "click", actions: set({ jobtitle: "Boss" }) },
    ];
    for (const trigger of triggers) await s.drive(s.hubspoke.workflows.create(trigger, admin));
    await s.hubspoke.workflows.process({ id: "c1", type: "click", contact: { email } }, { tenant });
    await s.work();
    const statuses = async () => {
      const { items } = await s.hubspoke.workflows.executions({}, admin);
      return items.map(({ status }) => status).toSorted();
    };
    expect(await statuses()).toEqual(["done", "failed", "pending"]);
    down = false;
    await s.clock.advance(hour);
    await s.work();
    expect(await statuses()).toEqual(["done", "done", "failed"]);
    expect(await s.hubspoke.outbox.find(tenant, "workflow", "click:c1")).toMatchObject({
      state: "done",
      result: { done: 2, failed: 1 },
    });
    const refused = s.simulator.calls.filter(({ method, status }) => method === "PATCH" && status === 400);
    expect(refused).toHaveLength(1);
  });

  it("go on at the action that failed for now, and at the one a killed process was at", async () => {
    const s = shop();
    contact(s);
    const told: string[] = [];
    let down = true;
    const hook = (shop_: Shop["main"]) => {
      shop_.hubspoke.workflows.on("first", () => void told.push("first"));
      shop_.hubspoke.workflows.on("second", () => {
        if (down) throw new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: the host's own service is down");
        told.push("second");
      });
    };
    hook(s.main);
    const actions = [
      { do: "callback", name: "first" },
      { do: "callback", name: "second" },
    ] as const;
    await s.drive(s.hubspoke.workflows.create({ name: "Two", eventType: "click", actions }, admin));
    await s.hubspoke.workflows.process({ id: "c1", type: "click", contact: { email } }, { tenant });
    await s.work();
    expect((await s.hubspoke.workflows.executions({}, admin)).items).toMatchObject([
      { status: "pending", errorCode: "NETWORK_FAILED", actionsDone: 1 },
    ]);
    down = false;
    await s.clock.advance(hour);
    await s.work();
    expect(told).toEqual(["first", "second"]);
    expect((await s.hubspoke.workflows.executions({}, admin)).items).toMatchObject([
      { status: "done", errorCode: null, actionsDone: 2 },
    ]);
  });

  it.each(["before", "after"] as const)(
    "have set the properties and one execution wherever a process died: %s a call",
    async (when) => {
      let deaths = 0;
      for (let at = 0; at < 15; at++) {
        const s = shop(withSentiment);
        const id = contact(s);
        await s.drive(s.hubspoke.workflows.create({ ...positive, actions: positive.actions.slice(0, 1) }, admin));
        const kill = dying(at, when);
        const victim = s.process({}, kill.disturb);
        await victim.hubspoke.workflows.process(reply("m1"), { tenant });
        void victim.hubspoke.worker().tick();
        await s.clock.advance(60_000);
        if (!kill.died()) break;
        deaths++;
        await s.clock.advance(hour);
        await s.work();
        expect(s.simulator.portal().contacts.get(id)?.properties.lifecyclestage).toBe("lead");
        expect((await s.hubspoke.workflows.executions({}, admin)).items).toMatchObject([
          { status: "done", actionsDone: 1 },
        ]);
      }
      expect(deaths).toBeGreaterThan(2);
    },
  );

  it("an unsubscribe sets the opt-out besides, and an erasure forgets whom a trigger ran for", async () => {
    const s = shop(withSentiment);
    const id = contact(s);
    s.hubspoke.workflows.on("tell-sales", () => undefined);
    await s.drive(s.hubspoke.workflows.create(positive, admin));
    await s.hubspoke.workflows.process(reply("m1"), { tenant });
    await s.hubspoke.workflows.process({ id: "u1", type: "unsubscribe", contact: { email } }, { tenant });
    await s.work();
    expect(s.simulator.portal().contacts.get(id)?.properties.hs_email_optout).toBe("true");
    const { services } = await s.drive(s.hubspoke.privacy.export({ email }, admin));
    expect(services.executions).toMatchObject([{ status: "done" }]);
    await s.drive(s.hubspoke.privacy.erase({ email }, admin));
    expect((await s.hubspoke.workflows.executions({}, admin)).items).toMatchObject([
      { contactId: null, localId: null, status: "done" },
    ]);
    expect((await s.hubspoke.outbox.list({ tenant })).total, "jobs that named the person").toBe(0);
  });
});
