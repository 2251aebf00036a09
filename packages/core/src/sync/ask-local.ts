import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { SyncScope } from "./scope.ts";

/** A failing source is our error by name; what it said may hold personal data. */
export async function askLocal<T>(scope: Pick<SyncScope, "name">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isHubspokeError(error)) throw error;
    throw new HubspokeError(
      "SYNC_LOCAL_FAILED",
      `sync "${scope.name}": its local source failed; see unsafeDetails() for what it said`,
      { details: { sync: scope.name }, unsafe: error },
    );
  }
}
