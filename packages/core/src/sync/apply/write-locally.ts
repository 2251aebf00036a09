import type { LocalWrite, LocalWriteResult } from "../../ports/local-source.ts";
import { askLocal } from "../ask-local.ts";
import type { SyncScope } from "../scope.ts";
import { byHalves } from "./at-fault.ts";

/** What became of a write; null where it is not known, for the source failed at it. */
export type WrittenLocally = LocalWriteResult | null;

/**
 * Writes to the local side; by halves where the source throws, for at one record of them it does so every time. `check`
 * is asked before each call, and throws when it is too late to write.
 */
export async function writeLocally(
  scope: SyncScope,
  writes: readonly LocalWrite[],
  check: () => void = () => {},
): Promise<readonly WrittenLocally[]> {
  const results = new Map<LocalWrite, WrittenLocally>();
  await byHalves(scope, writes, async (part) => {
    check();
    const answers = await askLocal(scope, () => scope.sync.declared.local.write(scope.tenant, part));
    for (const [i, write] of part.entries()) {
      const answer = answers[i] as LocalWriteResult;
      // After a throw it may be our own write that moved it: recovery knows by the intent.
      results.set(write, part !== writes && answer.outcome === "stale" ? null : answer);
    }
  });
  return writes.map((write) => results.get(write) ?? null);
}
