import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertName, AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Job, JobResult } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import { type QueueDispatch, type QueueLike, queueDispatch } from "./queue-dispatch.ts";

export interface WorkerDeps {
  readonly clock: Clock;
  /** Everything that happens later, in the order of a round. */
  readonly jobs: readonly Job[];
  readonly logger?: Logger;
  readonly alerts?: AlertSink;
  /** HubSpot calls made so far, for `maxCalls`. */
  readonly calls?: () => number;
  /** How long an idle worker waits before it asks again. Default 1 s. */
  readonly idleMs?: number;
  /** What one run of a job may take. Default 10 s. */
  readonly sliceMs?: number;
}

/** How long one turn of the worker may be. */
export interface TickOptions {
  /** Stops starting jobs after this long. Default 10 s. */
  readonly budgetMs?: number;
  /** Stops starting jobs after about so many HubSpot calls; a job in progress finishes its batch. */
  readonly maxCalls?: number;
  /** Ends the turn after the batch each job is at. Nothing is lost: what was not done is due again later. */
  readonly signal?: AbortSignal;
}

/** What one turn of the worker did. */
export interface TickResult {
  /** Units of work done. */
  readonly did: number;
  /** Whether everything that was due is done. */
  readonly idle: boolean;
  /** When something is due next, as far as the jobs know. */
  readonly nextAt: EpochMs | null;
}

/** A worker that was started. */
export interface StartedWorker {
  /** Ends it: resolves when what was under way is put away. Further calls are of no effect. */
  close(): Promise<void>;
}

/** The one driver of everything that happens later. */
export interface Worker {
  /** Works until `signal` fires, then returns. For servers. A failing job is logged, alerted and tried again later. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * `run` for servers that close their parts one after the other: works until the answer's `close` is called. Close it
   * before the instance, `hubspoke.close()`, whose storage it needs until then.
   */
  start(): StartedWorker;
  /** Works off what is due and returns. For cron, Workers and tests. */
  tick(options?: TickOptions): Promise<TickResult>;
  /** Names of the jobs, in the order of a round: what a queue of the host's gives one queue each. */
  readonly jobs: readonly string[];
  /**
   * One bounded run of one job, for a host that dispatches by a queue of its own (pg-boss, Cloudflare Queues) instead of
   * `run`. Running one job twice at once, here or elsewhere, is safe. A failure is logged, alerted when it goes on, and
   * thrown. INPUT_INVALID for a name that is no job.
   */
  runJob(name: string, options?: Pick<TickOptions, "budgetMs" | "signal">): Promise<JobResult>;
  /** The jobs as messages of a queue such as Cloudflare Queues, each consumer running what it is given. Does no I/O. */
  dispatchOver(queue: QueueLike): QueueDispatch;
}

interface Turn {
  nextAt: EpochMs;
  failures: number;
}

/** Failures in a row before people are told, once: a hiccup is for the log, an outage is one alert. */
const alertAfter = 3;
const longestBackoffMs = 60_000;

/**
 * Runs the jobs in fair rounds: each due job once a round, however much the others have to do. A job that throws waits
 * longer and longer; the others never notice.
 */
export function createWorker({
  clock,
  jobs,
  logger,
  alerts,
  calls,
  idleMs = 1_000,
  sliceMs = 10_000,
}: WorkerDeps): Worker {
  const turns = new Map<Job, Turn>(jobs.map((job) => [job, { nextAt: 0, failures: 0 }]));

  async function runOne(job: Job, turn: Turn, deadline: EpochMs, signal: AbortSignal): Promise<number> {
    try {
      return (await attempt(job, turn, deadline, signal)).did;
    } catch {
      // Told by `attempt`; the others go on, and its own turn comes again.
      return 0;
    }
  }

  async function attempt(job: Job, turn: Turn, deadline: EpochMs, signal: AbortSignal): Promise<JobResult> {
    const now = clock.now();
    try {
      const result = await job.run({ now, deadline: Math.min(deadline, now + sliceMs), signal });
      turn.failures = 0;
      turn.nextAt = result.nextAt ?? (result.did > 0 ? now : clock.now() + idleMs);
      return result;
    } catch (error) {
      if (!signal.aborted) {
        turn.failures++;
        turn.nextAt = clock.now() + Math.min(longestBackoffMs, idleMs * 2 ** turn.failures);
        await tell(job, turn, error);
      }
      throw error;
    }
  }

  async function tell(job: Job, { failures }: Turn, error: unknown): Promise<void> {
    const code = isHubspokeError(error) ? error.code : "INTERNAL";
    logger?.error("worker.job_failed", { job: job.name, code, failures });
    if (failures === alertAfter) await raise(job, code, failures);
  }

  /** A broken alert channel must not stop the work it would have told about. */
  async function raise(job: Job, code: string, failures: number): Promise<void> {
    try {
      await alerts?.raise({
        name: alertFor(job, code),
        at: clock.now(),
        key: `worker:${job.name}`,
        severity: "critical",
        message: `the worker's job "${job.name}" failed ${failures} times in a row (${code}); it goes on trying`,
        details: { job: job.name, code, failures },
      });
    } catch {
      logger?.error("worker.alert_failed", { job: job.name });
    }
  }

  /** One fair round of what is due. */
  async function round(deadline: EpochMs, spent: () => boolean, signal: AbortSignal): Promise<number> {
    let did = 0;
    for (const [job, turn] of turns) {
      if (signal.aborted || spent()) break;
      if (dueAt(job, turn) <= clock.now()) did += await runOne(job, turn, deadline, signal);
    }
    return did;
  }

  const earliest = (): EpochMs => Math.min(...[...turns].map(([job, turn]) => dueAt(job, turn)));

  const worker: Worker = {
    jobs: jobs.map(({ name }) => name),
    dispatchOver: (queue) => queueDispatch({ queue, jobs: worker.jobs, runJob: worker.runJob, clock, logger }),
    async runJob(name, { budgetMs = sliceMs, signal = new AbortController().signal } = {}) {
      for (const [job, turn] of turns) {
        if (job.name === name) return attempt(job, turn, clock.now() + budgetMs, signal);
      }
      throw new HubspokeError("INPUT_INVALID", "there is no such job; worker().jobs lists them", {
        details: { jobs: jobs.map(({ name }) => name) },
      });
    },
    async run(signal) {
      while (!signal.aborted) {
        const did = await round(Number.POSITIVE_INFINITY, () => false, signal);
        const wait = Math.min(earliest() - clock.now(), idleMs);
        if (did === 0 && wait > 0) await pause(clock, wait, signal);
      }
    },
    start() {
      const stop = new AbortController();
      const working = worker.run(stop.signal);
      return {
        close() {
          stop.abort();
          return working;
        },
      };
    },
    async tick({ budgetMs = 10_000, maxCalls = Number.POSITIVE_INFINITY, signal = new AbortController().signal } = {}) {
      const deadline = clock.now() + budgetMs;
      const before = calls?.() ?? 0;
      const spent = () => clock.now() >= deadline || (calls?.() ?? 0) - before >= maxCalls;
      let total = 0;
      let did = 0;
      do {
        did = await round(deadline, spent, signal);
        total += did;
      } while (did > 0 && !spent() && !signal.aborted);
      const next = earliest();
      return { did: total, idle: did === 0 && next > clock.now(), nextAt: Number.isFinite(next) ? next : null };
    },
  };
  return worker;
}

/** A job that was given something is due now; one that fails waits all the same. */
function dueAt(job: Job, { nextAt, failures }: Turn): EpochMs {
  return failures === 0 && job.woken?.() === true ? 0 : nextAt;
}

/** Sleeps; being told to stop ends the sleep and is no failure. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function alertFor(job: Job, code: string): AlertName {
  if (code.startsWith("STORE_") || code.startsWith("SCHEMA_")) return "storage.unavailable";
  if (code === "AUTH_INVALID" || code === "AUTH_EXPIRED") return "auth.invalid";
  if (job.name === "inbox") return "webhook.handler_failed";
  return job.name.startsWith("outbox") ? "outbox.failed" : "sync.errors_high";
}
