import { expect, test } from "vitest";
import { all, chain, isPromise } from "./maybe-async.ts";

test("chain and all stay synchronous until something is a promise", async () => {
  expect(chain(1, (n) => n + 1)).toBe(2);
  expect(all([1, 2])).toEqual([1, 2]);
  const later = chain(Promise.resolve(1), (n) => n + 1);
  expect(isPromise(later)).toBe(true);
  expect(await later).toBe(2);
  expect(await all([1, Promise.resolve(2)])).toEqual([1, 2]);
});
