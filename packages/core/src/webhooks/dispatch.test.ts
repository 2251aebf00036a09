import { describe, expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { createWorker } from "../worker/create-worker.ts";
import { createInboxJob, type DispatchDeps, repeatAt } from "./dispatch.ts";
import { office } from "./inbox/office.fixture.ts";
import { bench, creation, start } from "./testing.fixture.ts";

const hour = 3_600_000;

describe("marks", () => {
  test("every tenant of the portal, every queue of the object, nobody else", async () => {
    const o = await office();
    await o.deliver(
      creation(1),
      creation(2),
      creation(1, { occurredAt: start }),
      creation(3, { subscriptionType: "deal.creation" }),
    );
    expect(await o.run()).toEqual({ did: 4 });
    for (const tenant of ["acme", "bolt"]) {
      for (const queue of ["leads", `${tenant}-mirror`]) {
        expect(await o.marked(tenant, queue)).toEqual(["remote 62515 1", "remote 62515 2"]);
      }
    }
    expect(await o.marked("other", "leads")).toEqual([]);
    expect(await o.waiting()).toBe(0);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["a deletion", { subscriptionType: "contact.deletion" }, ["5"]],
    ["a restore", { subscriptionType: "contact.restore" }, ["5"]],
    ["a property change", { subscriptionType: "contact.propertyChange", propertyName: "phone" }, ["5"]],
    [
      "a merge: winner, losers and new id",
      { subscriptionType: "contact.merge", primaryObjectId: 5, mergedObjectIds: [6, 7], newObjectId: 8 },
      ["5", "6", "7", "8"],
    ],
    [
      "an association change: the contact, not the company",
      {
        subscriptionType: "contact.associationChange",
        objectId: undefined,
        fromObjectId: 5,
        toObjectId: 9,
        associationType: "CONTACT_TO_COMPANY",
      },
      ["5"],
    ],
    ["a privacy deletion nobody handles", { subscriptionType: "contact.privacyDeletion" }, ["5"]],
    ["a kind of tomorrow", { subscriptionType: "contact.sneezed" }, ["5"]],
    ["a type id", { subscriptionType: "object.creation", objectTypeId: "0-1" }, ["5"]],
  ])("%s", async (_, item, ids) => {
    const o = await office();
    await o.deliver(creation(5, item));
    await o.run();
    expect(await o.marked("acme", "leads")).toEqual(ids.map((id) => `remote 62515 ${id}`));
    expect(await o.waiting()).toBe(0);
  });

  test("when marking fails the whole batch stays and comes again", async () => {
    let broken = true;
    const b = bench();
    const work: DispatchDeps["work"] = {
      mark: async (marks, now) => {
        if (broken) throw new HubspokeError("STORE_BUSY", "busy");
        await b.storage.work.mark(marks, now);
      },
    };
    const heard: string[] = [];
    const o = await office({ work });
    o.on("contact.creation", (event) => void heard.push(event.objectId ?? ""));
    await o.deliver(creation(1), creation(2));
    expect(await o.run()).toEqual({ did: 0, nextAt: start + 1_000 });
    expect([await o.waiting(), heard]).toEqual([2, []]);
    broken = false;
    await o.clock.advance(1_000);
    expect((await o.run()).did).toBe(2);
    expect([await o.waiting(), heard.sort()]).toEqual([0, ["1", "1", "2", "2"]]);
  });

  test("a store that is down in the middle loses nothing: the lease runs out", async () => {
    const down = () => Promise.reject(new HubspokeError("STORE_UNAVAILABLE", "down"));
    const b = bench();
    const o = await office();
    await o.deliver(creation(1));
    const inbox = { ...o.storage.inbox, claim: o.storage.inbox.claim, complete: down, retry: down };
    const queuesFor = () => ["leads"];
    const crashing = createInboxJob({ ...b, ...o.storage, inbox, handlers: o.handlers, queuesFor, random: () => 1 });
    const context = { now: start, deadline: start + 1, signal: new AbortController().signal };
    await expect(crashing.run(context)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await o.run()).toEqual({ did: 0 });
    await o.clock.advance(120_000);
    expect(await o.run()).toEqual({ did: 1 });
  });
});

describe("what nobody knows", () => {
  test("does not keep other events waiting: a worker takes up the next delivery within a second", async () => {
    const o = await office();
    o.on("contact.deletion", () => {
      throw new Error("mend me");
    });
    const worker = createWorker({ clock: o.clock, jobs: [o.job] });
    const waitingFor = [creation(1, { portalId: 999 }), creation(2, { subscriptionType: "object.sneezed" })];
    await o.deliver(...waitingFor, creation(3, { subscriptionType: "contact.deletion" }));
    for (let i = 0; i < 14; i++) {
      await worker.tick();
      await o.clock.advance(repeatAt({ tries: i }, 0, () => 1) + 1_000);
    }
    await worker.tick();
    await o.deliver(creation(7));
    await o.clock.advance(1_000);
    await worker.tick();
    expect(await o.marked("acme", "leads")).toContain("remote 62515 7");
  });

  test("a portal no tenant is pinned to writes nothing, is reported once, and waits three days for a tenant", async () => {
    const o = await office();
    const heard: string[] = [];
    o.on("*", (event) => void heard.push(event.tenant));
    await o.deliver(creation(1, { portalId: 999 }));
    for (let i = 0; i < 5; i++) {
      expect(await o.run()).toEqual({ did: 0 });
      await o.clock.advance(hour);
    }
    expect([await o.waiting(), heard, await o.marked("acme", "leads")]).toEqual([1, [], []]);
    expect(o.raised).toMatchObject([{ name: "webhook.unknown_portal", key: "webhook.unknown_portal:999" }]);

    await o.storage.tenants.pin("late", "999", o.clock.now());
    expect((await o.run()).did).toBe(1);
    expect([await o.waiting(), heard, await o.marked("late", "leads")]).toEqual([0, ["late"], ["remote 999 1"]]);
  });

  test("after three days it is let go", async () => {
    const o = await office();
    await o.deliver(creation(1, { portalId: 999 }));
    await o.clock.advance(72 * hour - 1);
    expect((await o.run()).did).toBe(0);
    await o.clock.advance(hour);
    expect((await o.run()).did).toBe(1);
    expect(await o.waiting()).toBe(0);
  });

  test("a kind without object and handler is kept and reported once; one with a handler is not unknown", async () => {
    const o = await office();
    await o.deliver(
      creation(1, { subscriptionType: "galaxy.exploded" }),
      creation(2, { subscriptionType: "galaxy.exploded" }),
    );
    await o.run();
    expect(await o.waiting()).toBe(2);
    expect(o.raised).toMatchObject([{ name: "webhook.unknown_event", key: "webhook.unknown_event:galaxy.exploded" }]);
    const heard: (string | null)[] = [];
    o.on("galaxy.exploded", (event) => void heard.push(event.objectId));
    await o.clock.advance(hour);
    await o.run();
    expect([await o.waiting(), new Set(heard)]).toEqual([0, new Set(["1", "2"])]);
  });

  test("items without a portal are kept for people to see, and alerted", async () => {
    const o = await office();
    await o.deliver("not an event");
    await o.run();
    expect([await o.waiting(), o.raised.map((alert) => alert.key)]).toEqual([1, ["webhook.unknown_portal:unknown"]]);
  });
});

describe("privacy deletion", () => {
  test("is erased for every tenant before anything else hears of it", async () => {
    const order: string[] = [];
    const o = await office({
      onPrivacyDeletion: async ({ tenant, portalId, contactId }) =>
        void order.push(`erase ${tenant} ${portalId} ${contactId}`),
      queuesFor: () => {
        order.push("mark");
        return ["leads"];
      },
    });
    o.on("contact.privacyDeletion", () => void order.push("handler"));
    await o.deliver(creation(5, { subscriptionType: "contact.privacyDeletion" }));
    await o.run();
    expect(order.slice(0, 3)).toEqual(["erase acme 62515 5", "erase bolt 62515 5", "mark"]);
    expect(order.lastIndexOf("mark")).toBeGreaterThan(1);
    expect(order).toContain("handler");
  });

  test("one that fails is not marked, is reported, and is tried until it succeeds", async () => {
    let tries = 0;
    const o = await office({
      onPrivacyDeletion: async () => {
        tries += 1;
        if (tries < 3) throw new Error("jane@example.com");
      },
    });
    await o.deliver(creation(5, { subscriptionType: "contact.privacyDeletion" }), creation(6));
    expect(await o.run()).toEqual({ did: 1, nextAt: start + 1_000 });
    expect(await o.marked("acme", "leads")).toEqual(["remote 62515 6"]);
    expect(o.raised).toMatchObject([{ name: "privacy.erasure_stalled" }]);
    expect(o.spoken()).not.toContain("jane");
    await o.clock.advance(1_000);
    await o.run();
    await o.clock.advance(2_000);
    await o.run();
    expect(await o.waiting()).toBe(0);
    expect(await o.marked("acme", "leads")).toContain("remote 62515 5");
  });
});

test("a backlog is worked through in batches until the deadline", async () => {
  const o = await office();
  for (let i = 0; i < 3; i++) await o.deliver(...Array.from({ length: 100 }, (_, id) => creation(i * 100 + id)));
  expect(await o.run()).toEqual({ did: 300 });
  expect((await o.marked("acme", "leads")).length).toBe(300);
});

test("a worker that is past its deadline says that there may be more", async () => {
  const b = bench();
  const o = await office();
  await o.deliver(creation(1));
  const clock = { now: () => start + 10 };
  const job = createInboxJob({ ...b, ...o.storage, clock, handlers: o.handlers, queuesFor: () => [], random: () => 1 });
  const answer = await job.run({ now: start, deadline: start + 5, signal: new AbortController().signal });
  expect(answer).toEqual({ did: 1, nextAt: start + 10 });
});

test("a change of an association marks the records at both ends, each in the syncs of its own object", async () => {
  const queuesFor = (_tenant: string, object: string) => (object === "contacts" ? ["leads"] : []);
  const o = await office({
    queuesFor,
    relatedQueuesFor: (_tenant, object) => (object === "contacts" ? ["firms"] : []),
  });
  const change = { subscriptionType: "contact.associationChange", associationType: "CONTACT_TO_COMPANY" };
  await o.deliver({ ...creation(0), objectId: undefined, ...change, fromObjectId: 5, toObjectId: 900 });
  await o.deliver(creation(6, { subscriptionType: "contact.merge", mergedObjectIds: [7] }));
  await o.run();
  expect(await o.marked("acme", "leads")).toEqual(["remote 62515 5", "remote 62515 6", "remote 62515 7"]);
  expect(await o.marked("acme", "firms")).toEqual(["remote 62515 900"]);
});

describe("whoever keeps something of the records", () => {
  test("is told of every event of the tenants' account before it is done, and again when telling failed", async () => {
    const told: string[] = [];
    let broken = true;
    const o = await office({
      async onChanges(tenant, portalId, changes) {
        told.push(`${tenant} ${portalId} ${changes.map(({ objectId }) => objectId).join()}`);
        if (broken) throw new HubspokeError("STORE_BUSY", "busy");
      },
    });
    await o.deliver(creation(1), creation(2, { subscriptionType: "deal.creation" }));
    expect(await o.run()).toEqual({ did: 0, nextAt: start + 1_000 });
    expect(await o.waiting()).toBe(2);
    broken = false;
    told.length = 0;
    await o.clock.advance(1_000);
    expect((await o.run()).did).toBe(2);
    expect(told.sort()).toEqual(["acme 62515 1,2", "bolt 62515 1,2"]);
    expect(await o.waiting()).toBe(0);
  });
});
