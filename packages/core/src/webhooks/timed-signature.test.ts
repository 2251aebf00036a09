import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ciphers } from "../crypto/testing.fixture.ts";
import { utf8 } from "../util/bytes.ts";
import { timedSignature, timedSignatureHolds } from "./timed-signature.ts";

const now = Date.parse("2026-11-20T12:00:00Z");
const body = utf8('{"type":"message.received"}');
const secret = "a signing secret";
const minute = 60_000;
const mac = (at: string, spelling: "hex" | "base64") =>
  createHmac("sha256", secret).update(`${at}.`).update(body).digest(spelling);

describe.each(ciphers)("%s", (_name, cipher) => {
  const holds = (at: string, signature: string, of: Uint8Array = body, key: string | Uint8Array = secret) =>
    timedSignatureHolds({ at, signature, body: of }, key, now, cipher);

  test("a request is the sender's when its bytes and its time are what was signed, in either spelling", async () => {
    for (const at of [String(now), String(now / 1_000)]) {
      for (const spelling of ["hex", "base64"] as const) {
        const signature = mac(at, spelling);
        expect(await timedSignature({ at, body }, secret, spelling, cipher)).toBe(signature);
        expect(await holds(at, signature)).toBe(true);
        expect(await holds(at, signature, body, utf8(secret))).toBe(true);
        expect(await holds(at, signature, utf8('{"type":"message.received"} '))).toBe(false);
        expect(await holds(at, signature, body, "another")).toBe(false);
        expect(await holds(String(Number(at) + 1), signature)).toBe(false);
      }
    }
  });

  test.each([5 * minute, -5 * minute])(
    "a clock that is %i ms off still agrees, and one more ms does not",
    async (off) => {
      const at = String(now + off);
      expect(await holds(at, mac(at, "hex"))).toBe(true);
      const beyond = String(now + off + Math.sign(off));
      expect(await holds(beyond, mac(beyond, "hex"))).toBe(false);
    },
  );

  test.each(["", "NaN", "1", `${now}0`, `-${now}`, ` ${now}`, `${now}, ${now}`, "1e12", "0x1234567890"])(
    "%o is no time, however well it is signed",
    async (at) => {
      expect(await holds(at, mac(at, "hex"))).toBe(false);
    },
  );

  test.each(["", "ab", "AAAA", "=", "z".repeat(64), "é".repeat(32), `${mac(String(now), "hex")}00`])(
    "%o is no signature",
    async (signature) => {
      expect(await holds(String(now), signature)).toBe(false);
    },
  );
});
