import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import { acquireRun, briefFence, claimFence } from "../run/fence.ts";
import { createWorld, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";
import { admit, refuseLate, sendUntil } from "./admit.ts";
import { commitLinks, newLink } from "./commit.ts";
import { intentRow } from "./intent.ts";
import { recoverIntents } from "./recover.ts";

async function bed() {
  const world = createWorld();
  const scope = await world.scope();
  const [link] = await commitLinks(scope, [{ link: newLink(scope, "L1", "101", 0), fields: {} }]);
  if (link == null) throw new Error("the link is stored");
  const session = { lane: "incremental" as const, fence: briefFence(scope) };
  const wanted = () => ({
    link,
    intent: intentRow(scope, {
      direction: "to-hubspot",
      kind: "update",
      localId: "L1",
      hubspotId: "101",
      readAt: 0,
      fence: 1,
    }),
  });
  const open = () => world.storage.intents.open(tenant, "leads", Number.MAX_SAFE_INTEGER, 10);
  return { ...world, scope, link, session, wanted, open };
}

describe("the door of outbound writes", () => {
  test("lets one writer per record through at a time", async () => {
    const { scope, session, wanted } = await bed();
    const first = await admit(scope, session, [wanted()]);
    const second = await admit(scope, session, [wanted()]);
    expect([first.admitted.length, second.admitted.length, second.deferred.length]).toEqual([1, 0, 1]);
  });

  test("turns back a plan whose record was written since, and leaves no intent behind", async () => {
    const { scope, session, link, wanted, open } = await bed();
    await commitLinks(scope, [{ link, fields: { first: { local: "a", remote: "b" } } }]);
    const { admitted, deferred } = await admit(scope, session, [wanted()]);
    expect([admitted.length, deferred.length, await open()]).toEqual([0, 1, []]);
  });

  test("turns back a create whose record was linked since", async () => {
    const { scope, session, wanted, open } = await bed();
    const { intent } = wanted();
    const creates = [
      { link: null, intent: { ...intent, id: "by-local", kind: "create" as const, hubspotId: null } },
      { link: null, intent: { ...intent, id: "by-hubspot", kind: "create" as const, localId: null } },
    ];
    for (const create of creates) expect((await admit(scope, session, [create])).admitted).toEqual([]);
    expect(await open()).toEqual([]);
  });

  test("turns back a worker that lost its lease, and leaves no intent behind", async () => {
    const { scope, session, wanted, clock, open, storage } = await bed();
    const lease = await acquireRun(scope);
    if (lease === null) throw new Error("the lease is free");
    clock.advance(leaseMs + 1);
    expect(await acquireRun(scope)).not.toBeNull();
    await expect(admit(scope, { ...session, fence: lease }, [wanted()])).rejects.toMatchObject({ code: "LEASE_LOST" });

    const mark = {
      tenant,
      portalId: "62515",
      queue: "leads",
      side: "local" as const,
      key: "L1",
      priority: 0,
      availableAt: 0,
    };
    await storage.work.mark([mark], clock.now());
    const claim = { tenant, queue: "leads", leaseMs, limit: 1 };
    const refs = await storage.work.claim({ ...claim, now: clock.now() });
    const claimed = claimFence(scope, refs, clock.now() + leaseMs);
    clock.advance(leaseMs + 1);
    await storage.work.claim({ ...claim, now: clock.now() });
    await expect(admit(scope, { ...session, fence: claimed }, [wanted()])).rejects.toMatchObject({
      code: "LEASE_LOST",
    });
    expect(await open()).toEqual([]);
  });

  test("sends nothing after the time it was admitted until, and stops what is still waiting then", async () => {
    const { scope, session, wanted, clock } = await bed();
    const { until } = await admit(scope, session, [wanted()]);
    expect(until).toBeLessThan(clock.now() + leaseMs);
    const waiting = sendUntil(scope, session, until, async (signal) => {
      await clock.sleep(leaseMs * 2, signal);
      return "sent";
    });
    await expect(clock.drive(waiting)).rejects.toMatchObject({ code: "ABORTED" });
    expect(() => refuseLate(scope, until)).toThrow(expect.objectContaining({ code: "LEASE_LOST" }));
    await expect(sendUntil(scope, session, until, async () => "sent")).rejects.toSatisfy((error) =>
      isHubspokeError(error, "LEASE_LOST"),
    );
  });

  test("recovery leaves the intents of live workers alone", async () => {
    const { scope, session, wanted, clock, open } = await bed();
    await admit(scope, session, [wanted()]);
    clock.advance(leaseMs - 1);
    expect([await recoverIntents(scope, session), (await open()).length]).toEqual([0, 1]);
    clock.advance(2);
    expect([await recoverIntents(scope, session), (await open()).length]).toEqual([1, 0]);
  });

  test("what recovery closes is marked, so that somebody looks at it again", async () => {
    const { scope, session, wanted, clock, storage } = await bed();
    await admit(scope, session, [wanted()]);
    clock.advance(leaseMs + 1);
    await recoverIntents(scope, session);
    const marks = await storage.work.claim({ tenant, queue: "leads", now: clock.now(), leaseMs, limit: 10 });
    expect(marks.map(({ side, key }) => `${side} ${key}`).sort()).toEqual(["local L1", "remote 101"]);
  });
});

describe("storing what a pair remembers", () => {
  const base = { local: "x", remote: "y" };

  test("puts a change on top of a row that moved in another field", async () => {
    const { scope, link, storage } = await bed();
    await commitLinks(scope, [{ link, fields: { email: base } }]);
    expect(await commitLinks(scope, [{ link, fields: { first: base } }])).not.toEqual([null]);
    const [row] = await storage.links.byLocalIds(tenant, "leads", ["L1"]);
    expect(row?.base).toEqual({ email: base, first: base });
  });

  test("gives a change up when its own field moved, and when the id belongs to another pair", async () => {
    const { scope, link } = await bed();
    await commitLinks(scope, [{ link, fields: { first: { local: "newer", remote: "newer" } } }]);
    expect(await commitLinks(scope, [{ link, fields: { first: base } }])).toEqual([null]);
    expect(await commitLinks(scope, [{ link: newLink(scope, "L2", "101", 0), fields: {} }])).toEqual([null]);
  });
});
