import { once as happens } from "node:events";
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
  /** Done when HubSpot is set up; tries again while it cannot be asked. */
  run(signal: AbortSignal): Promise<void>;
}

/** At each start: what differs is told and made as declared, then both sides meet for the first time. */
export function setup(integration: Integration, data: Database, timed: readonly Timed[], now: () => number): Setup {
  const { hubspoke, schema } = integration;
  const state = { ready: false, trouble: null, drift: [], conflicts: [], at: null } as {
    -readonly [K in keyof SetupState]: SetupState[K];
  };
  let declared = false;

  async function look(): Promise<void> {
    const { actions, conflicts } = await schema.plan(tenant);
    state.drift = actions.map((action) => ("object" in action ? `${action.do} of ${action.object}` : action.do));
    state.conflicts = conflicts.map(({ object, property, what }) => `${what} of ${object}.${property}`);
    if (actions.length > 0) await schema.apply(tenant);
    state.at = now();
  }

  async function once(signal: AbortSignal): Promise<void> {
    await look();
    if (!declared) {
      const trunk = await customObjects(integration);
      declared = true;
      await utilization(integration, data, trunk).for(tenant).start();
    }
    for (const one of timed) await one.for(tenant).start();
    // Customers first, because the others name them.
    for (const sync of hubspoke.syncs()) {
      const mine = sync.for(tenant);
      if (!(await mine.status()).on) await mine.backfill({ signal });
    }
  }

  return {
    state,
    async run(signal) {
      const stopped = signal.aborted ? undefined : happens(signal, "abort");
      while (!signal.aborted) {
        try {
          await once(signal);
          Object.assign(state, { ready: true, trouble: null });
          return;
        } catch (error) {
          if (!isHubspokeError(error)) throw error;
          state.trouble = { code: error.code, message: error.message };
          await Promise.race([setTimeout(5_000, undefined, { ref: false }), stopped]);
        }
      }
    },
  };
}
