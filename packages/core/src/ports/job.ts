import type { EpochMs } from "./ids.ts";

/** What one run of a job may use. */
export interface JobRun {
  /** Epoch ms, the instance's clock when the run began. */
  readonly now: EpochMs;
  /** The job should have returned by then; it may return earlier with `nextAt` set to now. */
  readonly deadline: EpochMs;
  /** Fires when the worker is asked to stop: stop promptly, leave nothing half-written. */
  readonly signal: AbortSignal;
}

/** What one run of a job did, and when it wants the next. */
export interface JobResult {
  /** Units of work done, in the job's own measure. 0 means there was nothing to do. */
  readonly did: number;
  /** When there is something to do next; absent: whenever the worker comes round again. */
  readonly nextAt?: EpochMs;
}

/**
 * Something that happens later. Subsystems register their jobs with the worker, the only driver there is.
 * Duties: one run does a bounded piece and returns; running it twice at once, here or in another process, is safe;
 * a failure is a throw, which the worker logs and alerts without stopping the other jobs.
 */
export interface Job {
  /** Stable and unique: it is logged and alerted. */
  readonly name: string;
  /** Answers what it did and when it wants to come back. A throw makes its next turn wait longer. */
  run(t: JobRun): Promise<JobResult>;
  /** True when this process has given the job something since its last run: its turn comes at once. */
  woken?(): boolean;
}
