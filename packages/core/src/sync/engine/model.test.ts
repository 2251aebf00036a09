import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Job } from "../../ports/job.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import { Killed, ownedBy, Process } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs, tenant, type World } from "../testing-fakes/world.fixture.ts";

const records = 2;
/** Local field, HubSpot property, rule. */
const columns = [
  ["first", "firstname", "latest"],
  ["last", "lastname", "local"],
  ["email", "email", "hubspot"],
  ["tags", "tags", "union"],
] as const;
type Column = (typeof columns)[number];

interface Edit {
  readonly at: number;
  readonly side: "local" | "hubspot";
  readonly value: string;
  /** What the side held before: the user saw it. */
  readonly over: string | null;
}

interface UserEdit {
  readonly side: Edit["side"];
  readonly record: number;
  readonly column: number;
  readonly shouting: boolean;
}

interface Work {
  readonly kill: number | null;
  readonly pause: number | null;
  readonly afterEffect: boolean;
  readonly fromIntent: boolean;
  /** HubSpot's answer to the first write is lost; whether the write landed. */
  readonly lost: "landed" | "not landed" | null;
  /** A full pass instead of a round of jobs. */
  readonly pass: boolean;
  /** Edits that users make while the worker is at its n-th call. */
  readonly meanwhile: readonly { readonly call: number; readonly edit: UserEdit }[];
}

type Step =
  | { readonly kind: "edit"; readonly edit: UserEdit }
  | { readonly kind: "work"; readonly work: Work }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "wake" | "duplicate" | "lose" | "rest" };

const userEdit: fc.Arbitrary<UserEdit> = fc.record({
  side: fc.constantFrom("local" as const, "hubspot" as const),
  record: fc.nat(records - 1),
  column: fc.nat(columns.length - 1),
  shouting: fc.boolean(),
});

const call = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 }));

function stepWith(fates: {
  readonly kill: boolean;
  readonly pause: boolean;
  readonly lost: boolean;
}): fc.Arbitrary<Step> {
  const maybe = (on: boolean) => (on ? fc.option(call, { nil: null, freq: 2 }) : fc.constant(null));
  const work = fc.record({
    kill: maybe(fates.kill),
    pause: maybe(fates.pause),
    afterEffect: fc.boolean(),
    fromIntent: fc.boolean(),
    // A write that comes after its lease and whose answer is lost as well leaves nobody who knows of it.
    lost: fates.lost ? fc.constantFrom("landed" as const, "not landed" as const, null, null, null) : fc.constant(null),
    pass: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    meanwhile: fc.array(fc.record({ call, edit: userEdit }), { maxLength: 3 }),
  });
  return fc.oneof(
    { weight: 6, arbitrary: userEdit.map((edit): Step => ({ kind: "edit", edit })) },
    // One that stood still in the middle of a call and then dies leaves a late write that nothing can tell from an edit.
    {
      weight: 5,
      arbitrary: work.map((one): Step => ({ kind: "work", work: one.pause === null ? one : { ...one, kill: null } })),
    },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 2 * leaseMs }).map((ms): Step => ({ kind: "wait", ms })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Step>({ kind: "wake" }, { kind: "duplicate" }, { kind: "lose" }, { kind: "rest" }),
    },
  );
}

/** HubSpot's normalisation, said again here: the test must not ask the fake. */
function normal(property: string, value: string | null): string | null {
  if (value === null) return null;
  if (property === "tags") return value.split(";").sort().join(";");
  return property === "email" ? value.trim().toLowerCase() : value.trim();
}

/** Runs a history of edits, work and kills, and remembers who edited what and when both sides were at rest. */
class Model {
  readonly world: World = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 } });
  readonly edits = new Map<string, Edit[]>();
  readonly rests: number[] = [];
  readonly #paused: { readonly process: Process; readonly running: Promise<void> }[] = [];
  #count = 0;

  async start(): Promise<void> {
    const { world } = this;
    for (let i = 0; i < records; i++)
      world.hubspot.user({ email: `e${i}@x.com`, firstname: `f${i}`, lastname: `l${i}`, lead_score: "1" });
    await world.clock.drive(world.sync.backfill());
    await this.rest();
  }

  pair(record: number): { readonly localId: string; readonly hubspotId: string } {
    return { localId: `L${record + 1}`, hubspotId: String(100 + record) };
  }

  edit({ side, record, column: index, shouting }: UserEdit): void {
    const { clock, hubspot, local } = this.world;
    const [field, property] = columns[index] as Column;
    const { localId, hubspotId } = this.pair(record);
    clock.advance(1);
    const text = property === "email" ? `n${this.#count++}@x.com` : `n${this.#count++}`;
    const over = this.stands(record, columns[index] as Column)[side];
    const added = property === "tags" ? [over, text].filter((part) => part !== null).join(";") : text;
    const value = shouting && property !== "tags" ? ` ${text.toUpperCase()} ` : added;
    if (side === "local") local.edit(localId, { [field]: property === "tags" ? value.split(";") : value });
    else hubspot.edit(hubspotId, { [property]: value });
    const key = `${record} ${field}`;
    const edit = { at: clock.now(), side, value: property === "tags" ? text : value, over: normal(property, over) };
    this.edits.set(key, [...(this.edits.get(key) ?? []), edit]);
    clock.advance(1);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.#step(one);
  }

  async #step(one: Step): Promise<void> {
    const { world } = this;
    switch (one.kind) {
      case "edit":
        return this.edit(one.edit);
      case "wait":
        return world.clock.advance(one.ms);
      case "duplicate":
        for (let i = 0; i < 3; i++) await world.syncs.hint({ tenant, object: "contact", ids: ["100", "101"] });
        return;
      case "lose":
        for (let i = 0; i < records; i++) {
          const { localId, hubspotId } = this.pair(i);
          await world.storage.work.deleteByKey(tenant, "leads", "local", localId);
          await world.storage.work.deleteByKey(tenant, "leads", "remote", hubspotId);
        }
        return;
      case "rest":
        return this.rest();
      case "wake":
        return this.wake();
      case "work":
        return this.#work(one.work);
    }
  }

  async #work({ kill, pause, lost, pass, meanwhile, ...fate }: Work): Promise<void> {
    const { clock, hubspot, local, storage, worker } = this.world;
    hubspot.unknown = lost === null ? null : { landed: lost === "landed" };
    const edits = new Map(meanwhile.map(({ call: number, edit }) => [number, () => this.edit(edit)]));
    const process = new Process({ ...fate, killAt: kill, pauseAt: pause, meanwhile: edits });
    const { sync, syncs } = worker(
      { remote: ownedBy(process, hubspot), storage: ownedBy(process, storage) },
      ownedBy(process, local),
    );
    const running = this.#life(process, async () => {
      if (pass) await sync.reconcile();
      else for (const job of syncs.jobs) await this.#once(job);
    });
    while (!process.paused && !(await clock.flush(running))) {
      // A pass waits for leases now and then; a paused process waits for nobody.
      if (!process.paused) clock.advance(500);
    }
    if (process.paused) this.#paused.push({ process, running });
  }

  async #life(process: Process, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const stopped = error instanceof Killed || process.dead;
      // Losing its lease to another is what a worker that stood still has to expect.
      if (!stopped && !isHubspokeError(error, "LEASE_LOST")) throw error;
    }
  }

  async #once(job: Job): Promise<void> {
    const now = this.world.clock.now();
    await job.run({ now, deadline: now + 60_000, signal: new AbortController().signal });
  }

  /** Processes that stood still go on, however much happened meanwhile. */
  async wake(): Promise<void> {
    const woken = this.#paused.splice(0);
    for (const { process, running } of woken) {
      process.wake();
      await this.world.clock.drive(running);
    }
  }

  /** Both sides at rest: everything worked off by a worker that nobody kills, and a full pass for what was lost. */
  async rest(): Promise<void> {
    const { world } = this;
    await this.wake();
    world.clock.advance(leaseMs + 1);
    await world.settle(world.worker());
    await world.clock.drive(world.worker().sync.reconcile());
    await world.settle(world.worker());
    this.rests.push(world.clock.now());
    world.clock.advance(1);
  }

  stands(
    record: number,
    [field, property]: Column,
  ): { readonly local: string | null; readonly hubspot: string | null } {
    const { localId, hubspotId } = this.pair(record);
    const local = this.world.local.value(localId, field);
    return { local: textOf(local), hubspot: this.world.hubspot.value(hubspotId, property) };
  }
}

function textOf(value: LocalValue): string | null {
  if (value === null) return null;
  return typeof value === "object" ? value.join(";") : String(value);
}

/**
 * What may stand at rest, from the users' true edit times alone. `latest`: the last edit of all. `union`: everything
 * that was ever added, but what a user of that side replaced without having seen it. An owner's rule: the owner's last edit if it is the last of all; the other side's if that was
 * made on top of the owner's, or both sides were at rest between the two; else either, for they may have met.
 */
function allowed(
  edits: readonly Edit[],
  [, property, rule]: Column,
  rests: readonly number[],
): readonly (string | null)[] {
  const last = edits.at(-1) as Edit;
  const value = normal(property, last.value);
  if (rule === "union") return subsets(edits).map((some) => some.sort().join(";"));
  if (rule === "latest" || last.side === rule) return [value];
  const owners = edits.findLast(({ side }) => side === rule);
  if (owners === undefined) return [value];
  const theirs = normal(property, owners.value);
  const run = edits.slice(edits.indexOf(owners) + 1);
  // The first edit after the owner's that was made where the owner's value stood: from there on it is history.
  const seen = run.some(({ over }) => over === theirs);
  return seen || rests.some((at) => at > owners.at && at < last.at) ? [value] : [value, theirs];
}

/** Everything that was added, with and without each element that a later edit of its own side did not start from. */
function subsets(edits: readonly Edit[]): string[][] {
  const replaced = (edit: Edit, i: number) =>
    edits.slice(i + 1).some(({ side, over }) => side === edit.side && !(over ?? "").split(";").includes(edit.value));
  return edits.reduce<string[][]>(
    (all, edit, i) => all.flatMap((some) => [[...some, edit.value], ...(replaced(edit, i) ? [some] : [])]),
    [[]],
  );
}

async function check(steps: readonly Step[]): Promise<Model> {
  const model = new Model();
  await model.start();
  await model.run(steps);
  await model.rest();
  await model.rest();
  for (let record = 0; record < records; record++) {
    for (const column of columns) {
      const [field, property, rule] = column;
      const { local, hubspot } = model.stands(record, column);
      const stands = normal(property, hubspot);
      expect(stands, `${record} ${field}: both sides equal`).toBe(normal(property, local));
      const edits = model.edits.get(`${record} ${field}`) ?? [];
      if (edits.length === 0) continue;
      const may = allowed(edits, column, model.rests);
      expect(may, `${record} ${field} (${rule}): ${JSON.stringify({ edits, rests: model.rests })}`).toContain(stands);
    }
  }
  const { world } = model;
  const writes = { hubspot: world.hubspot.writes, local: world.local.writes };
  await model.rest();
  expect({ hubspot: world.hubspot.writes, local: world.local.writes }, "no write after rest").toEqual(writes);
  expect(await world.storage.intents.open(tenant, "leads", Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  expect(await world.storage.work.depth(tenant, "leads")).toMatchObject({ waiting: 0 });
  expect(await world.storage.quarantine.count(tenant, "leads")).toBe(0);
  return model;
}

// The same histories every time; other seeds and more runs by hand: SYNC_MODEL_SEED, SYNC_MODEL_RUNS.
const runs = Number(process.env.SYNC_MODEL_RUNS ?? 100);
const seed = Number(process.env.SYNC_MODEL_SEED ?? 1);

function holds(fates: { readonly kill: boolean; readonly pause: boolean; readonly lost: boolean }): Promise<void> {
  const steps = fc.array(stepWith(fates), { maxLength: 30, size: "max" });
  return fc.assert(
    fc.asyncProperty(steps, async (some) => void (await check(some))),
    { numRuns: runs, seed },
  );
}

describe("no edit is lost, both sides end equal, nothing echoes", () => {
  test("whatever users do while workers work", () => holds({ kill: false, pause: false, lost: true }));
  test("with workers killed at any call, before or after its effect", () =>
    holds({ kill: true, pause: false, lost: true }));
  test("with workers that stand still at any call and go on later, beside others", () =>
    holds({ kill: true, pause: true, lost: false }));
});
