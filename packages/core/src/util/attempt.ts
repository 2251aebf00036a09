/** What a function of the host's answers; null when it throws. What it said is dropped: it may quote a record. */
export function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
