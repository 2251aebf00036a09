import { expect } from "vitest";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Job } from "../../ports/job.ts";
import type { LocalValue } from "../../ports/local-source.ts";
import type { FieldSpecs, SyncDefinition } from "../declare/definition.ts";
import { Killed, ownedBy, Process } from "./mortal.fixture.ts";
import { type Column, columns, type Edit, normal } from "./reference.fixture.ts";
import { type Hiding, records, type Step, type UserEdit, type Work } from "./steps.fixture.ts";
import { createWorld, leaseMs, tenant, type World } from "./world.fixture.ts";

/** Runs a history of edits, work and kills, and remembers who edited what and when both sides were at rest. */
export class Model {
  readonly world: World;
  readonly edits: Map<string, Edit[]> = new Map();
  /** When both sides were at rest, for each record: not while a filter leaves it out. */
  readonly rests: readonly number[][] = Array.from({ length: records }, () => []);
  readonly #hidden = new Set<string>();
  readonly #paused: { readonly process: Process; readonly running: Promise<void> }[] = [];
  #count = 0;

  constructor(change: Partial<SyncDefinition<FieldSpecs>> = {}) {
    this.world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 }, ...change });
  }

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

  /** A user makes a filter of that side leave a record out, or takes it in again. */
  hide({ side, record, hidden }: Hiding): void {
    const { clock, hubspot, local } = this.world;
    const { localId, hubspotId } = this.pair(record);
    const key = `${side} ${record}`;
    if (hidden === this.#hidden.has(key)) return;
    clock.advance(1);
    if (side === "local") local.edit(localId, { state: hidden ? "hidden" : "shown" });
    else hubspot.edit(hubspotId, { jobtitle: hidden ? "hidden" : "shown" });
    if (hidden) this.#hidden.add(key);
    else this.#hidden.delete(key);
  }

  isHidden(record: number): boolean {
    return this.#hidden.has(`local ${record}`) || this.#hidden.has(`hubspot ${record}`);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) await this.#step(one);
  }

  async #step(one: Step): Promise<void> {
    const { world } = this;
    switch (one.kind) {
      case "edit":
        return this.edit(one.edit);
      case "hide":
        return this.hide(one.hide);
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
    const open = await world.storage.intents.open(tenant, "leads", Number.MAX_SAFE_INTEGER, 1);
    const before = this.#leftOut();
    await world.settle(world.worker());
    await world.clock.drive(world.worker().sync.reconcile());
    await world.settle(world.worker());
    // What was sent before it was left out is still brought to its end.
    if (open.length === 0) expect(this.#leftOut(), "nothing is written to a record that is left out").toEqual(before);
    for (const [record, rests] of this.rests.entries()) if (!this.isHidden(record)) rests.push(world.clock.now());
    world.clock.advance(1);
  }

  /** What records that a filter leaves out hold on both sides. */
  #leftOut(): readonly unknown[] {
    return this.rests.flatMap((_, record) =>
      this.isHidden(record) ? [columns.map((column) => this.stands(record, column))] : [],
    );
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
