import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Tenant } from "../ports/ids.ts";
import type { ScheduleDefinition } from "../schedules/definition.ts";
import type { ScheduleHandle } from "../schedules/schedules.ts";
import type { TimingOptions } from "../schedules/timing.ts";

/** A job as a table of yours keeps it. */
export interface RelayedJob {
  /** Unique for ever: handed over twice, it is one job. */
  readonly key: string;
  /** What the outbox kind takes. */
  readonly input: unknown;
}

/** Jobs that wait in a table of yours, which a transaction of yours can write to and the outbox's cannot. */
export interface RelayDefinition extends Partial<TimingOptions> {
  /** Stable, as that of any schedule. */
  readonly name: string;
  /** The outbox kind of the jobs: `event`, `note`, or one of your own. */
  readonly kind: string;
  /** At most `limit` jobs of the tenant that are not done, the oldest first. */
  take(of: { readonly tenant: Tenant; readonly limit: number }): Promise<readonly RelayedJob[]>;
  /** These are in the outbox, durably: mark or delete them. A process that is killed before hands them over once more. */
  done(keys: readonly string[], of: { readonly tenant: Tenant }): Promise<unknown>;
  /**
   * One that the outbox can never take (INPUT_INVALID), and why: mark it, so that it is not taken again. Default: it stays,
   * none of the others wait for it, and each run fails, which is told as `schedule.missed`.
   */
  refused?(key: string, error: HubspokeError, of: { readonly tenant: Tenant }): unknown;
}

export interface RelayDeps {
  readonly outbox: Pick<Outbox, "enqueue" | "enqueueMany">;
  readonly schedule: (definition: ScheduleDefinition) => ScheduleHandle;
}

const limit = 200;

/** A schedule that empties such a table into the outbox. */
export function relay({ outbox, schedule }: RelayDeps, definition: RelayDefinition): ScheduleHandle {
  const { name, kind, take, done, refused, every = { ms: 5_000 }, ...timing } = definition;

  /** Keys of those the outbox has taken, and why it did not take the others that stay. */
  async function handOver(tenant: Tenant, taken: readonly RelayedJob[]): Promise<{ keys: string[]; why: unknown }> {
    const jobs = taken.map(({ key, input }) => ({ input, options: { tenant, idempotencyKey: key } }));
    try {
      await outbox.enqueueMany(kind, jobs);
      return { keys: taken.map(({ key }) => key), why: null };
    } catch (error) {
      if (!isHubspokeError(error, "INPUT_INVALID")) throw error;
    }
    // One that can never be taken keeps none of the others.
    const keys: string[] = [];
    let why: unknown = null;
    for (const { input, options } of jobs) {
      try {
        await outbox.enqueue(kind, input, options);
        keys.push(options.idempotencyKey);
      } catch (error) {
        if (!isHubspokeError(error, "INPUT_INVALID")) throw error;
        if (refused === undefined) why ??= error;
        else await refused(options.idempotencyKey, error, { tenant });
      }
    }
    return { keys, why };
  }

  return schedule({
    ...timing,
    name,
    every,
    async run({ tenant, signal }) {
      let told: unknown = null;
      const seen = new Set<string>();
      let more = true;
      while (more && !signal.aborted) {
        const taken = await take({ tenant, limit });
        if (taken.length > 0 && taken.every(({ key }) => seen.has(key))) {
          told ??= unmarked(name);
          break;
        }
        for (const { key } of taken) seen.add(key);
        const { keys, why } = await handOver(tenant, taken);
        if (keys.length > 0) await done(keys, { tenant });
        told ??= why;
        more = taken.length === limit;
      }
      // As any schedule that fails; the rows stay until they are mended.
      if (told !== null) throw told;
    },
  });
}

/** A lot of which all stay comes again: it would for ever. */
function unmarked(name: string): HubspokeError {
  const why = `the relay "${name}" was given the same jobs twice in a run; \`done\` has to mark or delete what it is told of`;
  return new HubspokeError("INPUT_INVALID", why, { details: { name } });
}
