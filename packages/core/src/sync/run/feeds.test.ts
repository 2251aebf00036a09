import fc from "fast-check";
import { expect, test } from "vitest";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { linked } from "../testing-fakes/linked.fixture.ts";
import { createWorld, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";
import { createRemoteFeed, localCursor, pollLocal, remoteCursor } from "./feeds.ts";
import { createMeter } from "./progress.ts";
import { SeenIds } from "./seen-ids.ts";

test("a local feed moves its cursor only when what it brought is marked", async () => {
  const world = createWorld();
  const scope = await world.scope();
  const id = world.local.user({ email: "a@x.com" });
  const work = {
    ...world.storage.work,
    mark: async () => {
      throw new Error("down");
    },
  };
  const broken = { ...scope, deps: { ...scope.deps, storage: { ...scope.deps.storage, work } } };
  await expect(pollLocal(broken)).rejects.toThrow("down");
  expect(await world.storage.cursors.read(tenant, "62515", localCursor("leads"))).toBeNull();
  expect(await pollLocal(scope)).toBe(1);
  const claimed = await world.storage.work.claim({
    tenant,
    queue: "leads",
    now: world.clock.now(),
    leaseMs,
    limit: 10,
  });
  expect(claimed.map(({ key }) => key)).toEqual([id]);
  expect(await pollLocal(scope)).toBe(0);
});

test("a source that refuses its cursor, as after a restore, is begun again from null, by a poll and by a pass", async () => {
  const world = await linked();
  await world.settle();
  const changes = world.local.changes.bind(world.local);
  let restored = "";
  // Cursors of before a restore are refused, those of after it are taken.
  world.local.changes = async (of, cursor, limit) => {
    if (cursor !== null && !cursor.startsWith(restored))
      throw new HubspokeError("SYNC_LOCAL_FAILED", "the database is older than the cursor", {
        details: { cursor: "refused" },
      });
    const page = await changes(of, cursor?.slice(restored.length) ?? null, limit);
    return { ...page, cursor: `${restored}${page.cursor}` };
  };
  restored = "after ";
  world.local.edit(world.localId, { last: "Edited after the restore" });
  await world.settle();
  expect(world.hubspot.value(world.hubspotId, "lastname")).toBe("Edited after the restore");
  const scope = await world.scope();
  expect(await pollLocal(scope)).toBe(0);

  for (let i = 0; i < 250; i++) world.local.user({ email: `p${i}@x.com` });
  const stop = new AbortController();
  const stopped = world.sync.reconcile({
    signal: stop.signal,
    onProgress: ({ phase, done }) => phase === "local" && done > 0 && stop.abort(),
  });
  await expect(world.clock.drive(stopped)).rejects.toMatchObject({ code: "ABORTED" });
  restored = "once more ";
  await expect(world.clock.drive(world.sync.reconcile())).resolves.toMatchObject({ state: "done", resumed: true });
});

test("any other failure of the source begins nothing again", async () => {
  const world = await linked();
  await world.settle();
  const asked: (string | null)[] = [];
  world.local.changes = async (_of, cursor) => {
    asked.push(cursor);
    throw new Error("down");
  };
  await expect(pollLocal(await world.scope())).rejects.toMatchObject({ code: "SYNC_LOCAL_FAILED" });
  expect(asked).toEqual([expect.any(String)]);
});

test("the search feed marks a change once, and again when it changes again", async () => {
  const world = createWorld();
  const feed = createRemoteFeed(await world.scope());
  const id = world.hubspot.user({ email: "a@x.com" });
  expect([await feed.poll(), await feed.poll()]).toEqual([1, 0]);
  world.clock.advance(1_000);
  world.hubspot.edit(id, { firstname: "Ann" });
  expect([await feed.poll(), await feed.poll()]).toEqual([1, 0]);
});

test("what one process marked the next does not mark again, until it changes; a late process takes nothing back", async () => {
  const world = createWorld();
  const scope = await world.scope();
  const [first, other] = [createRemoteFeed(scope), createRemoteFeed(scope)];
  const ids = ["a", "b"].map((name) => world.hubspot.user({ email: `${name}@x.com` }));
  expect([await first.poll(), await other.poll(), await createRemoteFeed(scope).poll()]).toEqual([2, 0, 0]);
  world.clock.advance(1_000);
  world.hubspot.edit(ids[0] as string, { firstname: "Ann" });
  expect([await other.poll(), await first.poll(), await createRemoteFeed(scope).poll()]).toEqual([1, 0, 0]);
});

test("a change is marked again when the process died before the mark was stored", async () => {
  const world = createWorld();
  const scope = await world.scope();
  world.hubspot.user({ email: "a@x.com" });
  const mark = () => Promise.reject(new Error("down"));
  const storage = { ...scope.deps.storage, work: { ...scope.deps.storage.work, mark } };
  await expect(createRemoteFeed({ ...scope, deps: { ...scope.deps, storage } }).poll()).rejects.toThrow("down");
  expect(await createRemoteFeed(scope).poll()).toBe(1);
});

test("a stored position of many changes stays small, and one that knows of none is read as well", async () => {
  const world = createWorld();
  const scope = await world.scope();
  const { cursors } = world.storage;
  for (let i = 0; i < 250; i++) world.hubspot.user({ email: `u${i}@x.com` });
  await cursors.advance(tenant, "62515", remoteCursor("leads"), String(world.clock.now()), 0, world.clock.now());
  expect(await createRemoteFeed(scope).poll()).toBe(250);
  const stored = await cursors.read(tenant, "62515", remoteCursor("leads"));
  expect(stored?.value.split(" ")).toHaveLength(201);
  expect(await createRemoteFeed(scope).poll()).toBe(50);
});

test("seen ids are the ids that were seen, in whatever order and shape they came", () => {
  const id = fc.oneof(fc.nat().map(String), fc.constantFrom("007", "a", "9007199254740993", "1e3"));
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (added, others) => {
      const seen = new SeenIds();
      for (const one of added) seen.add(one);
      for (const one of [...added, ...others]) expect(seen.has(one)).toBe(added.includes(one));
    }),
  );
});

test("progress tells rate and time left of what this process did, not of what it found done", () => {
  let now = 0;
  const meter = createMeter(() => now);
  meter.report("remote", 500, {}, 1_000);
  now = 10_000;
  expect(meter.report("remote", 600, {}, 1_000)).toMatchObject({ ratePerSecond: 10, etaMs: 40_000 });
  expect(meter.report("local", 1, {})).toMatchObject({ ratePerSecond: 0, etaMs: null });
});
