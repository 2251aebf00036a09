import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutants } from "./simulation/mutants/mutants.ts";
import { runScript } from "./simulation/run-script.ts";
import { drawScript } from "./simulation/script/draw.ts";
import { drawWide } from "./simulation/script/draw-wide.ts";
import { type Ground, openGround } from "./simulation/world/ground.ts";

/** Twenty seeds are some seconds of a core, which may have others to serve. Each run ends by itself. */
const patience = 180_000;

/** A taste of `sim`, which runs as many seeds as one has time for. */
describe("the whole engine, simulated", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround("sqlite");
  });
  afterAll(() => ground.close());

  it(
    "loses no edit over the first twenty seeds",
    async () => {
      for (let seed = 1; seed <= 20; seed++) {
        const { violations } = await runScript(drawScript(seed), { ground });
        expect(violations, `again: sim --seeds 1 --from ${seed}`).toEqual([]);
      }
    },
    patience,
  );

  it(
    "loses none in wide worlds, over the first ten",
    async () => {
      for (let seed = 1; seed <= 10; seed++) {
        const { violations } = await runScript(drawWide(seed), { ground });
        expect(violations, `again: sim --wide --seeds 1 --from ${seed}`).toEqual([]);
      }
    },
    patience,
  );

  it(
    "takes the same way twice",
    async () => {
      const [first, second] = [await runScript(drawScript(7), { ground }), await runScript(drawScript(7), { ground })];
      expect(first.trace).toBe(second.trace);
      expect((await runScript(drawScript(8), { ground })).trace).not.toBe(first.trace);
    },
    patience,
  );

  it(
    "fails in wide worlds for what they alone have",
    async () => {
      for (const [name, seed] of [
        ["a list is one value, and the later one wins", 1],
        ["what HubSpot refuses is left out and taken for written", 13],
        ["of two properties only the first is written", 1],
        ["readOnly is not looked at", 1],
      ] as const) {
        const mutant = mutants.find((one) => one.name === name);
        const { violations } = await runScript(drawWide(seed), { ground, tampering: mutant?.plant() });
        expect(violations, name).not.toEqual([]);
      }
    },
    patience,
  );

  it("fails when every local write is dropped", async () => {
    const canary = mutants.find(({ name }) => name === "canary");
    const { violations } = await runScript(drawScript(1), { ground, tampering: canary?.plant() });
    expect(violations).not.toEqual([]);
  });
});
