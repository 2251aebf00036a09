import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OAuthAppOptions, oauthApp } from "./app.ts";
import { oauthEndpoints, oauthVersions } from "./endpoints.ts";
import { callbackReason, readRefusal } from "./refusal.ts";
import { checkedReturnTo } from "./return-to.ts";
import { missingScopes, scopesFor, surplusScopes } from "./scopes.ts";
import { appOptions } from "./testing.fixture.ts";
import { lifetimeMs, tokenTimes } from "./times.ts";
import { readIssued } from "./token-answer.ts";

describe("oauthApp", () => {
  it.each([
    ["clientId", { clientId: "" }],
    ["clientSecret", { clientSecret: "two words" }],
    ["clientSecret", { clientSecret: undefined as never }],
    ["redirectUri", { redirectUri: "http://app.example.com/cb" }],
    ["redirectUri", { redirectUri: "https://app.example.com/cb#x" }],
    ["redirectUri", { redirectUri: "https://user:pw@app.example.com/cb" }],
    ["redirectUri", { redirectUri: "http://127.0.0.1:3000/cb" }],
    ["redirectUri", { redirectUri: "/cb" }],
    ["scopes", { scopes: [] }],
    ["scopes", { scopes: ["a b"] }],
    ["scopes", { scopes: ["oauth", "oauth"] }],
    ["optionalScopes", { optionalScopes: "files" as never }],
    ["authorizeUrl", { authorizeUrl: "http://app.hubspot.com/oauth/authorize" }],
    ["apiVersion", { apiVersion: "2026-9" as never }],
    ["returnTo", { returnTo: ["javascript:alert(1)"] }],
    ["returnTo", { returnTo: ["//evil.example"] }],
  ] satisfies readonly (readonly [string, Partial<OAuthAppOptions>])[])(
    "refuses a wrong %s by its name",
    (name, change) => {
      expect(() => oauthApp({ ...appOptions, ...change })).toThrow(
        expect.objectContaining({ code: "CONFIG_INVALID", details: { name } }),
      );
    },
  );

  it("takes http on this machine, for development", () => {
    expect(oauthApp({ ...appOptions, redirectUri: "http://localhost:3000/cb" }).redirectUri).toBe(
      "http://localhost:3000/cb",
    );
  });
});

it("no version's endpoint has a token or secret in its path", () => {
  for (const version of oauthVersions) {
    for (const path of Object.values(oauthEndpoints[version])) expect(path).toMatch(/^\/[\w/-]+$/);
  }
});

describe("returnTo", () => {
  const { returnTo, redirectUri } = oauthApp(appOptions);
  const check = (target: string): string => checkedReturnTo(target, returnTo, redirectUri);

  it.each([
    ["/settings", "https://app.example.com/settings"],
    ["/settings?tab=1#top", "https://app.example.com/settings?tab=1#top"],
    ["/settings/apps", "https://app.example.com/settings/apps"],
    ["https://app.example.com/settings", "https://app.example.com/settings"],
    ["https://other.example.com/hub/x", "https://other.example.com/hub/x"],
  ])("allows %s", (target, expected) => expect(check(target)).toBe(expected));

  it.each([
    "/",
    "/settingsx",
    "/settings/../admin",
    "/settings/%2e%2e/admin",
    "//evil.example/settings",
    "/\\evil.example/settings",
    "https:evil.example",
    "https://evil.example/settings",
    "https://app.example.com.evil.example/settings",
    "https://app.example.com@evil.example/settings",
    "https://user@app.example.com/settings",
    "http://app.example.com/settings",
    "https://app.example.com:8443/settings",
    "https://other.example.com/",
    "javascript:alert(1)",
    "data:text/html,x",
    " /settings",
    "settings",
    "",
    "https://",
  ])("refuses %s", (target) => {
    expect(() => check(target)).toThrow(expect.objectContaining({ code: "OAUTH_RETURN_REFUSED" }));
  });

  it("never leaves the listed places, whatever is asked", () => {
    const part = fc.constantFrom(
      "/",
      "\\",
      "..",
      ".",
      "settings",
      "hub",
      "@",
      ":",
      "//",
      "%2f",
      "%2e",
      "?",
      "#",
      "https:",
      "evil.example",
      "app.example.com",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        let allowed: URL;
        try {
          allowed = new URL(check(parts.join("")));
        } catch {
          return true;
        }
        const places = ["https://app.example.com/settings", "https://other.example.com/hub"];
        return places.some((place) => `${allowed.origin}${allowed.pathname}/`.startsWith(`${place}/`));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("refusals", () => {
  it("are read from any text without throwing, and end a grant only by the words that mean it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { reason, grantGone } = readRefusal(text);
        expect(grantGone).toBe(false);
        expect(reason).toBeNull();
      }),
    );
  });

  it("say why in words of HubSpot or the standard only", () => {
    expect(readRefusal('{"status":"BAD_SCOPES"}')).toEqual({ reason: "BAD_SCOPES", grantGone: false });
    expect(readRefusal('{"status":"BAD_x <b>","error":"jane@example.com"}')).toEqual({
      reason: null,
      grantGone: false,
    });
    expect(readRefusal('{"status":"error","error":"invalid_grant"}')).toEqual({
      reason: "invalid_grant",
      grantGone: true,
    });
    expect(callbackReason("access_denied")).toBe("access_denied");
    expect(callbackReason("x".repeat(9))).toBe("unknown");
  });
});

describe("times", () => {
  it("a token is refreshed before it becomes unusable, and is unusable before it ends", () => {
    fc.assert(
      fc.property(fc.nat(86_400_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (lifetime, random) => {
        const token = { obtainedAt: 1_000, expiresAt: 1_000 + lifetime };
        const { refreshAt, usableUntil } = tokenTimes(token, random);
        return refreshAt >= token.obtainedAt && refreshAt <= usableUntil && usableUntil <= token.expiresAt;
      }),
    );
    const half = tokenTimes({ obtainedAt: 0, expiresAt: 1_800_000 }, 0.5);
    expect(half).toEqual({ refreshAt: 1_440_000, usableUntil: 1_770_000 });
  });

  it("any expires_in gives a life of more than nothing and at most a day", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const ms = lifetimeMs(value);
        return ms >= 0 && ms <= 86_400_000 && Number.isInteger(ms);
      }),
    );
    expect(lifetimeMs("1800")).toBe(1_800_000);
    expect(lifetimeMs(1e12)).toBe(86_400_000);
  });
});

describe("token answers", () => {
  it("are read with whatever may be missing, and refused without a token that fits a header", () => {
    expect(readIssued({ access_token: "a", scope: "oauth files" })).toMatchObject({
      portalId: null,
      scopes: ["oauth", "files"],
      refreshToken: null,
    });
    expect(readIssued({ access_token: "x".repeat(2_000), hub_id: "62515" })?.portalId).toBe("62515");
    for (const bad of [
      null,
      "x",
      {},
      { access_token: "" },
      { access_token: "a\nb" },
      { access_token: "a", hub_id: "x" },
    ]) {
      expect(readIssued(bad)).toBeNull();
    }
  });
});

describe("scopes", () => {
  const needed = (method: string, template: string) => scopesFor([{ method, template }]).scopes;

  it.each([
    ["GET", "/crm/objects/{version}/contacts/{id}", ["crm.objects.contacts.read"]],
    ["POST", "/crm/objects/{version}/contacts/search", ["crm.objects.contacts.read"]],
    ["POST", "/crm/objects/{version}/contacts/batch/read", ["crm.objects.contacts.read"]],
    ["POST", "/crm/objects/{version}/companies/batch/upsert", ["crm.objects.companies.write"]],
    ["PATCH", "/crm/objects/{version}/0-3/{id}", ["crm.objects.deals.write"]],
    ["POST", "/crm/objects/{version}/notes", ["crm.objects.contacts.write"]],
    ["POST", "/crm/objects/{version}/tickets", ["tickets"]],
    ["POST", "/crm/objects/{version}/2-345/batch/update", ["crm.objects.custom.write"]],
    [
      "PUT",
      "/crm/objects/{version}/contacts/{id}/associations/companies/{to}",
      ["crm.objects.companies.write", "crm.objects.contacts.write"],
    ],
    [
      "POST",
      "/crm/associations/{version}/contacts/deals/batch/read",
      ["crm.objects.contacts.read", "crm.objects.deals.read"],
    ],
    ["POST", "/crm/properties/{version}/contacts", ["crm.schemas.contacts.write"]],
    ["GET", "/crm/pipelines/{version}/deals", ["crm.schemas.deals.read"]],
    ["GET", "/crm-object-schemas/{version}/schemas", ["crm.schemas.custom.read"]],
    ["GET", "/crm/owners/{version}", ["crm.objects.owners.read"]],
    ["POST", "/files/{version}/files", ["files"]],
    ["GET", "/account-info/{version}/details", []],
  ])("%s %s", (method, template, scopes) => expect(needed(method, template)).toEqual(scopes));

  it("unknown calls are listed, not guessed", () => {
    const route = { method: "GET", template: "/crm/objects/{version}/carts" };
    expect(scopesFor([route])).toEqual({ scopes: [], unknown: [route] });
  });

  it("surplus and missing scopes are told apart", () => {
    const used = scopesFor([{ method: "GET", template: "/crm/objects/{version}/contacts" }]).scopes;
    expect(surplusScopes(["oauth", "crm.objects.contacts.read", "files"], used)).toEqual(["files"]);
    expect(missingScopes(["oauth"], used)).toEqual(["crm.objects.contacts.read"]);
  });
});
