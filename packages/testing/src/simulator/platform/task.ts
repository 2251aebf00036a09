import { ApiError } from "../base/api-error.ts";
import type { Agenda, Due } from "./agenda.ts";

export type TaskStatus = "PENDING" | "PROCESSING" | "CANCELED" | "COMPLETE";

export interface TaskFailure {
  readonly status: "error";
  readonly category: string;
  readonly message: string;
}

/** Thrown by a task's work: the task completes and lists it. */
export class TaskError extends Error {
  readonly category: string;

  constructor(category: string, message: string) {
    super(message);
    this.name = "TaskError";
    this.category = category;
  }
}

export interface SavedTask<T> {
  readonly id: string;
  readonly requestedAt: number;
  readonly duration: number;
  readonly status: TaskStatus;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly result: T | undefined;
  readonly errors: readonly TaskFailure[];
  readonly due: Due | undefined;
}

/** Work that goes on after its request was answered: half its time pending, half in progress, then its effect. */
export class Task<T> {
  readonly id: string;
  readonly requestedAt: number;
  /** Milliseconds from the request to the effect. */
  readonly duration: number;
  status: TaskStatus = "PENDING";
  startedAt: number | undefined;
  completedAt: number | undefined;
  result: T | undefined;
  errors: readonly TaskFailure[] = [];
  /** What it waits for. */
  due: Due | undefined;

  constructor(id: string, requestedAt: number, duration: number) {
    this.id = id;
    this.requestedAt = requestedAt;
    this.duration = duration;
  }

  /** Somebody may have cancelled it. */
  get isOver(): boolean {
    return this.completedAt !== undefined;
  }

  /** @returns whether there was still something to cancel */
  cancel(now: number): boolean {
    if (this.isOver) return false;
    this.status = "CANCELED";
    this.completedAt = now;
    return true;
  }
}

export function saveTask<T>(task: Task<T>): SavedTask<T> {
  const { id, requestedAt, duration, status, startedAt, completedAt, result, errors, due } = task;
  return { id, requestedAt, duration, status, startedAt, completedAt, result, errors, due };
}

/** As it was; what is left of it has to be resumed. */
export function restoreTask<T>(saved: SavedTask<T>): Task<T> {
  const { id, requestedAt, duration, ...rest } = saved;
  return Object.assign(new Task<T>(id, requestedAt, duration), rest);
}

/** From wherever it is to its end. */
export function runTask<T>(task: Task<T>, agenda: Agenda, work: () => T | Promise<T>): void {
  void run(task, agenda, work);
}

/** Goes on with a restored task when everything else does. */
export function resumeTask<T>(task: Task<T>, agenda: Agenda, work: () => T | Promise<T>): void {
  if (!task.isOver) agenda.resume(task.due, () => runTask(task, agenda, work));
}

async function run<T>(task: Task<T>, agenda: Agenda, work: () => T | Promise<T>): Promise<void> {
  const pending = Math.floor(task.duration / 2);
  if (task.status === "PENDING") {
    await wait(task, agenda, pending);
    if (task.isOver) return;
    task.status = "PROCESSING";
    task.startedAt = agenda.now();
    task.due = undefined;
  }
  await wait(task, agenda, task.duration - pending);
  if (task.isOver) return;
  try {
    const working = Promise.resolve(work());
    agenda.hold(working);
    task.result = await working;
  } catch (error) {
    task.errors = [...task.errors, failureOf(error)];
  }
  if (task.isOver) return;
  task.status = "COMPLETE";
  task.completedAt = agenda.now();
}

async function wait(task: Task<unknown>, agenda: Agenda, ms: number): Promise<void> {
  if (ms === 0) return;
  task.due ??= agenda.next(ms);
  await agenda.until(task.due);
}

function failureOf(error: unknown): TaskFailure {
  if (error instanceof TaskError) return { status: "error", category: error.category, message: error.message };
  if (error instanceof ApiError) {
    return { status: "error", category: error.fields.category ?? "VALIDATION_ERROR", message: error.message };
  }
  // A bug of the simulator: unhandled, it fails the test it happens in.
  throw error;
}

/** As the status endpoints show a task. */
export function viewTask(task: Task<unknown>, result: unknown): Record<string, unknown> {
  const { status, requestedAt, startedAt, completedAt, errors } = task;
  return {
    status,
    requestedAt: iso(requestedAt),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(completedAt === undefined ? {} : { completedAt: iso(completedAt) }),
    ...(result === undefined ? {} : { result }),
    ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }),
  };
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}
