import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { isHubspokeError } from "@hubspoke/core/errors";
import type { Database } from "./database.ts";
import { customObjects, type Integration, tenant } from "./hubspoke.ts";
import { type Timed, utilization } from "./schedules.ts";

/** How far the account is as WARP needs it. */
export interface SetupState {
  /** The account has what is declared, and every sync has had its first contact. */
  readonly ready: boolean;
  /** What stopped it; it is tried again. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
  /** What differed from the declaration when it was looked at last, and what nobody but a person can mend. */
  readonly drift: readonly string[];
  readonly conflicts: readonly string[];
  readonly at: number | null;
}

export interface Setup {
  readonly state: SetupState;
  /** Done when the account is as declared and every sync is known: until then nothing can be written there. */
  prepare(signal: AbortSignal): Promise<void>;
  /** First contact of both sides, where there was none yet. */
  meet(signal: AbortSignal): Promise<void>;
}

/** At each start. Both parts try again while HubSpot cannot be asked; what comes meanwhile waits in the database. */
export function setup(integration: Integration, data: Database, timed: readonly Timed[], now: () => number): Setup {
  const { hubspoke, schema } = integration;
  const state = { ready: false, trouble: null, drift: [], conflicts: [], at: null } as {
    -readonly [K in keyof SetupState]: SetupState[K];
  };

  /** Known once: what was declared stays so, whatever is tried again. */
  let load: Timed | undefined;

  async function persist(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const stopped = signal.aborted ? undefined : once(signal, "abort");
    while (!signal.aborted) {
      try {
        await work();
        state.trouble = null;
        return;
      } catch (error) {
        if (!isHubspokeError(error)) throw error;
        state.trouble = { code: error.code, message: error.message };
        await Promise.race([setTimeout(5_000, undefined, { ref: false }), stopped]);
      }
    }
  }

  return {
    state,
    prepare: (signal) =>
      persist(signal, async () => {
        const { actions, conflicts } = await schema.plan(tenant);
        state.drift = actions.map((action) => ("object" in action ? `${action.do} of ${action.object}` : action.do));
        state.conflicts = conflicts.map(({ object, property, what }) => `${what} of ${object}.${property}`);
        if (actions.length > 0) await schema.apply(tenant);
        state.at = now();
        load ??= utilization(integration, data, await customObjects(integration));
        for (const one of [...timed, load]) await one.for(tenant).start();
      }),
    meet: (signal) =>
      persist(signal, async () => {
        // Customers first, because the others name them.
        for (const sync of hubspoke.syncs()) {
          const mine = sync.for(tenant);
          if (!(await mine.status()).on) await mine.backfill({ signal });
        }
        state.ready = true;
      }),
  };
}
