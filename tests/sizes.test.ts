import { describe, expect, it } from "vitest";
import { budgets, tooLarge } from "../scripts/sizes.ts";
import { packages } from "../scripts/workspace.ts";

describe("size budgets", () => {
  it("are there for every package and the client alone, which stays below 60 kB", () => {
    const entries = [...packages().map(({ name }) => name), "@hubspoke/core/client"];
    expect(Object.keys(budgets).toSorted()).toEqual(entries.toSorted());
    expect(budgets["@hubspoke/core/client"]).toBe(60);
  });

  it("name what is larger than its budget, and what has none", () => {
    const size = (entry: string, kilobytes: number, budget?: number) => ({ entry, kilobytes, budget });
    expect(tooLarge([size("a", 10, 10), size("b", 10.1, 10), size("c", 1, undefined)])).toEqual([
      "b: 10.1 kB, budget 10 kB",
      "c: no budget; it has 1.0 kB",
    ]);
  });
});
