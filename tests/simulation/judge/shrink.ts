import type { Script, Step } from "../script/steps.ts";

/**
 * A shorter script that still fails: drops runs of steps, halves of what is left first, then single ones. Stops after
 * `attempts` runs, for a shorter script is a comfort and not a proof.
 */
export async function shrink(
  script: Script,
  fails: (script: Script) => Promise<boolean>,
  attempts = 120,
): Promise<Script> {
  let steps: readonly Step[] = script.steps;
  let left = attempts;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length && left > 0; ) {
      const without = [...steps.slice(0, from), ...steps.slice(from + size)];
      left--;
      if (await fails({ ...script, steps: without })) steps = without;
      else from += size;
    }
  }
  return { ...script, steps };
}
