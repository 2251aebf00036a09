import { expect, test } from "vitest";
import type { BatchOutcome } from "../../model/record.ts";
import type { RemotePort, RemoteRecord } from "../remote-port.ts";
import { createWorld, tenant, type World } from "../testing-fakes/world.fixture.ts";

type Outcomes = readonly BatchOutcome<RemoteRecord>[];

/** Refuses values that begin with `bad` and names no property; of a batch of many such, all but eight are given up unsent. */
function refusing(world: World): RemotePort {
  async function narrowed<W extends { readonly values: Readonly<Record<string, string>> }>(
    writes: readonly W[],
    send: (some: readonly W[]) => Promise<Outcomes>,
  ): Promise<Outcomes> {
    const bad = writes.filter(({ values }) => values.lastname?.startsWith("bad"));
    const none = { ok: false, status: null, properties: [] } as const;
    const outcomes: BatchOutcome<RemoteRecord>[] = [];
    for (const [index, write] of writes.entries()) {
      if (bad.slice(0, 8).includes(write)) outcomes.push({ ...none, index, code: "VALIDATION_FAILED" });
      else if (bad.length > 8) outcomes.push({ ...none, index, code: "NOT_SENT" });
      else for (const one of await send([write])) outcomes.push({ ...one, index });
    }
    return outcomes;
  }
  const { hubspot } = world;
  const port: RemotePort = Object.create(hubspot);
  for (const name of ["read", "list", "extent", "changedSince", "archive", "findBy", "properties"] as const)
    Object.defineProperty(port, name, { value: (hubspot[name] as () => unknown).bind(hubspot) });
  port.update = (query) => narrowed(query.writes, (writes) => hubspot.update({ ...query, writes }));
  port.create = (query) => narrowed(query.creates, (creates) => hubspot.create({ ...query, creates }));
  return port;
}

const people = Array.from({ length: 64 }, (_, i) => ({ email: `p${i}@x.com`, last: i % 9 === 8 ? "good" : "bad" }));
const good = people.filter(({ last }) => last === "good").map(({ email }) => email);

async function settled(world: World, worker: ReturnType<World["worker"]>) {
  await world.settle(worker);
  const { items } = await world.storage.quarantine.list(tenant, "leads", null, 200);
  const { hubspot } = world;
  return {
    landed: hubspot
      .ids()
      .flatMap((id) => (hubspot.value(id, "lastname") === "good" ? [hubspot.value(id, "email")] : [])),
    reasons: [...new Set(items.map(({ reason }) => reason))],
    quarantined: items.filter(({ side }) => side === "local").length,
    waiting: (await worker.sync.status()).waiting.records,
  };
}

const expected = { landed: good, reasons: ["VALIDATION_FAILED"], quarantined: 64 - good.length, waiting: 0 };

test("a new record that was not sent, since those beside it were refused, is created and not quarantined", async () => {
  const world = createWorld();
  const worker = world.worker({ remote: refusing(world) });
  for (const { email, last } of people) world.local.user({ email, last });
  await world.clock.drive(worker.sync.backfill());
  const { landed, ...rest } = await settled(world, worker);
  expect({ ...rest, landed: [...landed].sort() }).toEqual({ ...expected, landed: [...good].sort() });
});

test("an edit that was not sent, since those beside it were refused, lands and its record is not quarantined", async () => {
  const world = createWorld();
  const worker = world.worker({ remote: refusing(world) });
  for (const { email } of people) world.hubspot.user({ email });
  await world.clock.drive(worker.sync.backfill());
  world.clock.advance(1_000);
  for (const id of world.local.ids())
    world.local.edit(id, { last: people.find(({ email }) => email === world.local.value(id, "email"))?.last ?? null });
  expect(await settled(world, worker)).toEqual(expected);
});
