import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ciphers } from "../crypto/testing.fixture.ts";
import { isWellFormed, utf8 } from "../util/bytes.ts";
import { matchingSecret } from "./signature.ts";
import { checkTimestamp, readClaim, type SignatureClaim, type SignatureVersion } from "./signature-claim.ts";
import { signedUris } from "./signed-uri.ts";
import { publicUrl, secret, sign, start } from "./testing.fixture.ts";

const docsEvent =
  '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
const field = `{'example_field':'example_value'}`;

/** hubspot-facts §5.4: published by HubSpot's documentation and its Python and Ruby SDKs. */
const vectors: readonly (readonly [
  version: SignatureVersion,
  method: string,
  body: string,
  ts: string,
  digest: string,
])[] = [
  ["v1", "POST", docsEvent, "", "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"],
  ["v2", "GET", "", "", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"],
  [
    "v2",
    "POST",
    '{"example_field":"example_value"}',
    "",
    "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
  ],
  ["v3", "POST", field, "1693657560000", "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="],
  ["v3", "POST", field, "1700000300000", "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="],
  ["v1", "POST", field, "", "69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750"],
  ["v2", "POST", field, "", "4fe4e3a7d3cf09db53be39d0a58130e2aaba074ec123a9e355b876a689a1c383"],
];
const all: readonly SignatureVersion[] = ["v1", "v2", "v3"];

function headersOf(version: SignatureVersion, digest: string, timestamp: string): Headers {
  return new Headers(
    version === "v3"
      ? { "x-hubspot-signature-v3": digest, "x-hubspot-request-timestamp": timestamp }
      : { "x-hubspot-signature": digest, "x-hubspot-signature-version": version },
  );
}

function claimOf(headers: Headers | Record<string, string>, now = start, versions = all): SignatureClaim {
  const claim = readClaim(new Headers(headers), versions, now);
  if ("about" in claim) throw new Error(`refused: ${claim.about} ${claim.reason}`);
  return claim;
}

describe.each(ciphers)("under the %s cipher", (_, cipher) => {
  test.each(vectors)("%s %s %s %s", async (version, method, body, timestamp, digest) => {
    const claim = claimOf(headersOf(version, digest, timestamp), Number(timestamp));
    const request = { method, uris: [publicUrl], body: utf8(body) };
    expect(await matchingSecret(claim, request, [secret], cipher)).toBe(0);
    expect(await matchingSecret(claim, request, ["other", secret], cipher)).toBe(1);
    expect(await matchingSecret(claim, request, ["other"], cipher)).toBeUndefined();
    for (const changed of [
      { ...request, body: utf8(`${body} `) },
      { ...request, body: utf8(`${body}\n`) },
      ...(version === "v1"
        ? []
        : [
            { ...request, method: "PUT" },
            { ...request, uris: [`${publicUrl}/`] },
          ]),
    ]) {
      expect(await matchingSecret(claim, changed, [secret], cipher)).toBeUndefined();
    }
  });

  test.each([
    ["names in every script", '[{"propertyValue":"Zoë Łukasz 陈 👩‍👩‍👧 \\u00e9"}]'],
    ["a trailing newline", '[{"a":1}]\n'],
    ["duplicate keys", '[{"a":1,"a":2}]'],
    ["white space of its own", '[ {"a" :1}\t]'],
    ["numbers that no parser writes back", '[{"a":1.0,"b":1e3,"c":12345678901234567890}]'],
    ["an empty body", ""],
  ])("the bytes decide: %s", async (_name, body) => {
    const request = { method: "POST", uris: [publicUrl], body: utf8(body) };
    expect(await matchingSecret(claimOf(sign(body, start)), request, [secret], cipher)).toBe(0);
  });

  test("any change of body, address or time breaks v3, whatever they were", async () => {
    const text = fc.string({ unit: "binary", maxLength: 60 }).filter(isWellFormed);
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(299_000), fc.nat(2), async (body, other, late, which) => {
        fc.pre(body !== other);
        const claim = claimOf(sign(body, start + late));
        const request = { method: "POST", uris: [publicUrl], body: utf8(body) };
        expect(await matchingSecret(claim, request, [secret], cipher)).toBe(0);
        const forged = [
          [claim, { ...request, body: utf8(other) }],
          [claim, { ...request, uris: [`${publicUrl + encodeURIComponent(other)}x`] }],
          [{ ...claim, timestamp: String(start + late + 1) }, request],
        ] as const;
        const [badClaim, badRequest] = forged[which]!;
        expect(await matchingSecret(badClaim, badRequest, [secret], cipher)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  test("HMAC under a secret longer than a block (RFC 4231, case 7)", async () => {
    const data =
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.";
    const mac = await cipher.hmac(new Uint8Array(131).fill(0xaa), utf8(data));
    expect(Buffer.from(mac).toString("hex")).toBe("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
  });
});

describe("which URI was signed", () => {
  const cases = [
    ["https://a.example/hooks", "https://a.example/hooks", ["https://a.example/hooks"]],
    [
      "https://a.example/hooks?x=%2Fy",
      "http://internal:3000/anything?x=1",
      ["https://a.example/hooks?x=%2Fy", "https://a.example/hooks?x=/y"],
    ],
    [
      "https://a.example/hooks",
      "http://internal/h?to=a%3Ab%20c%2Bd%26e%3Df",
      ["https://a.example/hooks?to=a%3Ab%20c%2Bd%26e%3Df", "https://a.example/hooks?to=a:b%20c%2Bd%26e%3Df"],
    ],
    ["https://a.example/h", "http://internal/h?x=%253A", ["https://a.example/h?x=%253A"]],
    [
      "https://a.example/h%21%24%27%28%29%2A%2C%3B%40%3F",
      "https://a.example/h",
      ["https://a.example/h%21%24%27%28%29%2A%2C%3B%40%3F", "https://a.example/h!$'()*,;@?"],
    ],
  ] as const;
  test.each(cases)("%s for %s", (configured, asked, expected) => {
    expect(signedUris(configured, asked)).toEqual(expected);
  });

  test("either reading of HubSpot's documentation verifies", async () => {
    const uris = signedUris(publicUrl, `${publicUrl}?redirect=https%3A%2F%2Fa.example`);
    for (const uri of uris) {
      const claim = claimOf(sign("[]", start, uri));
      expect(await matchingSecret(claim, { method: "POST", uris, body: utf8("[]") }, [secret], ciphers[0]![1])).toBe(0);
    }
    expect(uris).toHaveLength(2);
  });
});

describe("timestamps", () => {
  test.each([
    ["", "missing"],
    ["NaN", "not-a-number"],
    ["Infinity", "not-a-number"],
    ["1.7e12", "not-a-number"],
    ["0x18bcfe56800", "not-a-number"],
    ["1700000000000.5", "not-a-number"],
    ["1700000000000, 1700000000000", "not-a-number"],
    ["1700000000000000000000", "not-a-number"],
    ["-1700000000000", "negative"],
    ["1700000000", "in-seconds"],
    ["0", "in-seconds"],
    [String(start - 300_001), "too-old"],
    [String(start + 300_001), "in-the-future"],
    [String(start - 300_000), undefined],
    [String(start + 300_000), undefined],
    [String(start), undefined],
  ])("%j is %s", (text, reason) => {
    expect(checkTimestamp(text, start)).toBe(reason);
  });
});

describe("reading the headers", () => {
  const v3 = sign("[]", start);
  const v1 = {
    "x-hubspot-signature": createHash("sha256").update(`${secret}[]`).digest("hex"),
    "x-hubspot-signature-version": "v1",
  };
  const refusal = (headers: Record<string, string>, versions: readonly SignatureVersion[] = ["v3"]) =>
    readClaim(new Headers(headers), versions, start);

  test.each<[string, Record<string, string>, SignatureVersion[], string]>([
    ["nothing", {}, ["v3"], "missing"],
    ["v1 where only v3 is enabled", v1, ["v3"], "version-not-enabled"],
    ["v3 where only v1 is enabled", v3, ["v1"], "version-not-enabled"],
    ["an unknown version", { ...v1, "x-hubspot-signature-version": "v9" }, ["v1", "v3"], "version-unknown"],
    ["no version", { "x-hubspot-signature": "00".repeat(32) }, ["v1", "v3"], "version-unknown"],
    ["v3 in hex", { ...v3, "x-hubspot-signature-v3": "00".repeat(32) }, ["v3"], "malformed"],
    [
      "v3 cut short",
      { ...v3, "x-hubspot-signature-v3": v3["x-hubspot-signature-v3"]!.slice(0, 40) },
      ["v3"],
      "malformed",
    ],
    ["v3 empty", { ...v3, "x-hubspot-signature-v3": "" }, ["v3"], "malformed"],
    ["v3 twice", { ...v3, "x-hubspot-signature-v3": `${v3["x-hubspot-signature-v3"]}, x` }, ["v3"], "malformed"],
    ["v1 that is not hex", { ...v1, "x-hubspot-signature": "z".repeat(64) }, ["v1"], "malformed"],
    ["v1 too long", { ...v1, "x-hubspot-signature": "00".repeat(33) }, ["v1"], "malformed"],
  ])("%s", (_, headers, versions, reason) => {
    expect(refusal(headers, versions)).toEqual({ about: "signature", reason });
  });

  test("a wrong v3 signature is not saved by a right v1 beside it", async () => {
    const claim = claimOf({ ...v1, ...sign("[]", start, publicUrl, "forged") });
    expect(claim.version).toBe("v3");
    const request = { method: "POST", uris: [publicUrl], body: utf8("[]") };
    expect(await matchingSecret(claim, request, [secret], ciphers[0]![1])).toBeUndefined();
    expect(await matchingSecret(claimOf(v1), request, [secret], ciphers[0]![1])).toBe(0);
  });

  test("arbitrary headers never throw", () => {
    const value = fc.string({ unit: fc.constantFrom("a", "=", "+", "/", "9", "-", " ", "é"), maxLength: 90 });
    fc.assert(
      fc.property(value, value, value, value, (a, b, c, d) => {
        const headers = { "x-hubspot-signature-v3": a, "x-hubspot-request-timestamp": b };
        const older = { "x-hubspot-signature": c, "x-hubspot-signature-version": d };
        expect(refusal({ ...headers, ...older }, all)).toBeDefined();
        expect(refusal(older, all)).toBeDefined();
      }),
    );
  });
});
