import { expect, test } from "vitest";
import { postgresWords, withoutZeros } from "../../src/source/database/postgres.ts";

test.each([
  ["1.50", 1.5],
  ["1.00", 1],
  ["100", 100],
  ["-0.10", -0.1],
  ["0.00", 0],
  ["10.0", 10],
  ["0.1000000000000000055", "0.1000000000000000055"],
  ["12345678901234567890", "12345678901234567890"],
  ["NaN", null],
  ["Infinity", null],
])("a decimal of %s is read as %s", (kept, read) => {
  expect(postgresWords.read("numeric", kept)).toBe(read);
});

test("S26: a decimal of the most zeros that Postgres holds is read in a moment", () => {
  const began = performance.now();
  for (const decimal of [`0.${"0".repeat(200_000)}1`, `1${"0".repeat(200_000)}.1`, `1.${"0".repeat(200_000)}`]) {
    expect(withoutZeros(decimal).length).toBe(decimal.endsWith("1") ? decimal.length : 1);
  }
  expect(performance.now() - began).toBeLessThan(5_000);
});
