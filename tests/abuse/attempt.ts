import type { World } from "./world.ts";

/** Something a hostile sender, visitor or page tries. */
export interface Attempt {
  /** The number of the security checklist it belongs to: `S13`. */
  readonly number: `S${number}`;
  /** What is tried, in words. */
  readonly tries: string;
  /** Answers what came of it; throws `Broken` where it was not refused as it should be. */
  run(world: World): Promise<string>;
}

/** A defence that did not hold, and what was seen instead. */
export class Broken extends Error {
  override readonly name: string = "Broken";
}

export function hold(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Broken(otherwise);
}

/** Which answer each of several inputs got; all must be among `allowed`. */
export async function refusedAll<T>(
  inputs: Readonly<Record<string, T>>,
  send: (input: T) => Promise<{ readonly status: number }>,
  allowed: readonly number[],
): Promise<string> {
  const counts = new Map<number, number>();
  for (const [name, input] of Object.entries(inputs)) {
    const { status } = await send(input);
    hold(allowed.includes(status), `${name}: answered ${status}, not ${allowed.join(" or ")}`);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].map(([status, times]) => `${times} × ${status}`).join(", ");
}
