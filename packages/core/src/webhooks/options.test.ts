import { describe, expect, test } from "vitest";
import { checkWebhookOptions, type WebhookOptions } from "./options.ts";
import { publicUrl, secret } from "./testing.fixture.ts";

const options: WebhookOptions = { publicUrl, secrets: secret };

test("defaults", () => {
  expect(checkWebhookOptions(options)).toEqual({
    publicUrl,
    secrets: [secret],
    signatureVersions: ["v3"],
    maxBodyBytes: 8 * 1024 * 1024,
    bodyTimeoutMs: 10_000,
  });
});

describe("CONFIG_INVALID at construction", () => {
  test.each<[string, Partial<WebhookOptions>]>([
    ["no secret", { secrets: [] }],
    ["an empty secret", { secrets: [secret, " "] }],
    ["an unset secret", { secrets: undefined as unknown as string }],
    ["a relative address", { publicUrl: "/webhooks" }],
    ["plain http", { publicUrl: "http://www.example.com/webhooks" }],
    ["another scheme", { publicUrl: "ftp://localhost/x" }],
    ["a fragment", { publicUrl: "https://a.example/x#y" }],
    ["no version", { signatureVersions: [] }],
    ["an unknown version", { signatureVersions: ["v4" as "v3"] }],
    ["no room for a body", { maxBodyBytes: 0 }],
    ["time that is no number", { bodyTimeoutMs: Number.NaN }],
  ])("%s", (_, wrong) => {
    const make = () => checkWebhookOptions({ ...options, ...wrong });
    expect(make).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    expect(make).not.toThrow(secret);
  });

  test("loopback addresses may be http", () => {
    for (const host of ["localhost:3000", "127.0.0.1:8080", "[::1]"]) {
      checkWebhookOptions({ ...options, publicUrl: `http://${host}/hubspot/webhooks` });
    }
  });
});
