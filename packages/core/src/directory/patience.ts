import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Health } from "./health.ts";

/** Waits so long for HubSpot's answer about a tenant, and no longer. */
export type Patiently = <T>(tenant: Tenant, ms: number, work: Promise<T>) => Promise<T>;

/** Answers that nobody waited for are counted: a HubSpot that hangs opens the circuit like one that fails. */
export function patientlyOver({ clock, health }: { readonly clock: Clock; readonly health: Health }): Patiently {
  return async (tenant, ms, work) => {
    try {
      return await within(clock, ms, work);
    } catch (error) {
      if (isHubspokeError(error, "TIMEOUT") && error.details.waitedMs !== undefined) health.late(tenant);
      throw error;
    }
  };
}

/**
 * Waits for HubSpot at most `ms`, then rejects with TIMEOUT. The call itself goes on: it belongs to everybody who asks
 * for the same number, and what it brings is kept for the next look-up. Without this a HubSpot that hangs holds up the
 * host's message for as long as the client goes on trying, which is minutes.
 */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = clock.sleep(ms, answered.signal).then((): never => {
    throw new HubspokeError("TIMEOUT", `HubSpot did not answer within ${ms} ms; the answer is kept when it comes`, {
      details: { waitedMs: ms },
    });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    // With a reason of its own: without one an exception with a stack is made for every look-up.
    answered.abort("over");
  }
}
