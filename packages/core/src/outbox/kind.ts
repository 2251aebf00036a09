import type * as z from "zod/mini";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { EpochMs, RowId, Tenant } from "../ports/ids.ts";
import { checked } from "../util/checked.ts";
import { suggestion } from "../util/did-you-mean.ts";

/** One thing a person is known by: an e-mail address, a number in E.164, a contact id. */
export interface JobPerson {
  /** How `value` is to be read. */
  readonly kind: "email" | "phone" | "contact";
  /** Nobody stores it: it is made again from the sealed input when an erasure asks. */
  readonly value: string;
}

/** One attempt at a job, as whoever does it sees it. */
export interface OutboxJob {
  /** Random; stays the same over retries and replays. */
  readonly id: RowId;
  /** As given to `enqueue`; `default` where none was. */
  readonly tenant: Tenant;
  /** As given to `enqueue`. */
  readonly idempotencyKey: string;
  /** Attempts before this one, those of killed processes included. 0: certainly the first. */
  readonly tries: number;
  /** When it was enqueued. */
  readonly createdAt: EpochMs;
  /** Fires when the worker is asked to stop. */
  readonly signal: AbortSignal;
  /**
   * Call it before an effect that cannot be repeated: throws LEASE_LOST when another process has taken the job over,
   * else nobody will for the time of a lease.
   */
  confirm(): Promise<void>;
  /**
   * Names the HubSpot contact the job turned out to be about, before anything is written to it: an erasure then finds the
   * job. Throws SUPPRESSED for somebody who was erased.
   */
  about(contactId: string): Promise<void>;
}

/** Ids, counts and words of code, never content: it stays readable in the table. */
export type JobFacts = Readonly<Record<string, string | number | boolean | null>>;

/** What a job answers when it is done. */
export interface JobResult {
  /** Shown by `outbox.find` and `outbox.list`. */
  readonly result?: JobFacts;
  /** There was nothing to do, and why, as a word such as `contact-not-found`. The job is over. */
  readonly skipped?: string;
}

/**
 * A kind of job. `run` may be called more than once for one job: after a failure, and after a process was killed in the
 * middle. It makes its effect idempotent by `job.idempotencyKey`.
 */
export interface OutboxKind<I> {
  /** Letters, digits, `-`, `.`, `:`. Jobs of a kind wait until a process that knows it works. */
  readonly name: string;
  /** What the input must be, in `zod` or `zod/mini`: checked when it is put in and again when it is done, maybe by another release. */
  readonly input: z.core.$ZodType<I>;
  /** Throw to be called again later; what is thrown decides whether: see `verdictOn`. */
  run(input: I, job: OutboxJob): Promise<JobResult | undefined>;
  /** Who the input is about: nothing is done about people who were erased, and an erasure removes their jobs. */
  people?(input: I): readonly JobPerson[];
  /**
   * The input names records of one HubSpot account: a job is parked as PORTAL_MISMATCH when its tenant was moved to another
   * account meanwhile, where equal ids are other people. Default false.
   */
  readonly portalBound?: boolean;
  /** Jobs with one order key run one at a time, in the order they were put in. `null`: no order. Default none. */
  order?(input: I): string | null;
}

/** The kinds an instance knows. */
export interface KindRegistry {
  add<I>(kind: OutboxKind<I>): void;
  /** Errors: INPUT_INVALID with the nearest name there is. */
  get(name: string): OutboxKind<unknown>;
  names(): readonly string[];
}

export function createKinds(): KindRegistry {
  const kinds = new Map<string, OutboxKind<unknown>>();
  return {
    add(kind) {
      if (!/^[a-z][\w.:-]{0,63}$/i.test(kind.name)) {
        throw new HubspokeError(
          "CONFIG_INVALID",
          "CONFIG_INVALID: an outbox kind is named by up to 64 letters, digits, '-', '.' and ':', a letter first",
        );
      }
      if (kinds.has(kind.name)) {
        throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: there is an outbox kind "${kind.name}" already`, {
          details: { kind: kind.name },
        });
      }
      kinds.set(kind.name, kind as OutboxKind<unknown>);
    },
    get(name) {
      const kind = kinds.get(name);
      if (kind !== undefined) return kind;
      throw new HubspokeError(
        "INPUT_INVALID",
        `INPUT_INVALID: there is no outbox kind "${name}"; register it first.${suggestion(name, kinds.keys())}`,
        { details: { kind: name } },
      );
    },
    names: () => [...kinds.keys()],
  };
}

/** The input as its kind wants it. Errors: INPUT_INVALID naming the fields, never their values. */
export function checkedInput<I>({ name, input: schema }: Pick<OutboxKind<I>, "name" | "input">, input: unknown): I {
  return checked(schema, input, `the input of a "${name}" job`, { kind: name });
}
