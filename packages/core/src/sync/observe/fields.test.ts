import { expect, test, vi } from "vitest";
import type { RemoteRecord } from "../remote-port.ts";
import type { SyncScope } from "../scope.ts";
import { createWorld, fields } from "../testing-fakes/world.fixture.ts";
import { hashesOf, hashOf, observeFields } from "./fields.ts";

async function pairOf(world: ReturnType<typeof createWorld>) {
  const { clock, hubspot, local, storage, sync } = world;
  const hubspotId = hubspot.user({ email: "ann@x.com", firstname: "Ann" });
  await clock.drive(sync.backfill());
  const scope = await world.scope();
  const [localId = ""] = local.ids();
  const [link = null] = await storage.links.byLocalIds(scope.tenant, scope.name, [localId]);
  const [record] = await scope.sync.declared.local.read(scope.tenant, [localId]);
  const [remote] = await clock.drive(
    scope.deps.remote.read({
      tenant: scope.tenant,
      object: scope.object,
      ids: [hubspotId],
      properties: scope.sync.properties,
      history: false,
      lane: "backfill",
    }),
  );
  const pair = { link, local: record ?? null, remote: remote as RemoteRecord, readAt: clock.now() };
  return { scope, pair };
}

const changedIn = async (scope: SyncScope, pair: Awaited<ReturnType<typeof pairOf>>["pair"]) =>
  (await observeFields(scope, pair)).flatMap(({ field, local, remote }) =>
    local.changed || remote.changed ? [[field.name, local.changed, remote.changed]] : [],
  );

test("a field that is alike on both sides, and was, costs one hash; each side that differs costs its own", async () => {
  const { scope, pair } = await pairOf(createWorld());
  const matches = vi.spyOn(scope.deps.hasher, "matches");
  expect(await changedIn(scope, pair)).toEqual([]);
  expect(matches).toHaveBeenCalledTimes(Object.keys(fields).length);

  matches.mockClear();
  const there = { ...pair.remote, values: { ...pair.remote.values, firstname: "Anna" } };
  expect(await changedIn(scope, { ...pair, remote: there })).toEqual([["first", false, true]]);
  expect(matches).toHaveBeenCalledTimes(Object.keys(fields).length + 1);

  const here = { ...pair.local, values: { ...pair.local?.values, first: "Anna" } } as NonNullable<typeof pair.local>;
  expect(await changedIn(scope, { ...pair, local: here, remote: there })).toEqual([["first", true, true]]);
});

test("what is alike is hashed once, and each text has its own hash in its own place", async () => {
  const scope = await createWorld().scope();
  const hash = vi.spyOn(scope.deps.hasher, "hash");
  const of = hashOf(scope, "1", "first");
  const hashes = await hashesOf(scope, of, ["Ann", null, "Ann", ""]);
  expect(hash).toHaveBeenCalledTimes(3);
  expect(hashes).toEqual(await Promise.all(["Ann", null, "Ann", ""].map((text) => scope.deps.hasher.hash(of, text))));
});
