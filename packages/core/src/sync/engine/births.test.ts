import fc from "fast-check";
import { expect, test } from "vitest";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import { Killed, ownedBy, Process } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs, tenant, type World } from "../testing-fakes/world.fixture.ts";

type Step =
  | { readonly kind: "birth"; readonly side: "local" | "hubspot" | "both"; readonly shouting: boolean }
  | { readonly kind: "edit"; readonly side: "local" | "hubspot"; readonly nth: number }
  | {
      readonly kind: "work";
      readonly kill: number | null;
      readonly afterEffect: boolean;
      readonly fromIntent: boolean;
      readonly lost: boolean | null;
      readonly pass: boolean;
    }
  | { readonly kind: "wait"; readonly ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("birth" as const),
        side: fc.constantFrom("local" as const, "hubspot" as const, "both" as const),
        shouting: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("edit" as const),
        side: fc.constantFrom("local" as const, "hubspot" as const),
        nth: fc.nat(9),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("work" as const),
        kill: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null, freq: 2 }),
        afterEffect: fc.boolean(),
        fromIntent: fc.boolean(),
        lost: fc.constantFrom(null, null, true, false),
        pass: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 2 * leaseMs }) }),
    },
  ),
  { maxLength: 20, size: "max" },
);

/** Emails by first name, whoever holds them. */
const people = (world: World) => ({
  local: world.local
    .ids()
    .map((id) => `${String(world.local.value(id, "email")).trim().toLowerCase()} ${world.local.value(id, "first")}`)
    .sort(),
  hubspot: world.hubspot
    .ids()
    .map((id) => `${world.hubspot.value(id, "email")} ${world.hubspot.value(id, "firstname")}`)
    .sort(),
});

async function work(world: World, { kill, lost, pass, ...fate }: Extract<Step, { kind: "work" }>): Promise<void> {
  const { clock, hubspot, local, storage } = world;
  const process = new Process({ ...fate, killAt: kill });
  hubspot.unknown = lost === null ? null : { landed: lost };
  const { sync, syncs } = world.worker(
    { remote: ownedBy(process, hubspot), storage: ownedBy(process, storage) },
    ownedBy(process, local),
  );
  const signal = new AbortController().signal;
  try {
    if (pass) await clock.drive(sync.reconcile());
    else
      for (const job of syncs.jobs)
        await clock.drive(job.run({ now: clock.now(), deadline: clock.now() + 60_000, signal }));
  } catch (error) {
    if (!(error instanceof Killed) && !process.dead && !isHubspokeError(error, "LEASE_LOST")) throw error;
  }
}

/** Everybody is on both sides exactly once, with the latest name that anybody gave them. */
async function check(some: readonly Step[]): Promise<void> {
  const world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 } });
  const { clock, hubspot, local } = world;
  const names = new Map<string, string>();
  let count = 0;
  await clock.drive(world.sync.backfill());
  for (const step of some) {
    clock.advance(2);
    if (step.kind === "birth") {
      const email = `p${count}@x.com`;
      const name = `N${count++}`;
      const shown = step.shouting ? ` ${email.toUpperCase()} ` : email;
      if (step.side !== "hubspot") local.user({ email: shown, first: name, last: null, score: null, tags: null });
      if (step.side !== "local") hubspot.user({ email: shown, firstname: name });
      names.set(email, name);
    } else if (step.kind === "edit") {
      const name = `E${count++}`;
      const ids = step.side === "local" ? local.ids() : hubspot.ids();
      const id = ids[step.nth % Math.max(1, ids.length)];
      if (id === undefined) continue;
      const email = step.side === "local" ? String(local.value(id, "email")) : String(hubspot.value(id, "email"));
      if (step.side === "local") local.edit(id, { first: name });
      else hubspot.edit(id, { firstname: name });
      names.set(email.trim().toLowerCase(), name);
    } else if (step.kind === "work") await work(world, step);
    else clock.advance(step.ms);
  }
  for (let i = 0; i < 2; i++) {
    clock.advance(leaseMs + 1);
    await world.settle(world.worker());
    await clock.drive(world.worker().sync.reconcile());
  }
  await world.settle(world.worker());
  const everybody = [...names].map(([email, name]) => `${email} ${name}`).sort();
  expect(people(world)).toEqual({ local: everybody, hubspot: everybody });
  expect(await world.storage.quarantine.count(tenant, "leads")).toBe(0);
  expect((await clock.drive(world.sync.reconcile())).equal).toBe(true);
}

test("whoever is born on either side, however often workers die, is on both sides exactly once", async () => {
  // The same histories every time; other seeds and more runs by hand: SYNC_MODEL_SEED, SYNC_MODEL_RUNS.
  const numRuns = Number(process.env.SYNC_MODEL_RUNS ?? 100);
  const seed = Number(process.env.SYNC_MODEL_SEED ?? 1);
  await fc.assert(fc.asyncProperty(steps, check), { numRuns, seed });
});
