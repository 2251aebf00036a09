import { describe, expect, test } from "vitest";
import { field } from "../declare/field.ts";
import type { RemotePort } from "../remote-port.ts";
import { linked, stateOf } from "../testing-fakes/linked.fixture.ts";
import { createWorld, leaseMs, type World } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

/** A worker whose first call of that kind gets no answer, and does what `instead` says. */
function unanswered<K extends "create" | "archive">(
  world: World,
  call: K,
  instead: (asked: Parameters<RemotePort[K]>[0]) => void,
) {
  let first = true;
  const lost = { ok: false as const, code: "UNKNOWN_OUTCOME" as const, status: null, properties: [] };
  const answer = async (asked: Parameters<RemotePort[K]>[0], inputs: readonly unknown[]) => {
    instead(asked);
    return inputs.map((_, index) => ({ index, ...lost }));
  };
  return world.worker({
    remote: new Proxy(world.hubspot as RemotePort, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        if (key !== call || !first) return value.bind(target);
        return (asked: Parameters<RemotePort[K]>[0]) => {
          first = false;
          return answer(asked, "ids" in asked ? asked.ids : asked.creates);
        };
      },
    }),
  });
}

/** When recovery has looked, and not yet for a second time. */
function later({ clock }: World, land: () => Promise<unknown>): void {
  void clock.sleep(1.5 * leaseMs).then(land);
}

describe("a create that HubSpot would take twice", () => {
  async function lee() {
    const fields = { email: field("phone"), last: field("lastname") };
    const world = createWorld({ poll, fields, match: ["last"], create: { inHubspot: "at-least-once" } });
    await world.clock.drive(world.sync.backfill());
    return { ...world, localId: world.local.user({ last: "Lee", email: "902" }) };
  }

  test("is found when it lands after recovery has looked for it", async () => {
    const world = await lee();
    await world.settle(unanswered(world, "create", (asked) => later(world, () => world.hubspot.create(asked))));
    expect([world.hubspot.ids().length, await stateOf(world, world.localId)]).toEqual([1, "linked"]);
  });

  test("is sent again when it never landed", async () => {
    const world = await lee();
    await world.settle(unanswered(world, "create", () => {}));
    expect(world.hubspot.ids()).toHaveLength(1);
  });
});

describe("a row that is put back while the archive of its counterpart has no answer yet is somebody new:", () => {
  test.each([
    ["the archive had landed", (_: World, land: () => Promise<unknown>): void => void land()],
    ["it lands when recovery has looked for it", later],
  ] as const)("%s", async (_, when) => {
    const world = await linked({ poll, deletes: { fromLocal: "archive", fromHubspot: "delete" } });
    const { hubspot, local, localId, hubspotId, clock } = world;
    local.remove(localId);
    const worker = unanswered(world, "archive", (asked) => {
      when(world, () => hubspot.archive(asked));
      local.putBack(localId, { first: "Anna" });
    });
    await world.settle(worker);
    await clock.drive(worker.sync.reconcile());
    await world.settle(worker);
    expect(local.ids()).toEqual([localId]);
    const [created = ""] = hubspot.ids();
    expect([created === hubspotId, hubspot.value(created, "firstname")]).toEqual([false, "Anna"]);
  });

  test("it never landed, and the pair goes on", async () => {
    const world = await linked({ poll, deletes: { fromLocal: "archive", fromHubspot: "delete" } });
    world.local.remove(world.localId);
    const putBack = () => world.local.putBack(world.localId, { first: "Anna" });
    await world.settle(unanswered(world, "archive", putBack));
    expect([world.local.ids(), world.hubspot.ids()]).toEqual([[world.localId], [world.hubspotId]]);
    expect(world.hubspot.value(world.hubspotId, "firstname")).toBe("Anna");
  });
});
