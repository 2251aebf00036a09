import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { cipher } from "../platform/node.ts";
import { toHex, utf8 } from "../util/bytes.ts";
import { isPromise } from "../util/maybe-async.ts";
import { type Binding, parseEnvelope, serialiseEnvelope } from "./envelope.ts";
import golden from "./golden-format-1.fixture.json" with { type: "json" };
import { createSealer } from "./sealer.ts";
import { ciphers, hex, ringOf } from "./testing.fixture.ts";

const place: Binding = { tenant: "acme", table: "contact_cache", column: "sealed", rowId: "r1" };
const sealer = createSealer({ ring: ringOf(), cipher });
const code = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return isHubspokeError(error) ? error.code : error;
  }
  return "no error";
};

describe.each(ciphers)("golden envelopes of format 1 on the %s cipher", (_name, runtime) => {
  test.each(golden.envelopes)(
    "$keyId $binding.table $plaintext",
    async ({ keyId, binding, plaintext, hex: expected }) => {
      const fixedIv = { randomBytes: () => hex(golden.iv) };
      const made = createSealer({ ring: ringOf(keyId as "k1", ["k1", "k2"], runtime), cipher: fixedIv });
      expect(toHex(await made.seal(binding, plaintext))).toBe(expected);
      const reader = createSealer({ ring: ringOf("k2", ["k1", "k2"], runtime), cipher: runtime });
      expect(await reader.openText(binding, hex(expected))).toBe(plaintext);
      expect(reader.keyIdOf(hex(expected))).toBe(keyId);
    },
  );
});

test("on Node, sealing and opening answer at once", () => {
  const sealed = sealer.seal(place, "text");
  expect(isPromise(sealed)).toBe(false);
  expect(isPromise(sealer.open(place, sealed as Uint8Array))).toBe(false);
});

test("any bytes and any JSON come back as they were", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.jsonValue(),
      fc.string({ unit: "binary" }),
      async (bytes, json, text) => {
        expect(await sealer.open(place, await sealer.seal(place, bytes))).toEqual(bytes);
        expect(await sealer.openJson(place, await sealer.sealJson(place, json))).toEqual(
          JSON.parse(JSON.stringify(json)),
        );
        expect(await sealer.openJson(place, await sealer.sealJson(place, `${text}\ud800`))).toBe(`${text}\ud800`);
      },
    ),
  );
});

describe("S2: a value opens only where it was sealed", () => {
  test.each(["tenant", "table", "column", "rowId"] as const)("another %s", async (dimension) => {
    const sealed = await sealer.seal(place, "Ada Lovelace");
    expect(await code(() => sealer.open({ ...place, [dimension]: `${place[dimension]}x` }, sealed))).toBe(
      "DECRYPTION_FAILED",
    );
  });

  test("characters moved from one dimension to the next", async () => {
    const sealed = await sealer.seal({ ...place, table: "ab", column: "c" }, "x");
    expect(await code(() => sealer.open({ ...place, table: "a", column: "bc" }, sealed))).toBe("DECRYPTION_FAILED");
  });

  test("another key id, even one the ring holds", async () => {
    const sealed = await sealer.seal(place, "x");
    const forged = serialiseEnvelope({ ...parseEnvelope(sealed), keyId: "k2" });
    expect(await code(() => sealer.open(place, forged))).toBe("DECRYPTION_FAILED");
  });

  test("another format", async () => {
    const sealed = (await sealer.seal(place, "x")).slice();
    sealed[0] = 2;
    expect(await code(() => sealer.open(place, sealed))).toBe("ENVELOPE_MALFORMED");
  });
});

test("S1: an envelope cut short by any number of bytes is a typed error", async () => {
  const sealed = await sealer.seal(place, "twenty bytes of text");
  for (let length = 0; length < sealed.length; length++) {
    const found = await code(() => sealer.open(place, sealed.subarray(0, length)));
    expect(found, `${length} bytes`).toBe(length < 2 + 2 + 12 + 16 ? "ENVELOPE_MALFORMED" : "DECRYPTION_FAILED");
  }
});

test("S4: random and mutated envelopes give typed errors only, and never a plaintext", async () => {
  const real = await sealer.seal(place, "Ada Lovelace");
  const expected = new Set(["ENVELOPE_MALFORMED", "DECRYPTION_FAILED", "KEY_UNKNOWN"]);
  const seen = new Set<unknown>();
  const noise = fc.uint8Array({ maxLength: 70 });
  const framed = noise.map((rest) => Uint8Array.from([1, 2, 0x6b, 0x31, ...rest]));
  const mutated = fc
    .tuple(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, flip]) => real.map((byte, i) => (i === at ? byte ^ flip : byte)));
  await fc.assert(
    fc.asyncProperty(fc.oneof(noise, framed, mutated), async (bytes) => {
      const found = await code(() => sealer.open(place, bytes));
      seen.add(found);
      expect(expected.has(found as string), String(found)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  expect(seen.size).toBe(expected.size);
});

test.each([null, undefined, "text", [1, 2, 0x6b, 0x31], {}])(
  "what is no byte array is malformed: %s",
  async (value) => {
    expect(await code(() => sealer.open(place, value as unknown as Uint8Array))).toBe("ENVELOPE_MALFORMED");
  },
);

test("no error holds anything of the value or the key", async () => {
  const sealed = await sealer.seal(place, "Ada Lovelace");
  for (const work of [
    () => sealer.open({ ...place, rowId: "r2" }, sealed),
    () => sealer.openJson(place, sealed),
    () => createSealer({ ring: ringOf("k2", ["k2"]), cipher }).open(place, sealed),
  ]) {
    const error = await Promise.resolve()
      .then(work)
      .catch((caught: unknown) => caught);
    const shown = `${(error as Error).stack} ${JSON.stringify(error)} ${JSON.stringify((error as { unsafeDetails(): unknown }).unsafeDetails())}`;
    expect(isHubspokeError(error)).toBe(true);
    expect(shown).not.toContain("Ada");
    expect(shown).not.toContain("0001020304");
  }
});

test("what has no JSON form, or no UTF-8 form, is refused before it is sealed", async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  for (const value of [undefined, () => 1, cycle, 1n])
    expect(await code(() => sealer.sealJson(place, value))).toBe("INPUT_INVALID");
  expect(await code(() => sealer.seal(place, "\ud800"))).toBe("INPUT_INVALID");
  const bytes = await sealer.seal(place, new Uint8Array([0xff]));
  expect(await code(() => sealer.openText(place, bytes))).toBe("ENVELOPE_MALFORMED");
});

test("S5: an IV is never used twice", async () => {
  const seen = new Set<string>();
  const value = utf8("same");
  for (let i = 0; i < 50_000; i++)
    seen.add(Buffer.from(parseEnvelope(sealer.seal(place, value) as Uint8Array).iv).toString("latin1"));
  expect(seen.size).toBe(50_000);
});

test("S5: a subkey used very often is reported once per tenant, with its id", async () => {
  const worn: unknown[] = [];
  const counted = createSealer({ ring: ringOf(), cipher, warnAfterSeals: 3, onKeyWorn: (fact) => worn.push(fact) });
  for (let i = 0; i < 5; i++) await counted.seal(place, "x");
  await counted.seal({ ...place, tenant: "globex" }, "x");
  expect(worn).toEqual([{ keyId: "k1", tenant: "acme", seals: 3 }]);
});

test("S3: rotation in a mixed fleet: add, roll out, make current, re-seal, retire; every read succeeds", async () => {
  const at = (current: "k1" | "k2", ids: readonly ("k1" | "k2")[]) =>
    createSealer({ ring: ringOf(current, ids), cipher });
  const steps = [at("k1", ["k1"]), at("k1", ["k1", "k2"]), at("k2", ["k1", "k2"])];
  let rows = await Promise.all(steps.slice(0, 2).map((machine) => machine.seal(place, "Ada")));
  for (const machine of steps) for (const row of rows) expect(await machine.openText(place, row)).toBe("Ada");

  const [oldMachine, middle, newMachine] = steps as [typeof sealer, typeof sealer, typeof sealer];
  const fresh = await newMachine.seal(place, "Ada");
  expect(await middle.openText(place, fresh)).toBe("Ada");
  expect(await code(() => oldMachine.open(place, fresh))).toBe("KEY_UNKNOWN");

  expect(await newMachine.needsReseal(rows[0] as Uint8Array)).toBe(true);
  rows = await Promise.all(rows.map((row) => newMachine.reseal(place, row)));
  const retired = at("k2", ["k2"]);
  for (const row of [...rows, fresh]) {
    expect(await retired.needsReseal(row)).toBe(false);
    expect(await retired.openText(place, row)).toBe("Ada");
  }
  const moved = { ...place, rowId: "r9" };
  expect(await retired.openText(moved, await retired.reseal(place, fresh, moved))).toBe("Ada");
});
