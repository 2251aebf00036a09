/**
 * What `load` answered, for `forMs`: asked by several at once or one after the other, it is loaded once. A failure is
 * not remembered.
 */
export function remembered<T>(now: () => number, forMs: number, load: () => Promise<T>): () => Promise<T> {
  let held: { readonly until: number; readonly value: Promise<T> } | null = null;
  return async () => {
    const at = now();
    if (held !== null && at < held.until) return held.value;
    const mine = { until: at + forMs, value: load() };
    held = mine;
    try {
      return await mine.value;
    } catch (error) {
      if (held === mine) held = null;
      throw error;
    }
  };
}
