import { ApiError } from "../base/api-error.ts";
import type { SimClock } from "../base/clock.ts";

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

/** Work that goes on after its request was answered: half its time pending, half in progress, then its effect. */
export class Task<T> {
  readonly id: string;
  readonly requestedAt: number;
  status: TaskStatus = "PENDING";
  startedAt: number | undefined;
  completedAt: number | undefined;
  result: T | undefined;
  readonly errors: TaskFailure[] = [];

  constructor(id: string, requestedAt: number) {
    this.id = id;
    this.requestedAt = requestedAt;
  }

  /** @returns whether there was still something to cancel */
  cancel(now: number): boolean {
    if (this.completedAt !== undefined) return false;
    this.status = "CANCELED";
    this.completedAt = now;
    return true;
  }
}

/** @param duration milliseconds from now to the effect */
export function startTask<T>(
  id: string,
  clock: SimClock,
  duration: number,
  work: (task: Task<T>) => T | Promise<T>,
): Task<T> {
  const task = new Task<T>(id, clock.now());
  void run(task, clock, duration, work);
  return task;
}

async function run<T>(
  task: Task<T>,
  clock: SimClock,
  duration: number,
  work: (task: Task<T>) => T | Promise<T>,
): Promise<void> {
  const waiting = Math.floor(duration / 2);
  if (waiting > 0) await clock.sleep(waiting);
  if (task.status === "CANCELED") return;
  task.status = "PROCESSING";
  task.startedAt = clock.now();
  if (duration > waiting) await clock.sleep(duration - waiting);
  if (isOver(task)) return;
  try {
    const working = Promise.resolve(work(task));
    clock.hold?.(working);
    task.result = await working;
  } catch (error) {
    task.errors.push(failureOf(error));
  }
  if (isOver(task)) return;
  task.status = "COMPLETE";
  task.completedAt = clock.now();
}

function failureOf(error: unknown): TaskFailure {
  if (error instanceof TaskError) return { status: "error", category: error.category, message: error.message };
  if (error instanceof ApiError) {
    return { status: "error", category: error.fields.category ?? "VALIDATION_ERROR", message: error.message };
  }
  // A bug of the simulator: unhandled, it fails the test it happens in.
  throw error;
}

/** Somebody may have cancelled it meanwhile. */
function isOver(task: Task<unknown>): boolean {
  return task.completedAt !== undefined;
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
