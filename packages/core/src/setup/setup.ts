import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { Logger } from "../ports/logger.ts";
import type { SetupDefinition, SetupHandle, SetupStatus, SetupStep } from "./definition.ts";
import { pauseAfter, SetupProgress } from "./progress.ts";

/** What setup needs of a declared sync. */
export interface SetupSync {
  readonly name: string;
  for(tenant: Tenant): {
    status(): Promise<{ readonly on: boolean }>;
    backfill(options: { readonly signal: AbortSignal }): Promise<unknown>;
  };
}

export interface SetupsDeps {
  /** The syncs declared so far, in their order. */
  readonly syncs: () => readonly SetupSync[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alerts: AlertSink;
  /** First contact may take hours: it goes on beside the worker's other jobs where the runtime lets it. */
  readonly background?: ((work: () => Promise<void>) => void) | undefined;
}

export interface Setups {
  /** Does no I/O. Errors: CONFIG_INVALID. */
  define(definition: SetupDefinition): SetupHandle;
  /** Whether the account of a tenant is still being made as declared: first contacts come after that. */
  preparing(tenant: Tenant): boolean;
  /** Those of a tenant that were started in this process. */
  statuses(tenant: Tenant): readonly SetupStatus[];
  /** For the worker. */
  readonly job: Job;
}

interface Run {
  readonly definition: SetupDefinition & { readonly name: string };
  readonly tenant: Tenant;
  readonly progress: SetupProgress;
}

/** Failures in a row before people are told. */
const alertAfter = 3;

/**
 * Brings accounts to where they can be worked with. Nothing of it is remembered in rows of its own: the account shows
 * whether its schema is as declared, and a sync whether its first contact is over, so a process that takes over from one
 * that was killed does what is left, and two that begin at once do not get in each other's way.
 */
export function createSetups({ syncs, clock, logger, alerts, background }: SetupsDeps): Setups {
  const names = new Set<string>();
  const runs = new Map<string, Run>();

  /** The steps as they are now: one of them may declare the syncs of those after it. */
  function stepsOf({ definition, progress }: Run): readonly SetupStep[] {
    const { schema, steps = [], schedules = [], syncs: wanted } = definition;
    const all: SetupStep[] = [];
    if (schema !== undefined) all.push({ name: "schema", run: ({ tenant }) => applySchema(schema, tenant, progress) });
    all.push(...steps);
    if (schedules.length > 0 || typeof schedules === "function") {
      const started = typeof schedules === "function" ? schedules : () => schedules;
      all.push({ name: "schedules", run: ({ tenant }) => startAll(started(), tenant) });
    }
    const declared = syncs();
    const chosen =
      wanted === undefined ? declared : wanted.flatMap((name) => declared.filter((one) => one.name === name));
    for (const sync of chosen) all.push({ name: `sync:${sync.name}`, run: (context) => meet(sync, context) });
    const missing = wanted?.filter((name) => !declared.some((one) => one.name === name)) ?? [];
    for (const name of missing) all.push({ name: `sync:${name}`, run: () => undeclared(name) });
    return all;
  }

  async function applySchema(
    schema: NonNullable<SetupDefinition["schema"]>,
    tenant: Tenant,
    progress: SetupProgress,
  ): Promise<void> {
    const { actions, conflicts } = await schema.plan(tenant);
    progress.schema = {
      drift: actions.map((action) => (action.object === undefined ? action.do : `${action.do} of ${action.object}`)),
      conflicts: conflicts.map(({ object, property, what }) => `${what} of ${object}.${property}`),
      at: clock.now(),
    };
    const { applied } = actions.length === 0 ? { applied: [] } : await schema.apply(tenant);
    const failed = applied.find(({ outcome }) => outcome === "failed");
    if (failed === undefined) return;
    const { code = "INTERNAL" } = failed;
    throw new HubspokeError(code, `${code}: the account could not be made as declared: see the schema's apply()`);
  }

  /** One step; false when it failed or was stopped. */
  async function attempt(
    { definition, tenant, progress }: Run,
    step: SetupStep,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { name } = step;
    progress.set(name, { state: "running" }, clock.now());
    try {
      await step.run({ tenant, signal });
    } catch (error) {
      const code = isHubspokeError(error) ? error.code : "HANDLER_FAILED";
      // Stopped, or another process is at it just now: that is no failure.
      if (signal.aborted || code === "LEASE_LOST") {
        progress.set(name, { state: "waiting" }, clock.now());
        progress.nextAt = clock.now() + pauseAfter(1);
        return false;
      }
      const message = isHubspokeError(error) ? error.message : null;
      const tries = progress.of(name).tries + 1;
      progress.set(name, { state: "failed", tries, errorCode: code, message }, clock.now());
      progress.nextAt = clock.now() + pauseAfter(tries);
      logger.warn("setup.step_failed", { tenant, setup: definition.name, step: name, code, tries });
      if (tries === alertAfter) await raise(definition.name, tenant, name, code);
      return false;
    }
    progress.set(name, { state: "done", tries: 0, errorCode: null, message: null }, clock.now());
    return true;
  }

  async function raise(setup: string, tenant: Tenant, step: string, code: string): Promise<void> {
    await alerts.raise({
      name: "setup.failed",
      tenant,
      at: clock.now(),
      key: alertKey(setup),
      severity: "critical",
      message: `setup "${setup}": its step "${step}" failed ${alertAfter} times in a row (${code}); it goes on trying, and what comes meanwhile waits`,
      details: { setup, step, code },
    });
  }

  const isReady = (run: Run): boolean => stepsOf(run).every(({ name }) => run.progress.of(name).state === "done");

  /** Step by step as far as it goes. */
  async function goOn(run: Run, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const step = stepsOf(run).find(({ name }) => run.progress.of(name).state !== "done");
      // What an earlier process was alerted about is over as well.
      if (step === undefined) return alerts.clear?.(run.tenant, alertKey(run.definition.name));
      if (!(await attempt(run, step, signal))) return;
    }
  }

  const statusOf = (run: Run): SetupStatus => ({
    name: run.definition.name,
    ready: isReady(run),
    steps: stepsOf(run).map(({ name }) => run.progress.of(name)),
    schema: run.progress.schema,
  });

  return {
    define(given) {
      const { name = "setup", steps = [] } = given;
      const definition = { ...given, name };
      if (names.has(name)) throw invalid(`"${name}" is defined twice: give one of them another name`);
      const own = ["schema", "schedules", ...steps.map((step) => step.name)];
      const twice = own.find((one, i) => own.indexOf(one) !== i || one.startsWith("sync:") || one === "");
      if (twice !== undefined) throw invalid(`the step "${twice}" of "${name}" needs another name`);
      names.add(name);
      return {
        name,
        for: (tenant) => {
          const key = JSON.stringify([name, tenant]);
          return {
            start() {
              if (!runs.has(key)) runs.set(key, { definition, tenant, progress: new SetupProgress() });
            },
            status() {
              const run = runs.get(key);
              return run === undefined ? null : statusOf(run);
            },
          };
        },
      };
    },
    preparing: (tenant) =>
      [...runs.values()].some(
        (run) =>
          run.tenant === tenant &&
          stepsOf(run).some(({ name }) => !name.startsWith("sync:") && run.progress.of(name).state !== "done"),
      ),
    statuses: (tenant) => [...runs.values()].filter((run) => run.tenant === tenant).map(statusOf),
    job: {
      name: "setup",
      async run({ now, signal }) {
        let did = 0;
        for (const run of runs.values()) {
          const { progress } = run;
          if (signal.aborted || progress.underWay || progress.nextAt > now || isReady(run)) continue;
          progress.underWay = true;
          did++;
          const work = () =>
            goOn(run, signal).finally(() => {
              progress.underWay = false;
            });
          if (background === undefined) await work();
          else background(work);
        }
        return { did };
      },
    },
  };
}

/** First contact, where there was none. */
async function meet(sync: SetupSync, { tenant, signal }: Parameters<SetupStep["run"]>[0]): Promise<void> {
  const mine = sync.for(tenant);
  if (!(await mine.status()).on) await mine.backfill({ signal });
}

async function startAll(
  schedules: readonly { for(tenant: Tenant): { start(): Promise<unknown> } }[],
  tenant: Tenant,
): Promise<void> {
  for (const one of schedules) await one.for(tenant).start();
}

function undeclared(name: string): never {
  throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: setup names the sync "${name}", which nobody declared`);
}

const alertKey = (setup: string): string => `setup.failed:${setup}`;

function invalid(what: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: setup: ${what}`);
}
