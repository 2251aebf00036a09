import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isSigned, readInbound, signatureOf } from "../lib/openphone.ts";

const key = Buffer.from("a signing key").toString("base64");
const now = Date.parse("2026-11-20T12:00:00Z");
const raw = Buffer.from('{"type":"message.received"}');

function signature(at: number, body: Buffer = raw): string {
  const mac = createHmac("sha256", Buffer.from(key, "base64")).update(`${at}.`).update(body).digest("base64");
  return `hmac;1;${at};${mac}`;
}

test("a request is OpenPhone's when its bytes and its time are what was signed under the key that is base64", async () => {
  expect(await signatureOf(raw, key, now)).toBe(signature(now));
  expect(await isSigned(raw, signature(now), key, now)).toBe(true);
  expect(await isSigned(Buffer.from(`${raw} `), signature(now), key, now)).toBe(false);
  expect(await isSigned(raw, signature(now).replace(`;${now};`, `;${now + 1};`), key, now)).toBe(false);
  expect(await isSigned(raw, signature(now + 300_001), key, now)).toBe(false);
});

test.each([
  undefined,
  "",
  "hmac",
  "hmac;1;;",
  `hmac;1;${now};`,
  "v1;1;1;AAAA",
  "hmac;1;NaN;AAAA",
  signature(now).slice(5),
])("%o is no signature", async (header) => {
  expect(await isSigned(raw, header, key, now)).toBe(false);
});

test("a text that came in is read, other events are passed over, and what is none is told apart", () => {
  const object = { id: "AC1", from: "+19025550100", body: "Hi" };
  const read = (value: unknown) => readInbound(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
  const event = { id: "EV1", type: "message.received", data: { object } };
  expect(read(event)).toEqual({ eventId: "EV1", id: "AC1", from: "+19025550100", body: "Hi" });
  // A picture without a word is a message too.
  expect(read({ ...event, data: { object: { ...object, body: null } } })).toMatchObject({ body: "" });
  expect(read({ ...event, data: { object: { ...object, body: "a\0b" } } })).toMatchObject({ body: "ab" });
  expect(read({ ...event, type: "call.completed" })).toBeNull();
  for (const odd of ["", "[", "null", "7", {}, { type: 1 }, { ...event, data: null }, { ...event, data: {} }]) {
    expect(read(odd)).toBeUndefined();
  }
});
