import { afterEach, expect, test } from "vitest";
import { postgresWords, withoutZeros } from "../../src/source/database/postgres.ts";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** What node-postgres makes of `2025-12-31` and of `2025-12-31 23:30:00.005`: times of the machine's own zone. */
const given = () => ({ day: new Date(2025, 11, 31), time: new Date(2025, 11, 31, 23, 30, 0, 5) });

test.each(["UTC", "Europe/Berlin", "America/Halifax", "Pacific/Auckland"])(
  "a day is that day and a time without a zone is that time in UTC, on a machine in %s",
  (name) => {
    process.env.TZ = name;
    const { day, time } = given();
    expect(day.getTimezoneOffset() === 0, "the zone is in force").toBe(name === "UTC");
    expect(postgresWords.read("date", day)).toBe("2025-12-31");
    expect(postgresWords.read("timestamp without time zone", time)).toBe("2025-12-31T23:30:00.005Z");
    expect(postgresWords.read("timestamp with time zone", time)).toBe(time);
  },
);

test.each([
  ["1.50", 1.5],
  ["1.00", 1],
  ["100", 100],
  ["-0.10", -0.1],
  ["0.00", 0],
  ["10.0", 10],
  ["0.1000000000000000055", "0.1000000000000000055"],
  ["12345678901234567890", "12345678901234567890"],
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
