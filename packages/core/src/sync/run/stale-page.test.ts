import { expect, test } from "vitest";
import { field } from "../declare/field.ts";
import { createWorld } from "../testing-fakes/world.fixture.ts";

test("a list page that is older than the pair's base is not taken for an edit in HubSpot", async () => {
  const world = createWorld({
    conflict: { default: "review" },
    fields: { email: field("email", { owner: "hubspot" }), first: field("firstname") },
  });
  const { hubspot, local, clock, settle } = world;
  const hubspotId = hubspot.user({ email: "a@x.com", firstname: "A" });
  await clock.drive(world.sync.backfill());
  const [localId = ""] = local.ids();
  clock.advance(60_000);
  let listed: (() => void) | undefined;
  let goOn: (() => void) | undefined;
  const isListed = new Promise<void>((resolve) => {
    listed = resolve;
  });
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { links } = world.storage;
  const late: typeof links = {
    ...links,
    async byHubspotIds(...query) {
      listed?.();
      await mayGoOn;
      return links.byHubspotIds(...query);
    },
  };
  const slow = world.worker({ storage: { ...world.storage, links: late } });
  const pass = slow.sync.reconcile();
  await isListed;
  // The page has come, and stands for longer than a lease. Another worker carries an edit over, and there is a next one.
  local.edit(localId, { first: "L1" });
  await settle();
  expect(hubspot.value(hubspotId, "firstname")).toBe("L1");
  local.edit(localId, { first: "L2" });
  goOn?.();
  await expect(clock.drive(pass)).rejects.toThrow("another worker took over");
  await settle();
  expect((await world.sync.conflicts.list()).items).toEqual([]);
  expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["L2", "L2"]);
});
