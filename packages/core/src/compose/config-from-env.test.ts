import { describe, expect, it } from "vitest";
import { createHubSpoke } from "../create-hubspoke.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { configFromEnv } from "./config-from-env.ts";

const app = {
  HUBSPOT_CLIENT_ID: "client-1",
  HUBSPOT_CLIENT_SECRET: "canary-secret",
  HUBSPOT_REDIRECT_URI: "https://app.example.com/hubspot/oauth/callback",
  HUBSPOT_SCOPES: "oauth  crm.objects.contacts.read,files",
};
const without = (name: keyof typeof app) => ({ ...app, [name]: undefined });

describe("configFromEnv", () => {
  it("reads an OAuth app, whose secret also signs webhooks", () => {
    const config = configFromEnv({ ...app, HUBSPOT_WEBHOOK_URL: "https://app.example.com/hubspot/webhooks" });
    expect(config.auth).toMatchObject({
      kind: "oauth-app",
      clientId: "client-1",
      redirectUri: app.HUBSPOT_REDIRECT_URI,
      scopes: ["oauth", "crm.objects.contacts.read", "files"],
    });
    expect(config.webhooks).toEqual({
      publicUrl: "https://app.example.com/hubspot/webhooks",
      secrets: "canary-secret",
    });
    expect(JSON.stringify(config.auth)).not.toContain("canary");
  });

  it("reads the consent page from the environment, and where a login may return to from the program", () => {
    const env = { ...app, HUBSPOT_AUTHORIZE_URL: "https://app-eu1.hubspot.com/oauth/authorize" };
    expect(configFromEnv(env, { returnTo: ["/settings"] }).auth).toMatchObject({
      authorizeUrl: env.HUBSPOT_AUTHORIZE_URL,
      returnTo: ["https://app.example.com/settings"],
    });
    expect(configFromEnv(app).auth).toMatchObject({ returnTo: [] });
  });

  it("takes a client secret alone as the webhooks' secret, not as an app", () => {
    const config = configFromEnv({ HUBSPOT_ACCESS_TOKEN: "pat-na1-12345678", HUBSPOT_CLIENT_SECRET: "s" });
    expect(config.auth).toHaveProperty("get");
  });

  it.each([
    ["half an app", without("HUBSPOT_SCOPES"), "HUBSPOT_CLIENT_ID needs"],
    ["an app without its id", without("HUBSPOT_CLIENT_ID"), "need HUBSPOT_CLIENT_ID"],
    [
      "a consent page without an app",
      { HUBSPOT_AUTHORIZE_URL: "https://app-eu1.hubspot.com/oauth/authorize" },
      "need HUBSPOT_CLIENT_ID",
    ],
    ["an app and a token", { ...app, HUBSPOT_ACCESS_TOKEN: "pat-na1-12345678" }, "different ways to sign in"],
    [
      "a token and a pair",
      { HUBSPOT_API_KEY: "pat-na1-12345678", HUBSPOT_READ_TOKEN: "r" },
      "different ways to sign in",
    ],
    ["half a pair", { HUBSPOT_READ_TOKEN: "pat-na1-12345678" }, "come together"],
    [
      "a redirect URI that is no https address",
      { ...app, HUBSPOT_REDIRECT_URI: "http://example.com/x" },
      "redirectUri",
    ],
  ])("refuses %s, naming what to change and no value", (_name, env, words) => {
    const failed = (() => {
      try {
        configFromEnv(env);
      } catch (error) {
        return error as { code: string; message: string };
      }
      throw new Error("nothing was thrown");
    })();
    expect(failed.code).toBe("CONFIG_INVALID");
    expect(failed.message).toContain(words);
    expect(failed.message).not.toMatch(/canary|pat-na1/);
  });
});

it("spreads into createHubSpoke, whose required parts it may hold; a program that leaves one out does not compile", () => {
  const storage = memoryStorage();
  const complete = configFromEnv({ HUBSPOT_ACCESS_TOKEN: "pat-1234567890", HUBSPOKE_KEY: "11".repeat(32) });
  const made = [
    () => createHubSpoke({ ...configFromEnv({}), storage }),
    () => createHubSpoke({ ...configFromEnv({}), storage, baseUrl: undefined, readOnly: true }),
    // @ts-expect-error: no storage
    () => createHubSpoke({ ...complete }),
    // @ts-expect-error: no credentials
    () => createHubSpoke({ storage, keys: { current: "k1", keys: { k1: "11".repeat(32) } } }),
  ];
  for (const make of made) expect(make).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});
