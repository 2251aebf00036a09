import { chunk } from "../util/chunk.ts";

/** Chunks in flight at once. The rate budget decides when each is sent; this only bounds memory. */
const atOnce = 32;

/** Runs `work` over `items` with a bounded number in flight. The first failure stops new ones and is thrown when the running ones have ended. */
export async function forEachLimited<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed: { readonly error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    while (failed === null && next < items.length) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failed !== null) throw (failed as { readonly error: unknown }).error;
}

/** Groups of at most `size` in which no key appears twice; groups of a later wave must run after all of an earlier one. */
export function waves<T>(items: readonly T[], size: number, keyOf: (item: T) => string | null): T[][][] {
  const byWave: T[][] = [];
  const seen = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    const wave = key === null ? 0 : (seen.get(key) ?? 0);
    if (key !== null) seen.set(key, wave + 1);
    const list = byWave[wave];
    if (list === undefined) byWave[wave] = [item];
    else list.push(item);
  }
  return byWave.map((list) => chunk(list, size));
}
