import { expect, it } from "vitest";
import { createProgress } from "../src/base/progress.ts";

const lines = (rates: readonly number[]): readonly string[] => {
  const said: string[] = [];
  const io = { isTerminal: false, now: () => 0, complain: (text: string) => void said.push(text) };
  const progress = createProgress(io as never);
  for (const [i, ratePerSecond] of rates.entries())
    progress.show({ phase: `p${i}`, done: 50, total: 100, ratePerSecond, etaMs: null });
  return said;
};

it("a rate is said where there is one: what is through at once has none", () => {
  expect(lines([0, 0.4, 12.3])).toEqual(["p0: 50 of 100\n", "p1: 50 of 100\n", "p2: 50 of 100, 12/s\n"]);
});
