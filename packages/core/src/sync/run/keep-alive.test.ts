import { expect, test } from "vitest";
import { createWorld, leaseMs } from "../testing-fakes/world.fixture.ts";

test("a pass that waits longer than its lease for its turn in the rate limit keeps the lease", async () => {
  const world = createWorld();
  world.hubspot.user({ email: "a@example.com", firstname: "Ada" });
  const slow: typeof world.hubspot.list = async (query) => {
    await world.clock.sleep(leaseMs * 3, query.signal);
    return world.hubspot.list(query);
  };
  const remote = new Proxy(world.hubspot, {
    get: (target, name) => (name === "list" ? slow : Reflect.get(target, name).bind(target)),
  });
  const { sync } = world.worker({ remote });
  const result = await world.clock.drive(sync.backfill());
  expect(result).toMatchObject({ state: "done", counts: { createdLocal: 1 } });
});
