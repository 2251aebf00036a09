import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBlindIndex } from "./blind-index.ts";
import { createFieldHasher, type FieldOf } from "./field-hash.ts";
import golden from "./golden-format-1.fixture.json" with { type: "json" };
import { ciphers, ringOf } from "./testing.fixture.ts";

const field: FieldOf = { tenant: "acme", sync: "leads", object: "contacts", recordId: "501", field: "email" };

describe.each(ciphers)("golden hashes on the %s cipher", (_name, cipher) => {
  test.each(golden.indexes)("index $index", async ({ keyId, tenant, purpose, value, index }) => {
    expect(await createBlindIndex(ringOf(keyId as "k1", ["k1", "k2"], cipher)).index(tenant, purpose, value)).toBe(
      index,
    );
  });
  test.each(golden.fieldHashes)("field hash $hash", async ({ keyId, field: of, value, hash }) => {
    const hasher = createFieldHasher(ringOf(keyId as "k1", ["k1", "k2"], cipher));
    expect(await hasher.hash(of, value)).toBe(hash);
    expect(await hasher.matches(hash, of, value)).toBe(true);
  });
});

describe("S6: the blind index", () => {
  test("differs between tenants, purposes, values and keys", async () => {
    const index = createBlindIndex(ringOf());
    const all = await Promise.all([
      index.index("acme", "phone", "+19025551234"),
      index.index("globex", "phone", "+19025551234"),
      index.index("acme", "email", "+19025551234"),
      index.index("acme", "phone", "+19025551235"),
      index.index("acme", "phone", ["+1902555", "1234"]),
      createBlindIndex(ringOf("k2")).index("acme", "phone", "+19025551234"),
    ]);
    expect(new Set(all.map((one) => one.split(".")[2])).size).toBe(all.length);
    expect(all[0]).toMatch(/^1\.k1\.[\w-]{22}$/);
  });

  test("finds rows written at any step of a rotation, the current key first", async () => {
    const before = createBlindIndex(ringOf("k1", ["k1"]));
    const after = createBlindIndex(ringOf("k2"));
    const old = await before.index("acme", "phone", "+19025551234");
    const fresh = await after.index("acme", "phone", "+19025551234");
    expect(await after.allLive("acme", "phone", "+19025551234")).toEqual([fresh, old]);
    expect(await before.allLive("acme", "phone", "+19025551234")).toEqual([old]);
    expect(await after.currentPrefix()).toBe("1.k2.");
    expect([await after.needsReindex(old), await after.needsReindex(fresh)]).toEqual([true, false]);
  });

  test("of a provider that answers by promise is the same", async () => {
    const index = createBlindIndex(ringOf("k2", ["k1", "k2"], (ciphers[1] as (typeof ciphers)[number])[1]));
    expect(await index.allLive("acme", "phone", "x")).toEqual(
      await createBlindIndex(ringOf("k2")).allLive("acme", "phone", "x"),
    );
  });
});

describe("the field hash", () => {
  const hasher = createFieldHasher(ringOf());

  test("is bound to tenant, sync, object, record and field", async () => {
    const stored = await hasher.hash(field, "ada@example.com");
    for (const dimension of Object.keys(field) as (keyof FieldOf)[]) {
      expect(
        await hasher.matches(stored, { ...field, [dimension]: `${field[dimension]}x` }, "ada@example.com"),
        dimension,
      ).toBe(false);
    }
  });

  test("tells no value from an empty one, and any value from any other", async () => {
    expect(await hasher.matches(await hasher.hash(field, null), field, "")).toBe(false);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (a, b) => {
        expect(await hasher.matches(await hasher.hash(field, a), field, b)).toBe(a === b);
      }),
    );
    expect(await hasher.hash(field, "\ud800")).not.toBe(await hasher.hash(field, "\ud801"));
  });

  test("survives a rotation: a stored hash is compared under the key it names", async () => {
    const stored = await hasher.hash(field, "v");
    const rotated = createFieldHasher(ringOf("k2"));
    expect(await rotated.matches(stored, field, "v")).toBe(true);
    expect(await rotated.matches(stored, field, "w")).toBe(false);
    expect(await rotated.needsRehash(stored)).toBe(true);
    await expect(
      Promise.resolve().then(() => createFieldHasher(ringOf("k2", ["k2"])).matches(stored, field, "v")),
    ).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  });

  test.each([
    "",
    "1.k1",
    "2.k1.AAAAAAAAAAAAAAAAAAAAAA",
    "1.k 1.AAAAAAAAAAAAAAAAAAAAAA",
    "1.k1.short",
    "1.k1.AAAAAAAAAAAAAAAAAAAAAA.x",
  ])("a stored %j is malformed, never merely different", async (stored) => {
    await expect(Promise.resolve().then(() => hasher.matches(stored, field, "v"))).rejects.toMatchObject({
      code: "ENVELOPE_MALFORMED",
    });
  });
});
