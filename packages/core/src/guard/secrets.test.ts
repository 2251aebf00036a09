import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holdsCardNumber } from "./card-numbers.ts";
import { holdsSecret } from "./secrets.ts";

/** Written in two pieces, so that no scanner takes this file for a leak. */
const secrets: Readonly<Record<string, string>> = {
  hubspot: `pat-na1-${"0a1b2c3d-1111-2222-3333-444455556666"}`,
  aws: `AKIA${"IOSFODNN7EXAMPLE"}`,
  github: `ghp_${"a1B2".repeat(9)}`,
  gitlab: `glpat-${"x".repeat(20)}`,
  npm: `npm_${"z".repeat(36)}`,
  slack: `xoxb-${"123456789012-abcdef"}`,
  stripe: `sk_live_${"4eC39HqLyjWDarjtT1zdp7dc"}`,
  google: `AIza${"S".repeat(35)}`,
  openai: `sk-proj-${"a".repeat(24)}`,
  anthropic: `sk-ant-${"a".repeat(24)}`,
  twilio: `SK${"0123456789abcdef".repeat(2)}`,
  sendgrid: `SG.${"a".repeat(22)}.${"b".repeat(43)}`,
  shopify: `shpat_${"0123456789abcdef".repeat(2)}`,
  jwt: `eyJ${"hbGciOiJIUzI1NiJ9"}.eyJ${"zdWIiOiIxMjM0NTY3ODkwIn0"}.sig`,
  pem: `-----BEGIN RSA ${"PRIVATE KEY"}-----\nMIIE`,
  address: `postgres://app:${"hunter22"}@db.example.com/crm`,
  bearer: `Authorization: Bearer ${"abcdefghijklmnopqrstuvwxyz"}`,
};

describe("secrets", () => {
  test.each(Object.entries(secrets))("%s, anywhere in a text", (_name, secret) => {
    expect(holdsSecret(secret, [])).toBe(true);
    expect(holdsSecret(`Here you go: "${secret}". Thanks!`, [])).toBe(true);
  });

  test("what people write is none", () => {
    for (const text of [
      "Ask Bearer about the pat on the back; her sk-ills are sharp",
      "https://app.example.com/login?next=https://example.com:8443/a@b",
      "mailto:ann@example.com and https://example.com:443/path",
      "task_live_01234567890123456789 is a table name",
      "0123456789abcdef0123456789abcdef",
    ]) {
      expect(holdsSecret(text, []), text).toBe(false);
    }
  });

  test("the instance's own keys are found in any text and in no other", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 16 }), fc.string(), fc.string(), (own, before, after) => {
        expect(holdsSecret(before + own + after, [own])).toBe(true);
      }),
    );
    expect(holdsSecret("nothing of it", ["k".repeat(20)])).toBe(false);
  });

  test("a web token is one wherever it begins, and not without both its halves", () => {
    const [head, body] = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NSJ9"];
    for (const before of ["", "a ", "x-", "_", "eyJ-", "eyJshort.", `${"y".repeat(50)}-`, "é"]) {
      expect(holdsSecret(`${before}${head}.${body}.c2ln`, []), before).toBe(true);
    }
    for (const text of [
      `${head}.c2lnbmF0dXJl`,
      `a${head}.${body}`,
      `${head} .${body}`,
      `${head}.eyJshort`,
      `.${body}`,
    ]) {
      expect(holdsSecret(text, []), text).toBe(false);
    }
  });

  test.each([
    "-eyJ",
    "_eyJ",
    "eyJaaaaaaaaaa-",
    "-eyJaaaaaaaaaa",
    ".eyJaaaaaaaaaa",
    "a.eyJaaaaaaaaaa-",
    "a://",
    "npm_a",
  ])("S26: 4 MB of %j, which would be 20 s at 2,000 steps a character", (seed) => {
    const text = seed.repeat(Math.ceil(4_000_000 / seed.length));
    const began = performance.now();
    expect(holdsSecret(text, [])).toBe(/^\.eyJ|a\.eyJ/.test(seed) && holdsSecret(seed.repeat(4), []));
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("S26: 100 kB made to be slow takes a moment", () => {
    for (const seed of [
      "4",
      "4 ",
      "4242 ",
      "eyJa",
      "eyJ".repeat(3),
      "a:/",
      "x://a:",
      "-----BEGIN ",
      "SG.aaaaaaaaaaaaaaaaaaaa",
      "Bearer a",
    ]) {
      const text = seed.repeat(Math.ceil(100_000 / seed.length));
      // Quadratic work would take minutes, and the test runs out of time.
      expect([holdsCardNumber(text), holdsSecret(text, [])]).not.toContain(undefined);
    }
  });
});
