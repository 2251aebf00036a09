import { expect, test } from "vitest";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { changeState } from "../run/state.ts";
import { linked } from "../testing-fakes/linked.fixture.ts";
import { tenant } from "../testing-fakes/world.fixture.ts";

test("tenants that may not be worked for hold up no other, however many: their trouble is told as their own", async () => {
  const world = await linked();
  const others = Array.from({ length: 25 }, (_, i) => `bolt${i}`);
  const worker = world.worker({
    tenants: async () => [...others, tenant],
    pinnedPortal: () => "62515",
    async portalOf(of) {
      if (of !== tenant) throw new HubspokeError("AUTH_DISCONNECTED", "its grant is over");
      return "62515";
    },
  });
  for (const other of others) {
    const at = { tenant: other, portalId: "62515", name: "leads" };
    await changeState(world.storage.cursors, at, world.clock.now(), (state) => ({ ...state, on: true }));
    await worker.syncs.hintLocal({ tenant: other, sync: "leads", ids: ["L9"] });
  }
  world.clock.advance(1_000);
  world.local.edit(world.localId, { first: "Anna" });
  world.hubspot.edit(world.hubspotId, { email: "anna@x.com" });
  await world.settle(worker);
  expect(world.hubspot.value(world.hubspotId, "firstname")).toBe("Anna");
  expect(world.local.value(world.localId, "email")).toBe("anna@x.com");
  expect(new Set(world.alerts.map((alert) => `${alert.tenant} ${alert.key}`))).toEqual(
    new Set(others.map((other) => `${other} sync.errors_high:leads:AUTH_DISCONNECTED`)),
  );
});
