import type { Worker } from "@hubspoke/core";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import type { BossLike, BossQueue } from "./boss.ts";

/** The host's pg-boss, and how queues are named and polled. */
export interface BossWorkerOptions {
  /** A started `PgBoss` of the host's. It stays the host's to stop, after `stop()`. */
  readonly boss: BossLike;
  /** Begins every queue's name. Default `hubspoke`. Letters, digits, `_`, `-`, `.` and `/`. */
  readonly prefix?: string;
  /** Runs of one job at once in this process. Default 1. */
  readonly concurrency?: number;
  /** Seconds between two looks at a queue, and before an idle job is run again. Default 2; at least 0.5. */
  readonly pollSeconds?: number;
  /** A run that takes longer than this asks another process to help. Milliseconds, default 1000. */
  readonly helpAfterMs?: number;
  /** A run goes on while its job has more to do, for about so long. Milliseconds, default 10000. */
  readonly busyMs?: number;
  /** Seconds after which a run counts as lost with its process and is given to another. Default 120. */
  readonly expireSeconds?: number;
}

/** The jobs of a `Worker`, each a queue of pg-boss. */
export interface BossWorker {
  /** Makes the queues and starts taking from them. Any number of processes may call it, at any time. */
  start(): Promise<void>;
  /** Stops taking, asks running jobs to stop, and waits for them. */
  stop(): Promise<void>;
  /** Runs a job soon instead of at its next turn, for example `"inbox"` after a webhook was stored. */
  kick(job: string): Promise<void>;
}

/** The chain of a job is started again this often, should its last link have been lost with a process. */
const everyMinute = "* * * * *";

/**
 * Dispatches what `hubspoke.worker()` would do in one process over all processes on a Postgres: instead of
 * `worker.run(signal)`, each process calls `bossWorker(hubspoke.worker(), { boss }).start()`.
 *
 * Each job is a queue with at most one run waiting. A run goes on while there is more to do, asks others to help, puts
 * the next one there for when it is due, and is given to another process when its own is killed. What fails is tried again with
 * growing pauses and then put into the queue `<prefix>.dead-letters`, and alerted by the worker. The payload is a job's name: no
 * tenant, no id, no person's data reaches pg-boss' tables.
 *
 * Throws CONFIG_INVALID for a prefix pg-boss would refuse.
 */
export function bossWorker(worker: Pick<Worker, "jobs" | "runJob">, options: BossWorkerOptions): BossWorker {
  const { boss, prefix = "hubspoke", concurrency = 1, pollSeconds = 2, helpAfterMs = 1_000, busyMs = 10_000 } = options;
  if (!/^[\w.\-/]+$/.test(prefix)) {
    throw new HubspokeError("CONFIG_INVALID", "prefix may hold letters, digits, _ - . and / only");
  }
  const deadLetters = `${prefix}.dead-letters`;
  const limits: Omit<BossQueue, "policy"> = {
    expireInSeconds: options.expireSeconds ?? 120,
    retryLimit: 5,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 60,
    retentionSeconds: 7 * 86_400,
    // A finished run tells nobody anything.
    deleteAfterSeconds: 600,
  };
  const stopping = new AbortController();
  const queueOf = (job: string): string => `${prefix}.${job.replaceAll(":", ".")}`;

  /** With the policy `short` a second waiting run is not stored, and `send` answers null. */
  async function send(job: string, startAfter?: Date): Promise<void> {
    await boss.send(queueOf(job), { job }, startAfter === undefined ? {} : { startAfter });
  }

  /** Repeats the job while there is more to do: a queue is looked at too seldom to hand out work piece by piece. */
  async function workOff(job: string, signal: AbortSignal): Promise<Date> {
    const until = Date.now() + busyMs;
    for (;;) {
      const { did, nextAt } = await worker.runJob(job, { signal });
      const now = Date.now();
      const due = nextAt ?? (did > 0 ? now : now + pollSeconds * 1_000);
      if (did === 0 || due > now || now >= until || signal.aborted) return new Date(due);
    }
  }

  async function run(job: string, signal: AbortSignal): Promise<void> {
    let asked: Promise<{ readonly failure?: unknown }> = Promise.resolve({});
    const help = setTimeout(() => {
      asked = send(job).then(
        () => ({}),
        (failure: unknown) => ({ failure }),
      );
    }, helpAfterMs);
    try {
      const next = await workOff(job, signal);
      const { failure } = await asked;
      if (failure !== undefined) throw failure;
      await send(job, next);
    } catch (error) {
      // Stopped half-way on purpose: no failure, and somebody else's turn.
      if (stopping.signal.aborted) return send(job);
      // pg-boss stores what is thrown. A driver's own text may quote rows: only our code may go there.
      throw new Error(isHubspokeError(error) ? error.code : "INTERNAL");
    } finally {
      clearTimeout(help);
    }
  }

  async function startOne(job: string): Promise<void> {
    const name = queueOf(job);
    await boss.createQueue(name, { ...limits, policy: "short", deadLetter: deadLetters });
    // A queue that is there already keeps the numbers it was made with; those of this process count.
    await boss.updateQueue(name, { ...limits, deadLetter: deadLetters });
    await boss.schedule(name, everyMinute, { job });
    await boss.work(name, { localConcurrency: concurrency, pollingIntervalSeconds: pollSeconds }, async (taken) => {
      for (const { signal } of taken) await run(job, AbortSignal.any([signal, stopping.signal]));
    });
    await send(job);
  }

  return {
    async start() {
      await boss.createQueue(deadLetters, { ...limits, policy: "standard" });
      for (const job of worker.jobs) await startOne(job);
    },
    async stop() {
      stopping.abort();
      await Promise.all(worker.jobs.map((job) => boss.offWork(queueOf(job), { wait: true })));
    },
    kick: (job) => send(job),
  };
}
