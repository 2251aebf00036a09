import { expect, test } from "vitest";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { changeState } from "../run/state.ts";
import { linked } from "../testing-fakes/linked.fixture.ts";
import { tenant } from "../testing-fakes/world.fixture.ts";

test("a tenant that may not be worked for holds up no other: its trouble is told as its own", async () => {
  const world = await linked();
  const worker = world.worker({
    tenants: async () => ["bolt", tenant],
    pinnedPortal: () => "62515",
    async portalOf(of) {
      if (of === "bolt") throw new HubspokeError("AUTH_DISCONNECTED", "the grant of bolt is over");
      return "62515";
    },
  });
  const bolt = { tenant: "bolt", portalId: "62515", name: "leads" };
  await changeState(world.storage.cursors, bolt, world.clock.now(), (state) => ({ ...state, on: true }));
  await worker.syncs.hintLocal({ tenant: "bolt", sync: "leads", ids: ["L9"] });
  world.clock.advance(1_000);
  world.local.edit(world.localId, { first: "Anna" });
  world.hubspot.edit(world.hubspotId, { email: "anna@x.com" });
  await world.settle(worker);
  expect(world.hubspot.value(world.hubspotId, "firstname")).toBe("Anna");
  expect(world.local.value(world.localId, "email")).toBe("anna@x.com");
  expect([...new Set(world.alerts.map((alert) => `${alert.tenant} ${alert.key}`))]).toEqual([
    "bolt sync.errors_high:leads:AUTH_DISCONNECTED",
  ]);
});
