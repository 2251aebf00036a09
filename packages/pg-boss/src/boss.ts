/** What is used of pg-boss 12, so that a host may hand in its own instance whatever its exact version. */
export interface BossLike {
  createQueue(name: string, options: BossQueue): Promise<void>;
  updateQueue(name: string, options: Omit<BossQueue, "policy">): Promise<void>;
  send(name: string, data: object, options: { readonly startAfter?: Date }): Promise<string | null>;
  schedule(name: string, cron: string, data: object): Promise<void>;
  unschedule(name: string): Promise<void>;
  work(
    name: string,
    options: { readonly localConcurrency: number; readonly pollingIntervalSeconds: number },
    handler: (jobs: BossJob[]) => Promise<void>,
  ): Promise<string>;
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
  readonly signal: AbortSignal;
}
