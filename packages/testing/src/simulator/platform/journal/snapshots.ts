import { objectNotFound } from "../../base/api-error.ts";
import type { RandomStream } from "../../base/random.ts";
import type { Portal } from "../../state/portal.ts";
import { restoreTask, resumeTask, runTask, type SavedTask, saveTask, Task } from "../task.ts";
import { type PlatformWorld, taskTime } from "../world.ts";
import type { JournalEvent } from "./event.ts";

/** A record that an app wants in its journal as it is. */
export interface SnapshotJob {
  readonly portalId: number;
  readonly appId: number;
  readonly objectTypeId: string;
  readonly objectId: string;
  /** Empty: all. */
  readonly properties: readonly string[];
}

export interface SavedSnapshot {
  readonly job: SnapshotJob;
  readonly task: SavedTask<null>;
}

/** Snapshots on their way into the journals. */
export class Snapshots {
  readonly #world: PlatformWorld;
  readonly #random: RandomStream;
  readonly #add: (appId: number, event: JournalEvent) => void;
  readonly #snapshots: Map<string, { readonly job: SnapshotJob; readonly task: Task<null> }> = new Map();

  constructor(world: PlatformWorld, random: RandomStream, add: (appId: number, event: JournalEvent) => void) {
    this.#world = world;
    this.#random = random;
    this.#add = add;
  }

  /** By status id. */
  find(id: string): Task<null> | undefined {
    return this.#snapshots.get(id)?.task;
  }

  /** Back-fills: the record as it is when its time has come, whoever is subscribed to it. */
  start(portal: Portal, job: SnapshotJob): string {
    const duration = taskTime(this.#world, this.#random);
    const task = new Task<null>(this.#random.uuid(), this.#world.clock.now(), duration);
    this.#snapshots.set(task.id, { job, task });
    runTask(task, this.#world.agenda, () => this.#take(portal, job));
    return task.id;
  }

  save(): SavedSnapshot[] {
    return [...this.#snapshots.values()].map(({ job, task }) => ({ job, task: saveTask(task) }));
  }

  load(saved: readonly SavedSnapshot[], portals: ReadonlyMap<number, Portal>): void {
    for (const { job, task: before } of saved) {
      const task = restoreTask(before);
      this.#snapshots.set(task.id, { job, task });
      resumeTask(task, this.#world.agenda, () => this.#take(portals.get(job.portalId)!, job));
    }
  }

  #take(portal: Portal, { appId, objectTypeId, objectId, properties }: SnapshotJob): null {
    const store = portal.store(objectTypeId);
    const record = store?.records.resolve(objectId);
    if (store === undefined || record === undefined) throw objectNotFound(`Object ${objectId} does not exist`);
    const names = properties.length === 0 ? store.properties.list().map(({ name }) => name) : properties;
    const values = names.flatMap((name) => {
      const value = store.records.read(record, record.snapshot, name);
      return value === undefined ? [] : [[name, value]];
    });
    this.#add(appId, {
      subscriptionType: "OBJECT",
      action: "SNAPSHOT",
      portalId: portal.id,
      at: this.#world.clock.now(),
      objectTypeId: store.type.id,
      objectId: record.id,
      details: { properties: Object.fromEntries(values) },
    });
    return null;
  }
}
