import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SimulatorState } from "../../../src/simulator.ts";
import { platformSteps, type Step } from "./state-steps.ts";
import { perform, type World, world } from "./state-world.ts";

const throughJson = (state: SimulatorState): SimulatorState => JSON.parse(JSON.stringify(state)) as SimulatorState;

async function twin(original: World): Promise<World> {
  const state = throughJson(original.sim.saveState());
  const other = world(state.now);
  other.sim.restoreState(state);
  expect(throughJson(other.sim.saveState())).toEqual(state);
  original.asked.length = 0;
  return other;
}

/** So that what comes after it has something to be done to. */
const PRELUDE: readonly Step[] = [
  { do: "contact", n: 0 },
  { do: "list", n: 0 },
  { do: "list", n: 1 },
  { do: "subscribe", n: 0 },
  { do: "action", n: 0 },
  { do: "action", n: 1 },
  { do: "action", n: 2 },
];

describe("the saved state of files, lists, imports, exports, apps, journals, timelines and workflows", () => {
  it("goes on byte by byte, whatever happened before and is under way", async () => {
    await fc.assert(
      fc.asyncProperty(platformSteps(30), platformSteps(20), async (before, after) => {
        const original = world();
        for (const step of [...PRELUDE, ...before]) await perform(original, step);
        const other = await twin(original);
        for (const step of after) expect(await perform(other, step)).toBe(await perform(original, step));
        expect(other.clock.sleepers).toBeLessThanOrEqual(original.clock.sleepers);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
