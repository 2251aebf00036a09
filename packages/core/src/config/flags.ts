import type { AuditWriter } from "../audit/audit-writer.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ctx } from "../ports/context.ts";
import type { FlagName, FlagStore } from "../ports/flag-store.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { bounded } from "../util/bounded.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";
import { SingleFlight } from "../util/single-flight.ts";
import { changed, checkFlag, defaultStates, type FlagState, type FlagStates, isOnFor, withRows } from "./flag-state.ts";

/**
 * Switches that are thrown while everything runs, each for one tenant. The configured ones are the defaults; what is set
 * here goes before them, in every process, within a second.
 */
export interface Flags {
  /** How every flag stands for a tenant. */
  get(tenant: Tenant): MaybeAsync<FlagStates>;
  /** Whether the feature is on for whoever asks. At once while what is known is fresh. */
  isOn(flag: FlagName, ctx: Pick<Ctx, "tenant" | "actor">): MaybeAsync<boolean>;
  /** Changes what is named and leaves the rest. Recorded in the audit trail, whatever the flag `audit` says. */
  set(flag: FlagName, change: Partial<FlagState>, ctx: Ctx): Promise<FlagState>;
  /** Back to the configured default. */
  reset(flag: FlagName, ctx: Ctx): Promise<FlagState>;
}

export interface FlagsDeps {
  readonly store: FlagStore;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Logger;
  readonly audit: Pick<AuditWriter, "record">;
  /** Throws ACCESS_DENIED for whoever may not throw switches. */
  readonly mayChange?: (ctx: Ctx) => MaybeAsync<void>;
  /** What holds where nothing was set. */
  readonly defaults?: Partial<Record<FlagName, boolean>> | undefined;
}

/** How long a tenant's switches are believed. Half of the second that was promised: reading them again takes time too. */
const believedMs = 500;

interface Known {
  readonly states: FlagStates;
  readonly readAt: EpochMs;
}

export function createFlags(deps: FlagsDeps): Flags {
  const { store, clock, logger, audit } = deps;
  const defaults = defaultStates(deps.defaults);
  const known = bounded<Tenant, Known>(50_000);
  const reading = new SingleFlight<FlagStates>();

  function statesOf(tenant: Tenant): MaybeAsync<FlagStates> {
    const held = known.get(tenant);
    const age = held === undefined ? Number.POSITIVE_INFINITY : clock.now() - held.readAt;
    return held !== undefined && age >= 0 && age < believedMs ? held.states : reading.run(tenant, () => read(tenant));
  }

  /** While the store fails, what was known holds, else the defaults: a database that is down throws no switch. */
  async function read(tenant: Tenant): Promise<FlagStates> {
    const readAt = clock.now();
    let states = known.get(tenant)?.states ?? defaults;
    try {
      states = withRows(defaults, await store.list(tenant));
    } catch (error) {
      if (!isHubspokeError(error)) throw error;
      logger.warn("flags.read_failed", { tenant, code: error.code });
    }
    known.set(tenant, { states, readAt });
    return states;
  }

  /** Written down before it is done: a switch that nobody can be asked about is not thrown. */
  async function record(ctx: Ctx, what: string): Promise<void> {
    const purpose = ctx.purpose === undefined ? what : `${what} (${ctx.purpose})`;
    const entry = { action: "config", subjectIndex: null, contactId: null, outcome: "ok", errorCode: null } as const;
    await audit.record({ ...ctx, purpose }, [entry]);
  }

  return {
    get: statesOf,
    isOn: (flag, { tenant, actor }) => chain(statesOf(tenant), (states) => isOnFor(states[flag], actor)),
    async set(flag, change, ctx) {
      const { tenant } = ctx;
      const name = checkFlag(flag);
      await deps.mayChange?.(ctx);
      const row = (await store.list(tenant)).find((one) => one.flag === name);
      const state = changed(row ?? defaults[name], change);
      await record(ctx, `flag:${name}=${state.enabled ? "on" : "off"}`);
      await store.put({ tenant, flag: name, ...state, updatedAt: clock.now() });
      known.delete(tenant);
      return state;
    },
    async reset(flag, ctx) {
      const name = checkFlag(flag);
      await deps.mayChange?.(ctx);
      await record(ctx, `flag:${name}=default`);
      await store.remove(ctx.tenant, name);
      known.delete(ctx.tenant);
      return defaults[name];
    },
  };
}
