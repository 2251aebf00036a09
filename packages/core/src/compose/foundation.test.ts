import { expect, test } from "vitest";
import { privateApp } from "../client/credentials.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { foundationOf } from "./foundation.ts";

test("ids begin with a letter, so that none is an option where it is an argument", () => {
  const keys = { current: "k1", keys: { k1: "11".repeat(32) } };
  const { newId } = foundationOf({ auth: privateApp("pat-na1-0000"), storage: memoryStorage(), keys });
  const ids = Array.from({ length: 1_000 }, newId);
  expect(ids.filter((id) => !/^[A-Za-f][\w-]{21}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(1_000);
});
