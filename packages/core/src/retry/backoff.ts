/** Exponential backoff with full jitter above a floor: half the step is certain, half is random. `attempt` starts at 1. */
export function backoffMs(attempt: number, random: number, baseMs = 250, capMs = 20_000): number {
  const step = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(step / 2 + (step / 2) * random);
}
