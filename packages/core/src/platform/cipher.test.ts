import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../util/bytes.ts";
import * as node from "./node.ts";
import * as web from "./web.ts";

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(" ", "")) as Uint8Array;
const runtimes = [
  ["node", node.cipher],
  ["web", web.cipher],
] as const;

test("node and web export the same names", () => {
  expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
});

/** AES-256 cases 13–16 of McGrew and Viega, as adopted by NIST SP 800-38D. */
const longKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
const longText =
  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
const longSealed =
  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
const gcm = [
  { key: "00".repeat(32), iv: "00".repeat(12), text: "", aad: "", sealed: "", tag: "530f8afbc74536b9a963b4f1c4cb738b" },
  {
    key: "00".repeat(32),
    iv: "00".repeat(12),
    text: "00".repeat(16),
    aad: "",
    sealed: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    key: longKey,
    iv: "cafebabefacedbaddecaf888",
    text: longText,
    aad: "",
    sealed: longSealed,
    tag: "b094dac5d93471bdec1a502270e3cc6c",
  },
  {
    key: longKey,
    iv: "cafebabefacedbaddecaf888",
    text: longText.slice(0, 120),
    aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    sealed: longSealed.slice(0, 120),
    tag: "76fc6ece0f4e1768cddf8853bb2d551b",
  },
];

/** RFC 5869 appendix A, cases 1–3. */
const range = (from: number, to: number): Uint8Array => Uint8Array.from({ length: to - from }, (_, i) => from + i);
const hkdf = [
  {
    key: hex("0b".repeat(22)),
    salt: range(0, 13),
    info: range(0xf0, 0xfa),
    okm: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  },
  {
    key: range(0, 80),
    salt: range(0x60, 0xb0),
    info: range(0xb0, 0x100),
    okm: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  },
  {
    key: hex("0b".repeat(22)),
    salt: range(0, 0),
    info: range(0, 0),
    okm: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  },
];

/** RFC 4231 cases 1, 2 and 4; HMAC pads a key with zeros, so shorter keys are written with them. */
const hmac = [
  {
    key: "0b".repeat(20),
    data: new TextEncoder().encode("Hi There"),
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: "4a656665",
    data: new TextEncoder().encode("what do ya want for nothing?"),
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: toHex(range(1, 26)),
    data: hex("cd".repeat(50)),
    mac: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
];

describe.each(runtimes)("%s cipher", (_name, cipher) => {
  test.each(gcm)("S1: NIST GCM vector with tag $tag", async ({ key, iv, text, aad, sealed, tag }) => {
    const handle = await cipher.aead(hex(key));
    expect(toHex(await handle.seal(hex(iv), hex(text), hex(aad)))).toBe(sealed + tag);
    expect(toHex((await handle.open(hex(iv), hex(sealed + tag), hex(aad))) as Uint8Array)).toBe(text);
  });

  test.each(hkdf)("HKDF-SHA-256 of RFC 5869: $okm", async ({ key, salt, info, okm }) => {
    expect(toHex(await cipher.hkdf(key, salt, info, okm.length / 2))).toBe(okm);
  });

  test.each(hmac)("HMAC-SHA-256 of RFC 4231: $mac", async ({ key, data, mac }) => {
    expect(toHex(await (await cipher.mac(hex(key.padEnd(64, "0")))).sign(data))).toBe(mac);
  });

  test("SHA-256 of abc", async () => {
    expect(toHex(await cipher.sha256(new TextEncoder().encode("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  test("S1: a tag cut to 0–15 bytes, a changed bit or other AAD does not open", async () => {
    const handle = await cipher.aead(cipher.randomBytes(32));
    const iv = cipher.randomBytes(12);
    const aad = cipher.randomBytes(9);
    const sealed = await handle.seal(iv, cipher.randomBytes(40), aad);
    for (let kept = 0; kept < 16; kept++)
      expect(await handle.open(iv, sealed.subarray(0, 40 + kept), aad), `${kept} bytes of tag`).toBeUndefined();
    for (let kept = 0; kept < 16; kept++)
      expect(await handle.open(iv, sealed.subarray(0, kept), aad), `${kept} bytes in all`).toBeUndefined();
    for (let bit = 0; bit < sealed.length * 8; bit += 5) {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(await handle.open(iv, changed, aad), `bit ${bit}`).toBeUndefined();
    }
    expect(await handle.open(iv, sealed, aad.subarray(1))).toBeUndefined();
  });

  test("keys and IVs of another length are refused, not padded or cut", async () => {
    const wrong = async (use: () => unknown) =>
      expect(Promise.resolve().then(use)).rejects.toMatchObject({ code: "INTERNAL" });
    await wrong(() => cipher.aead(new Uint8Array(16)));
    await wrong(() => cipher.mac(new Uint8Array(31)));
    const handle = await cipher.aead(new Uint8Array(32));
    await wrong(() => handle.seal(new Uint8Array(16), new Uint8Array(1), new Uint8Array(0)));
    await wrong(() => handle.open(new Uint8Array(11), new Uint8Array(20), new Uint8Array(0)));
  });

  test("answers share memory with nothing, and the caller's key may be wiped", async () => {
    const key = cipher.randomBytes(32);
    const handle = await cipher.aead(key);
    const iv = cipher.randomBytes(12);
    const before = await handle.seal(iv, new Uint8Array(8), new Uint8Array(0));
    key.fill(0);
    expect(await handle.seal(iv, new Uint8Array(8), new Uint8Array(0))).toEqual(before);
    const opened = (await handle.open(iv, before, new Uint8Array(0))) as Uint8Array;
    const mac = await (await cipher.mac(new Uint8Array(32))).sign(new Uint8Array(3));
    for (const bytes of [before, opened, mac, await cipher.sha256(new Uint8Array(3)), cipher.randomBytes(12)]) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
      expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
    }
  });

  test("randomness is as long as asked, also past one call's limit, and never the same", () => {
    expect(cipher.randomBytes(200_000)).toHaveLength(200_000);
    expect(
      cipher
        .randomBytes(200_000)
        .subarray(199_000)
        .some((byte) => byte !== 0),
    ).toBe(true);
    expect(cipher.randomBytes(16)).not.toEqual(cipher.randomBytes(16));
  });
});

test("each runtime opens what the other sealed", async () => {
  const sized = fc.uint8Array({ minLength: 12, maxLength: 12 });
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const any = fc.uint8Array({ maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(key, sized, any, any, async (keyBytes, iv, text, aad) => {
      const [a, b] = [await node.cipher.aead(keyBytes), await web.cipher.aead(keyBytes)];
      const sealed = await a.seal(iv, text, aad);
      expect(await b.seal(iv, text, aad)).toEqual(sealed);
      expect(await b.open(iv, sealed, aad)).toEqual(text);
      expect(await a.open(iv, sealed, aad)).toEqual(text);
    }),
    { numRuns: 60 },
  );
});
