import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { cipher } from "../platform/node.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { KeyProvider } from "../ports/key-provider.ts";
import { toHex } from "../util/bytes.ts";
import { isPromise } from "../util/maybe-async.ts";
import type { KeyRingOptions } from "./key-material.ts";
import { createKeyRing } from "./key-ring.ts";
import { ciphers, goldenKeys, hex, ringOf } from "./testing.fixture.ts";

const k1 = hex(goldenKeys.k1);
const refusal = (options: unknown): unknown => {
  try {
    createKeyRing(options as KeyRingOptions, cipher);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("configured keys", () => {
  test.each([
    ["bytes", k1],
    ["hexadecimal", goldenKeys.k1.toUpperCase()],
    ["base64 with a newline, as openssl prints it", `${Buffer.from(k1).toString("base64")}\n`],
    ["base64url", Buffer.from(k1).toString("base64url")],
  ])("are read from %s", async (_name, key) => {
    const given = await createKeyRing({ current: "k1", keys: { k1: key } }, cipher).mac("k1", "acme", "index");
    const expected = await ringOf("k1", ["k1"]).mac("k1", "acme", "index");
    expect(await given.sign(k1)).toEqual(await expected.sign(k1));
  });

  test.each([
    [new Uint8Array(31), "31 bytes"],
    [new Uint8Array(33), "33 bytes"],
    ["00".repeat(16), "24 bytes"],
    [Buffer.alloc(16, 7).toString("base64"), "16 bytes"],
    ["", "missing or empty"],
    [" ", "0 bytes"],
    ["correct horse battery staple", "neither"],
    [undefined, "missing or empty"],
    [42, "neither"],
  ])("of the wrong length are refused with what was found: %s", (key, found) => {
    const error = refusal({ current: "k1", keys: { k1: key } });
    expect(isHubspokeError(error, "KEY_LENGTH_INVALID")).toBe(true);
    expect((error as Error).message).toContain("key k1");
    expect((error as Error).message).toContain(found);
    expect((error as Error).message).toContain("openssl rand -base64 32");
    if (typeof key === "string" && key.trim() !== "") expect(JSON.stringify(error)).not.toContain(key);
  });

  test.each([
    ["bytes", new Uint8Array(32)],
    ["hexadecimal", "00".repeat(32)],
    ["base64", Buffer.alloc(32).toString("base64")],
  ])("of nothing but zeros are refused, from %s and from a provider", async (_name, key) => {
    const refused = { code: "CONFIG_INVALID", message: expect.stringContaining("key k1 is 32 zero bytes") };
    expect(refusal({ current: "k1", keys: { k1: key } })).toMatchObject(refused);
    const root = { id: "k1", key: key as Uint8Array };
    const provider = { current: () => root, byId: () => root, ids: () => ["k1"] };
    const asked = async () => createKeyRing(provider, cipher).aead("k1", "acme");
    await expect(asked()).rejects.toMatchObject(refused);
  });

  test.each([
    ["an id with a dot", { current: "k.1", keys: { "k.1": k1 } }],
    ["an empty id", { current: "", keys: { "": k1 } }],
    ["a long id", { current: "k".repeat(33), keys: { ["k".repeat(33)]: k1 } }],
    ["a current key that is not there", { current: "k2", keys: { k1 } }],
    ["no keys", { current: "k1", keys: {} }],
    ["keys left out", { current: "k1" }],
    [
      "an id given twice",
      {
        current: "k1",
        keys: [
          ["k1", k1],
          ["k1", goldenKeys.k2],
        ],
      },
    ],
    ["one key under two ids", { current: "k1", keys: { k1, k2: goldenKeys.k1 } }],
  ])("are refused for %s", (_name, options) => {
    expect(isHubspokeError(refusal(options), "KEY_ID_INVALID")).toBe(true);
  });

  test("a key put where the id belongs is not repeated in the message", () => {
    const error = refusal({ current: "k1", keys: { [`${goldenKeys.k1}`]: "k1" } }) as Error;
    expect(error.message).not.toContain(goldenKeys.k1);
  });

  test("the ring keeps its own copy of a key", async () => {
    const mine = k1.slice();
    const ring = createKeyRing({ current: "k1", keys: { k1: mine } }, cipher);
    mine.fill(0);
    const [a, b] = [await ring.mac("k1", "acme", "index"), await ringOf().mac("k1", "acme", "index")];
    expect(await a.sign(k1)).toEqual(await b.sign(k1));
  });
});

describe.each(ciphers)("subkeys on the %s cipher", (_name, runtime) => {
  test("differ by key, tenant and purpose, and by nothing else", async () => {
    const ring = ringOf("k1", ["k1", "k2"], runtime);
    const seen = new Set<string>();
    for (const id of ["k1", "k2"]) {
      for (const tenant of ["acme", "globex", "acm", "eacme"]) {
        for (const purpose of ["index", "base"] as const) {
          seen.add(toHex(await (await ring.mac(id, tenant, purpose)).sign(new Uint8Array(1))));
        }
      }
    }
    expect(seen.size).toBe(16);
    const again = await (await ringOf("k2", ["k1", "k2"], runtime).mac("k1", "acme", "base")).sign(new Uint8Array(1));
    expect(seen.has(toHex(again))).toBe(true);
  });

  test("S4: an unknown or malformed id fails closed", async () => {
    const ring = ringOf("k1", ["k1"], runtime);
    for (const id of ["k2", "k1 ", "", "__proto__", "constructor"]) {
      await expect(Promise.resolve().then(() => ring.aead(id, "acme"))).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
    }
    await ring.aead("k1", "b c");
    await expect(Promise.resolve().then(() => ring.aead("k1 b", "c"))).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  });

  test("a tenant is required", async () => {
    await expect(Promise.resolve().then(() => ringOf("k1", ["k1"], runtime).aead("k1", ""))).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});

test("a handle is derived once, shared by racers, and the cache is bounded", async () => {
  let derivations = 0;
  const slow: Cipher = {
    ...cipher,
    hkdf: async (...all) => {
      derivations++;
      return cipher.hkdf(...all);
    },
  };
  const ring = createKeyRing({ current: "k1", keys: { k1 } }, slow, { maxSubkeys: 2 });
  const [a, b] = await Promise.all([ring.aead("k1", "acme"), ring.aead("k1", "acme")]);
  expect(a).toBe(b);
  expect(await ring.aead("k1", "acme")).toBe(a);
  expect(isPromise(ring.aead("k1", "acme"))).toBe(false);
  expect(derivations).toBe(1);
  await ring.aead("k1", "globex");
  await ring.aead("k1", "initech");
  await ring.aead("k1", "acme");
  expect(derivations).toBe(4);
});

describe("a key provider", () => {
  const roots = { k1: { id: "k1", key: k1 }, k2: { id: "k2", key: hex(goldenKeys.k2) } };
  const provider = (over: Partial<KeyProvider> = {}): KeyProvider => ({
    current: async () => roots.k2,
    byId: async (id) => (id === "k1" || id === "k2" ? roots[id] : undefined),
    ids: async () => ["k1", "k2"],
    ...over,
  });

  test("gives the same subkeys as configured keys, the current id first", async () => {
    const ring = createKeyRing(provider(), cipher);
    expect(await ring.currentId()).toBe("k2");
    expect(await ring.ids()).toEqual(["k2", "k1"]);
    const [a, b] = [await ring.mac("k1", "acme", "base"), await ringOf().mac("k1", "acme", "base")];
    expect(await a.sign(k1)).toEqual(await b.sign(k1));
    await expect(ring.aead("k9", "acme")).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  });

  test.each([
    ["a rejection", async () => Promise.reject(new Error("secret text of the KMS"))],
    [
      "a throw",
      () => {
        throw new Error("secret text of the KMS");
      },
    ],
  ])("failing by %s is KEY_PROVIDER_FAILED without its text, and is not remembered", async (_name, failure) => {
    let broken = true;
    const ring = createKeyRing(provider({ byId: (id) => (broken ? failure() : roots[id as "k1"]) }), cipher);
    const error = await Promise.resolve()
      .then(() => ring.aead("k1", "acme"))
      .catch((caught: unknown) => caught);
    expect(isHubspokeError(error, "KEY_PROVIDER_FAILED")).toBe(true);
    expect(`${error} ${JSON.stringify(error)}`).not.toContain("secret text");
    broken = false;
    await ring.aead("k1", "acme");
  });

  test("is held to the same rules", async () => {
    const short = createKeyRing(provider({ current: async () => ({ id: "k2", key: new Uint8Array(16) }) }), cipher);
    await expect(short.currentId()).rejects.toMatchObject({ code: "KEY_LENGTH_INVALID" });
    const swapped = createKeyRing(provider({ byId: async () => roots.k2 }), cipher);
    await expect(swapped.aead("k1", "acme")).rejects.toMatchObject({ code: "KEY_ID_INVALID" });
    const nothing = createKeyRing(provider({ current: async () => undefined as never }), cipher);
    await expect(nothing.currentId()).rejects.toMatchObject({ code: "KEY_ID_INVALID" });
  });
});
