import { describe, expect, it } from "vitest";
import { decimalText, exactNumber } from "./decimals.ts";

describe("decimals", () => {
  it.each([
    ["10", "10"],
    ["+10.0", "10"],
    ["1e1", "10"],
    ["-0.50", "-0.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["0", "0"],
    ["-0", "0"],
    ["000", "0"],
    ["1E-3", "0.001"],
    ["9007199254740993", "9007199254740993"],
    ["100200.00300", "100200.003"],
    ["", null],
    [".", null],
    ["1.2.3", null],
    ["1e", null],
    ["--1", null],
    ["1e1000", null],
    ["0x10", null],
  ])("%j is %j", (text, meant) => {
    expect(decimalText(text)).toBe(meant);
  });

  it("have no number where a double would say another", () => {
    expect([exactNumber("9007199254740993"), exactNumber("0.1"), exactNumber(" 7 ")]).toEqual([null, 0.1, 7]);
  });

  it("S26: what somebody wrote into a field, a megabyte of digits, is read in a moment", () => {
    const began = performance.now();
    for (const seed of ["0", "1", "9.", "10"]) {
      const digits = seed.repeat(1_000_000 / seed.length);
      for (const text of [digits, `${digits}!`, `0.${digits}1`, `1${digits}`, `${digits}e`]) decimalText(text);
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
