/** What is used of pg-boss 12, so that a host may hand in its own instance whatever its exact version. */
export interface BossLike {
  /** Leaves a queue that exists as it is, which is why `updateQueue` follows. */
  createQueue(name: string, options: BossQueue): Promise<void>;
  /** Applies changed options; a queue's policy cannot be changed. */
  updateQueue(name: string, options: Omit<BossQueue, "policy">): Promise<void>;
  /** Null where the queue's policy `short` has a job waiting already, which is no failure. */
  send(name: string, data: object, options: { readonly startAfter?: Date }): Promise<string | null>;
  /** `cron` is in UTC; scheduling a name again replaces its schedule. */
  schedule(name: string, cron: string, data: object): Promise<void>;
  /** Nothing happens for a name without a schedule. */
  unschedule(name: string): Promise<void>;
  /**
   * Polls every `pollingIntervalSeconds`; a handler that throws makes pg-boss try the job again. Answers the worker's
   * id.
   */
  work(
    name: string,
    options: { readonly localConcurrency: number; readonly pollingIntervalSeconds: number },
    handler: (jobs: BossJob[]) => Promise<void>,
  ): Promise<string>;
  /** With `wait`, resolves when what is under way has ended. */
  offWork(name: string, options: { readonly wait: boolean }): Promise<void>;
}

export interface BossQueue {
  readonly policy: "short" | "standard";
  readonly expireInSeconds: number;
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly retryBackoff: boolean;
  readonly retryDelayMax: number;
  readonly retentionSeconds: number;
  readonly deleteAfterSeconds: number;
  readonly deadLetter?: string;
}

/** As much of pg-boss' job as is used. */
export interface BossJob {
  /** Fires when pg-boss gives the job up, or is stopping. */
  readonly signal: AbortSignal;
}
