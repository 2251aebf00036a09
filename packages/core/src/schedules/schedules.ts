import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Job } from "../ports/job.ts";
import type { ScheduleRow } from "../ports/schedule-store.ts";
import { suggestion } from "../util/did-you-mean.ts";
import { stableJson } from "../util/stable-json.ts";
import type { ScheduleDefinition, SchedulesDeps } from "./definition.ts";
import { nextAt } from "./next-at.ts";
import { scheduleJob } from "./schedule-job.ts";
import { checkedTiming, type TimingOptions } from "./timing.ts";

/** What can be changed while everything runs. */
export type ScheduleChange = Partial<TimingOptions> & { readonly enabled?: boolean };

/** A tenant's schedule as it stands. */
export type ScheduleState = Omit<ScheduleRow, "tenant">;

/** A schedule of one tenant. */
export interface TenantSchedule {
  /** Switches it on. Where it never was, with the declared timing and the changes given. */
  start(change?: Partial<TimingOptions>): Promise<ScheduleState>;
  /** Switches it off; what runs just now runs to its end. */
  stop(): Promise<void>;
  /** Changes timing or `enabled`, in every process at once. Throws NOT_FOUND where it was never started. */
  edit(change: ScheduleChange): Promise<ScheduleState>;
  /** Null where it was never started. */
  status(): Promise<ScheduleState | null>;
}

/** A declared job that comes back; each tenant starts it for itself. */
export interface ScheduleHandle {
  /** As declared; what `schedules.edit` takes. */
  readonly name: string;
  /** The schedule of one tenant. Does no I/O, and creates nothing until `start`. */
  for(tenant: Tenant): TenantSchedule;
}

export interface Schedules {
  /** Makes a job known to this process. Does no I/O. Throws INPUT_INVALID naming what to change. */
  define(definition: ScheduleDefinition): ScheduleHandle;
  /** All schedules of a tenant, those of other releases included. */
  list(tenant: Tenant): Promise<readonly ScheduleState[]>;
  /** A schedule by name, for pages where people edit them. Throws NOT_FOUND. */
  edit(tenant: Tenant, name: string, change: ScheduleChange): Promise<ScheduleState>;
  /** For the worker. */
  readonly job: Job;
}

/** Jobs that come back, as rows: each due occurrence is run once, whichever of the processes claims it. */
export function createSchedules(deps: SchedulesDeps): Schedules {
  const { store, clock } = deps;
  const defined = new Map<string, ScheduleDefinition>();

  async function rowOf(tenant: Tenant, name: string): Promise<ScheduleRow | null> {
    return (await store.list(tenant)).find((row) => row.name === name) ?? null;
  }

  async function edit(tenant: Tenant, name: string, { enabled, ...timing }: ScheduleChange): Promise<ScheduleState> {
    const rows = await store.list(tenant);
    const row = rows.find((one) => one.name === name);
    if (row === undefined) {
      const known = rows.map((one) => one.name);
      throw new HubspokeError(
        "NOT_FOUND",
        `the tenant has no schedule "${name}": start() it first.${suggestion(name, known)}`,
        { details: { schedule: name } },
      );
    }
    const next = { ...row, ...checkedTiming({ ...row, ...timing }), enabled: enabled ?? row.enabled };
    if (stableJson({ ...next }) === stableJson({ ...row })) return stateOf(row);
    // What was due under the old timing and nobody has begun is not made up for.
    const edited = { ...next, nextAt: nextAt(next, clock.now()) };
    await store.put(edited);
    return stateOf(edited);
  }

  function forTenant(definition: ScheduleDefinition, tenant: Tenant): TenantSchedule {
    const { name } = definition;
    return {
      async start(change = {}) {
        const timing = checkedTiming({ ...definition, ...change });
        const added = await store.add({
          tenant,
          name,
          ...timing,
          nextAt: nextAt(timing, clock.now()),
          enabled: true,
          lastRunAt: null,
          lastOutcome: null,
        });
        const row = await rowOf(tenant, name);
        if (row !== null && (added || (row.enabled && Object.keys(change).length === 0))) return stateOf(row);
        return edit(tenant, name, { ...change, enabled: true });
      },
      async stop() {
        if ((await rowOf(tenant, name))?.enabled === true) await edit(tenant, name, { enabled: false });
      },
      edit: (change) => edit(tenant, name, change),
      async status() {
        const row = await rowOf(tenant, name);
        return row === null ? null : stateOf(row);
      },
    };
  }

  return {
    define(definition) {
      const { name, run } = definition;
      if (typeof name !== "string" || !/^[A-Za-z0-9._:-]{1,100}$/.test(name))
        throw invalid("name", "must be 1 to 100 letters, digits, dots, colons, dashes or underscores");
      if (typeof run !== "function") throw invalid("run", `of "${name}" must be a function`);
      if (defined.has(name)) throw invalid("name", `"${name}" is defined twice: give one of them another`);
      checkedTiming(definition);
      defined.set(name, definition);
      return { name, for: (tenant) => forTenant(definition, tenant) };
    },
    list: async (tenant) => (await store.list(tenant)).map(stateOf),
    edit,
    job: scheduleJob(deps, defined),
  };
}

function stateOf({ tenant: _tenant, ...state }: ScheduleRow): ScheduleState {
  return state;
}

function invalid(option: string, what: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `a schedule's "${option}" ${what}`, { details: { option } });
}
