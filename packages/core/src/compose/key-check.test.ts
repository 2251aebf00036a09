import { expect, test } from "vitest";
import { createKeyRing } from "../crypto/key-ring.ts";
import { createSealer } from "../crypto/sealer.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import { createKeyCheck, type KeyCheck } from "./key-check.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const { cursors } = memoryStorage();

function processWith(keys: Readonly<Record<string, string>>, current: string): KeyCheck {
  const ring = createKeyRing({ current, keys }, cipher);
  return createKeyCheck({ ring, sealer: createSealer({ ring, cipher }), cursors, clock: { now: () => 1 } });
}

test("the same key passes in every process, other bytes under its id do not", async () => {
  await processWith({ k1: key(1) }, "k1")("acme", "62515");
  await processWith({ k1: key(1) }, "k1")("acme", "62515");
  const wrong = processWith({ k1: key(9) }, "k1");
  await expect(wrong("acme", "62515")).rejects.toMatchObject({ code: "KEY_MISMATCH", details: { keyId: "k1" } });
  await expect(wrong("acme", "62515")).rejects.toMatchObject({ code: "KEY_MISMATCH" });
});

test("a rotation passes, and an old key kept for reading is checked as well", async () => {
  await processWith({ k1: key(1) }, "k1")("beta", "1");
  await processWith({ k1: key(1), k2: key(2) }, "k2")("beta", "1");
  await processWith({ k2: key(2) }, "k2")("beta", "1");
  await expect(processWith({ k1: key(8), k2: key(2) }, "k2")("beta", "1")).rejects.toMatchObject({
    code: "KEY_MISMATCH",
    details: { keyId: "k1" },
  });
});

test("racers at first use with different keys: one of them is told", async () => {
  const both = await Promise.allSettled([3, 4].map((byte) => processWith({ k1: key(byte) }, "k1")("gamma", "1")));
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});
