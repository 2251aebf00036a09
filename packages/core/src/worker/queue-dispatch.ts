import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { JobResult } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";

/** A queue's producer: a Cloudflare Queues binding has these. */
export interface QueueLike {
  /**
   * `delaySeconds`: how long the queue holds the message back. Bodies are a job's name and a time, nothing of the
   * host's.
   */
  send(body: unknown, options?: { readonly delaySeconds?: number }): Promise<unknown>;
  /** Called with at most 100 messages, Cloudflare's limit. */
  sendBatch(messages: readonly { readonly body: unknown }[]): Promise<unknown>;
}

/** One message of a batch, as Cloudflare Queues gives it to a consumer. */
export interface QueueMessageLike {
  /** Checked before it is used: a message of another program is acknowledged and logged. */
  readonly body: unknown;
  /** Deliveries, this one included. */
  readonly attempts: number;
  /** Marks it as done, so that the queue does not deliver it again. */
  ack(): void;
  /** Has the queue deliver it again, at the earliest after `delaySeconds` (at most 300 are asked for). */
  retry(options?: { readonly delaySeconds?: number }): void;
}

/** The worker's jobs as messages of a queue. */
export interface QueueDispatch {
  /** Has a job run soon instead of at the next cron: `"inbox"` after a webhook was stored. */
  kick(job: string): Promise<void>;
  /** For the cron trigger, each minute: one message for each job. */
  scheduled(): Promise<void>;
  /**
   * For the consumer. Runs each job that the batch names, once, while there is more to do and `budgetMs` (default 20 s)
   * lasts; goes on in another message, at once or when the job said, until the next cron begins anew. A job that fails
   * is tried again with growing pauses, and is a dead letter when the queue has enough of it.
   */
  consume(batch: { readonly messages: readonly QueueMessageLike[] }, options?: ConsumeOptions): Promise<void>;
}

/** How long the work of a message may take, in milliseconds. */
export interface ConsumeOptions {
  /** Default 20,000. Starts no run after it; one that runs is told when to end. */
  readonly budgetMs?: number;
}

interface QueueDeps {
  readonly queue: QueueLike;
  readonly jobs: readonly string[];
  readonly runJob: (name: string, options: { readonly budgetMs: number }) => Promise<JobResult>;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

/** A job's name, and until when its run may go on in further messages. Nothing else of a host's is in a queue. */
interface Turn {
  readonly job: string;
  readonly until: EpochMs;
}

/** How often the cron trigger fires: a run goes on until then, so that there is one chain of a job and not one more each time. */
const everyMs = 60_000;
const sendAtOnce = 100;
const longestRetrySeconds = 300;

export function queueDispatch({ queue, jobs, runJob, clock, logger }: QueueDeps): QueueDispatch {
  const turn = (job: string): Turn => ({ job, until: clock.now() + everyMs });

  /** When the job wants to run again; null when the next cron is soon enough. */
  async function workOff(job: string, deadline: EpochMs): Promise<EpochMs | null> {
    for (;;) {
      const { did, nextAt } = await runJob(job, { budgetMs: deadline - clock.now() });
      const now = clock.now();
      const due = nextAt ?? (did > 0 ? now : null);
      if (due === null || did === 0 || due > now || now >= deadline) return due;
    }
  }

  async function goOn({ job, until }: Turn, at: EpochMs): Promise<void> {
    if (at >= until) return;
    const delaySeconds = Math.max(0, Math.ceil((at - clock.now()) / 1_000));
    await queue.send({ job, until }, { delaySeconds });
  }

  return {
    kick: async (job) => void (await queue.send(turn(job))),
    async scheduled() {
      for (let i = 0; i < jobs.length; i += sendAtOnce)
        await queue.sendBatch(jobs.slice(i, i + sendAtOnce).map((job) => ({ body: turn(job) })));
    },
    async consume({ messages }, { budgetMs = 20_000 } = {}) {
      const deadline = clock.now() + budgetMs;
      for (const [job, given] of byJob(messages)) {
        const until = Math.max(...given.map(({ turn }) => turn?.until ?? 0));
        if (!jobs.includes(job)) {
          // Of an older deployment, or none of ours: another try would find no job either.
          logger?.warn("worker.unknown_job", {});
          for (const { message } of given) message.ack();
          continue;
        }
        try {
          const now = clock.now();
          const next = now < deadline ? await workOff(job, deadline) : now;
          if (next !== null) await goOn({ job, until }, next);
          for (const { message } of given) message.ack();
        } catch {
          // Told by the worker, which logs and alerts; the queue's part is to come again later.
          for (const { message } of given)
            message.retry({ delaySeconds: Math.min(longestRetrySeconds, 2 ** message.attempts) });
        }
      }
    },
  };
}

interface Given {
  readonly message: QueueMessageLike;
  readonly turn: Turn | null;
}

function byJob(messages: readonly QueueMessageLike[]): ReadonlyMap<string, readonly Given[]> {
  const groups = new Map<string, Given[]>();
  for (const message of messages) {
    const turn = turnIn(message.body);
    const key = turn?.job ?? "";
    groups.set(key, [...(groups.get(key) ?? []), { message, turn }]);
  }
  return groups;
}

function turnIn(body: unknown): Turn | null {
  const { job, until } = (typeof body === "object" && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  return typeof job === "string" && typeof until === "number" ? { job, until } : null;
}
