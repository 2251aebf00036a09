import { expect } from "vitest";
import type { RemotePort } from "../remote-port.ts";
import { type Fate, Killed, ownedBy, Process } from "./mortal.fixture.ts";
import { createWorld, leaseMs, type World } from "./world.fixture.ts";

export interface Stage extends World {
  readonly hubspotId: string;
  readonly localId: string;
  both(): readonly unknown[];
}

export async function stage(): Promise<Stage> {
  const world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 } });
  const hubspotId = world.hubspot.user({ email: "ann@x.com", firstname: "Ann", lastname: "Lee" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(leaseMs);
  const both = () => [world.local.value(localId, "email"), world.hubspot.value(hubspotId, "email")];
  return { ...world, hubspotId, localId, both };
}

/** A process that waits to be woken. */
export interface StoodStill {
  wake(): void;
  /** Woken, and through with what it was at. */
  goesOn(): Promise<void>;
}

/** A process that is told of a local edit and stands still where `fate` says, while it works it off. */
export async function stoodStill(world: Stage, fate: Fate, remote: RemotePort = world.hubspot): Promise<StoodStill> {
  const process = new Process({ ...fate, fromIntent: true });
  const { clock, local, storage } = world;
  const { syncs } = world.worker(
    { remote: ownedBy(process, remote), storage: ownedBy(process, storage) },
    ownedBy(process, local),
  );
  await syncs.hintLocal({ tenant: "acme", sync: "leads", ids: [world.localId] });
  const apply = syncs.jobs.find(({ name }) => name === "sync:apply");
  const signal = new AbortController().signal;
  const work = Promise.resolve(apply?.run({ now: clock.now(), deadline: clock.now() + 600_000, signal })).catch(
    (error: unknown) => {
      if (!(error instanceof Killed) && !process.dead) throw error;
    },
  );
  while (!process.paused && !(await clock.flush(work))) clock.advance(1);
  expect(process.paused).toBe(true);
  return {
    wake: () => process.wake(),
    async goesOn() {
      process.wake();
      await clock.drive(work);
    },
  };
}

/** The same, and when its lease is over another worker takes over. */
export async function overtaken(world: Stage, fate: Fate): Promise<StoodStill> {
  const slow = await stoodStill(world, fate);
  world.clock.advance(leaseMs + 1);
  await world.settle(world.worker());
  return slow;
}

/** A user edits the address in HubSpot while the next write is on its way there. */
export function editedOnTheWay({ hubspot, hubspotId, clock }: Stage, email: string): void {
  hubspot.beforeWrite = () => {
    hubspot.edit(hubspotId, { email });
    clock.advance(1);
  };
}

/** Lands a request that is under way when an intent has been cleared. Answers how to ask whether it has landed. */
export function whenCleared(
  { storage: { intents }, clock, hubspot }: Stage,
  underWay: () => Parameters<RemotePort["update"]>[0] | undefined,
): () => boolean {
  const { clear } = intents;
  let landed = false;
  intents.clear = async (...args) => {
    await clear(...args);
    const request = landed ? undefined : underWay();
    if (request === undefined) return;
    landed = true;
    clock.pass(1);
    void hubspot.update(request);
  };
  return () => landed;
}

/** A HubSpot that does some things in another way. */
export function otherwise(world: Pick<World, "hubspot">, change: Partial<RemotePort>): RemotePort {
  return new Proxy(world.hubspot as RemotePort, {
    get(target, key) {
      const value: unknown = Reflect.get(change, key) ?? Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

export const unanswered = ({
  writes,
}: Parameters<RemotePort["update"]>[0]): Awaited<ReturnType<RemotePort["update"]>> =>
  writes.map((_, index) => ({ index, ok: false, code: "UNKNOWN_OUTCOME", status: null, properties: [] }));

/** One turn of a worker's jobs, without time passing. */
export async function turn({ clock }: Stage, { syncs }: ReturnType<Stage["worker"]>, only?: string): Promise<void> {
  const signal = new AbortController().signal;
  for (const job of syncs.jobs) {
    if (only !== undefined && job.name !== only) continue;
    await clock.drive(job.run({ now: clock.now(), deadline: clock.now() + 60_000, signal }));
  }
}

export function withoutValue<T extends Awaited<ReturnType<RemotePort["read"]>>[number]>(record: T, value: string): T {
  const { history } = record;
  if (history === undefined) return record;
  const known = Object.entries(history).map(([name, versions]) => [
    name,
    versions.filter((one) => one.value !== value),
  ]);
  return { ...record, history: Object.fromEntries(known) };
}
