import { isRepeatable, storeError } from "./errors.ts";

/** How often a call that Postgres undid is tried. Each had to wait for the other transaction, so there is no haste. */
const tries = 5;

/** Repeats what was undone as a whole, for a deadlock or a serialization failure; everything else is told at once. */
export async function attempt<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (!isRepeatable(error) || tried === tries) throw storeError(error);
    }
  }
}
