import * as z from "zod/mini";
import type { Binding } from "../crypto/envelope.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { checkedInput, type JobPerson, type OutboxJob, type OutboxKind } from "../outbox/kind.ts";
import type { Enqueued, Outbox } from "../outbox/outbox.ts";
import type { Clock } from "../ports/clock.ts";
import type { FlowRow, FlowStore } from "../ports/flow-store.ts";
import type { EpochMs, Page, PageCursor, RowId, Tenant } from "../ports/ids.ts";

/** What a step is given. */
export interface StepContext<I> {
  /** As given to `start`; `default` where none was. */
  readonly tenant: Tenant;
  /** The run's key, as given to `start`. */
  readonly key: string;
  /** As the flow's schema read it, opened from its sealed form for this try. */
  readonly input: I;
  /** What the steps before this one answered, by their names. */
  readonly results: Readonly<Record<string, unknown>>;
  /** The same in every try of this step of this run: give it to whatever the step calls. */
  readonly idempotencyKey: string;
  /** Fires when the worker is asked to stop; the step is then tried again later. */
  readonly signal: AbortSignal;
}

/** One step of a flow, done once. */
export interface FlowStep<I> {
  /** Stable: what is over is remembered by it. CONFIG_INVALID where two steps of a flow have the same. */
  readonly name: string;
  /**
   * Its answer (JSON) is sealed, and the step is never run again. A process killed before that runs it once more with the
   * same `idempotencyKey`. What it throws is tried again or parks the run, as in the outbox.
   */
  run(context: StepContext<I>): unknown;
}

/** Steps in their order: a list, or by name, `{ account: ({ input }) => …, welcome: async () => … }`. */
export type FlowSteps<I> = readonly FlowStep<I>[] | Readonly<Record<string, FlowStep<I>["run"]>>;

/** Steps that happen one after the other, whatever is killed or down in between. */
export interface FlowDefinition<I> {
  /** Letters, digits, `-`, `.`. */
  readonly name: string;
  /**
   * A schema of `zod` or `zod/mini`. `start` refuses what it refuses, as INPUT_INVALID; what it returns is what is sealed. Default: anything,
   * for runs of which the key says everything, such as those that begin by themselves for a record.
   */
  readonly input?: z.core.$ZodType<I>;
  /** At least one; the order and the names of steps already released stay as they are. */
  readonly steps: FlowSteps<I>;
  /** Whom a run is about, for erasures. */
  people?(input: I): readonly JobPerson[];
}

/** A run, for people: nothing of its input and results. */
export interface FlowRun {
  /** The name it was declared by. */
  readonly flow: string;
  /** As given at the start: the same key is the same run. */
  readonly key: string;
  /** `running`: the worker is at it or will be. `failed`: parked; `outbox.replay` goes on at the step that failed. */
  readonly state: FlowRow["state"];
  /** Names of the steps that are over. */
  readonly done: readonly string[];
  /** The step that is next or failed; null when all are over. */
  readonly next: string | null;
  /** Of the last attempt that failed. */
  readonly errorCode: string | null;
  /** Epoch ms: when the first step was tried, not when `start` was called. */
  readonly createdAt: EpochMs;
  /** Epoch ms: when a step last ended or failed. */
  readonly updatedAt: EpochMs;
}

/** A declared flow: starts runs, and shows them. */
export interface FlowHandle<I> {
  /** As declared; the outbox kind is `flow:` and this. */
  readonly name: string;
  /** Durable when it resolves; once per key. Errors: INPUT_INVALID. */
  start(key: string, input: I, options?: { readonly tenant?: Tenant }): Promise<Enqueued>;
  /** Null for a run whose first step is not over, or that there is none of. */
  get(key: string, tenant?: Tenant): Promise<FlowRun | null>;
  /** Last changed first. */
  list(query?: {
    readonly tenant?: Tenant;
    readonly state?: FlowRow["state"];
    readonly after?: PageCursor;
    readonly limit?: number;
  }): Promise<Page<FlowRun>>;
}

export interface FlowsDeps {
  readonly store: FlowStore;
  readonly sealer: Sealer;
  readonly newId: () => RowId;
  readonly clock: Pick<Clock, "now">;
  readonly outbox: Pick<Outbox, "enqueue" | "register">;
}

export const flowBinding = (tenant: Tenant, rowId: RowId): Binding => ({
  tenant,
  table: "flows",
  column: "sealed",
  rowId,
});

/** Makes a flow known to this process: the worker runs it. Errors: CONFIG_INVALID. */
export function defineFlow<I>(deps: FlowsDeps, definition: FlowDefinition<I>): FlowHandle<I> {
  const { store, sealer, newId, clock, outbox } = deps;
  const { name } = definition;
  const steps = listOf(name, definition.steps);
  const names = steps.map((step) => step.name);
  if (steps.length === 0 || new Set(names).size !== names.length) {
    throw new HubspokeError(
      "CONFIG_INVALID",
      `CONFIG_INVALID: the flow "${name}" needs steps, each with a name of its own`,
    );
  }
  const kindName = `flow:${name}`;

  async function load(tenant: Tenant, key: string): Promise<{ row: FlowRow; results: Record<string, unknown> }> {
    const row = await store.get(tenant, name, key);
    if (row === null) {
      const now = clock.now();
      const id = newId();
      const fresh = { tenant, flow: name, key, id, step: 0, state: "running", errorCode: null, version: 0 } as const;
      return { row: { ...fresh, sealed: null, keyId: null, createdAt: now, updatedAt: now }, results: {} };
    }
    const opened = row.sealed === null ? {} : await sealer.openJson(flowBinding(tenant, row.id), row.sealed);
    return { row, results: opened as Record<string, unknown> };
  }

  /** Answers the row as stored. Throws when another process was faster: the job comes again and goes on from there. */
  async function save(row: FlowRow, results: Record<string, unknown>): Promise<FlowRow> {
    const sealed = await sealer.sealJson(flowBinding(row.tenant, row.id), results);
    const next = { ...row, sealed, keyId: sealer.keyIdOf(sealed), updatedAt: clock.now() };
    if ((await store.save(next)) === "written") return { ...next, version: row.version + 1 };
    throw new HubspokeError("STORE_BUSY", "STORE_BUSY: another process has gone on with this run");
  }

  async function run(input: I, job: OutboxJob): Promise<{ readonly result: { readonly steps: number } }> {
    const { tenant, idempotencyKey: key, signal } = job;
    let { row, results } = await load(tenant, key);
    for (const step of steps.slice(row.step)) {
      await job.confirm();
      let answer: unknown;
      try {
        const idempotencyKey = `${kindName}:${key}:${step.name}`;
        answer = await step.run({ tenant, key, input, results: structuredClone(results), idempotencyKey, signal });
      } catch (error) {
        const code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
        const lasting =
          isHubspokeError(error) && !error.retryable && error.category !== "auth" && code !== "UNKNOWN_OUTCOME";
        await save({ ...row, state: lasting ? "failed" : "running", errorCode: code }, results);
        throw error;
      }
      results = { ...results, [step.name]: answer ?? null };
      row = await save({ ...row, step: row.step + 1, state: "running", errorCode: null }, results);
    }
    if (row.state !== "done") await save({ ...row, state: "done", errorCode: null }, results);
    return { result: { steps: steps.length } };
  }

  const kind: OutboxKind<I> = {
    name: kindName,
    input: definition.input ?? (z.unknown() as z.core.$ZodType<unknown> as z.core.$ZodType<I>),
    run,
    ...(definition.people === undefined ? {} : { people: (input: I) => definition.people?.(input) ?? [] }),
  };
  outbox.register(kind);

  const viewOf = ({ flow, key, state, step, errorCode, createdAt, updatedAt }: FlowRow): FlowRun => ({
    flow,
    key,
    state,
    done: names.slice(0, step),
    next: names[step] ?? null,
    errorCode,
    createdAt,
    updatedAt,
  });
  return {
    name,
    async start(key, input, { tenant = "default" } = {}) {
      checkedInput(kind, input);
      return outbox.enqueue(kindName, input, { tenant, idempotencyKey: key });
    },
    async get(key, tenant = "default") {
      const row = await store.get(tenant, name, key);
      return row === null ? null : viewOf(row);
    },
    async list({ tenant = "default", limit = 50, ...query } = {}) {
      const page = await store.list({ ...query, tenant, flow: name, limit: Math.min(Math.max(1, limit), 200) });
      return { ...page, items: page.items.map(viewOf) };
    },
  };
}

/** JavaScript puts names that are whole numbers before all others, wherever they were written. */
function listOf<I>(flow: string, steps: FlowSteps<I>): readonly FlowStep<I>[] {
  if (isList(steps)) return steps;
  return Object.entries(steps).map(([name, run]) => {
    if (!/^\d+$/.test(name)) return { name, run };
    const why = `its steps by name would not run in the order they are written in: "${name}" is a number`;
    throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: the flow "${flow}": ${why}`);
  });
}

/** `Array.isArray` does not tell lists that nobody may change. */
const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);
