import type { RandomStream } from "../../base/random.ts";
import { restoreTask, resumeTask, runTask, type SavedTask, saveTask, Task } from "../task.ts";
import { type PlatformWorld, taskTime } from "../world.ts";
import type { FileJob } from "./job.ts";

export interface SavedFileTask {
  readonly job: FileJob;
  readonly task: SavedTask<string>;
}

/** Imports by URL and recursive folder updates. */
export class FileTasks {
  readonly #world: PlatformWorld;
  readonly #random: RandomStream;
  readonly #do: (job: FileJob) => string | Promise<string>;
  readonly #tasks: Map<string, { readonly job: FileJob; readonly task: Task<string> }> = new Map();

  constructor(world: PlatformWorld, random: RandomStream, work: (job: FileJob) => string | Promise<string>) {
    this.#world = world;
    this.#random = random;
    this.#do = work;
  }

  start(job: FileJob): Task<string> {
    const id = this.#random.uuid();
    const task = new Task<string>(id, this.#world.clock.now(), taskTime(this.#world, this.#random));
    this.#tasks.set(task.id, { job, task });
    runTask(task, this.#world.agenda, () => this.#do(job));
    return task;
  }

  get(id: string): Task<string> | undefined {
    return this.#tasks.get(id)?.task;
  }

  save(): SavedFileTask[] {
    return [...this.#tasks.values()].map(({ job, task }) => ({ job, task: saveTask(task) }));
  }

  load(saved: readonly SavedFileTask[]): void {
    for (const { job, task: before } of saved) {
      const task = restoreTask(before);
      this.#tasks.set(task.id, { job, task });
      resumeTask(task, this.#world.agenda, () => this.#do(job));
    }
  }
}
