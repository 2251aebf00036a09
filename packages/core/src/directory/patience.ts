import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";

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
    answered.abort();
  }
}
