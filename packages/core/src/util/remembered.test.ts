import { expect, test } from "vitest";
import { remembered } from "./remembered.ts";

test("several who ask within its time are answered by one look, and a failure is forgotten", async () => {
  let [now, looks] = [0, 0];
  const ask = remembered(
    () => now,
    1_000,
    async () => {
      if (++looks === 1) throw new Error("down");
      return looks;
    },
  );
  await expect(ask()).rejects.toThrow("down");
  expect(await Promise.all([ask(), ask()])).toEqual([2, 2]);
  now = 999;
  expect(await ask()).toBe(2);
  now = 1_000;
  expect(await ask()).toBe(3);
});
