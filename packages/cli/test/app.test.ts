import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { oauthApp } from "@hubspoke/core/oauth";
import { describe, expect, it } from "vitest";
import { leadsWorld } from "./leads.fixture.ts";

const publicUrl = "https://app.example.com/hubspot/webhooks";
const webhooks = { publicUrl, secrets: "the-app-secret" };
const appPath = "hubspot/src/app/app-hsmeta.json";
const webhooksPath = "hubspot/src/app/webhooks/webhooks-hsmeta.json";

interface AppFile {
  config: { auth: { type: string; requiredScopes: string[]; optionalScopes: string[]; redirectUrls: string[] } };
}
interface WebhooksFile {
  config: { settings: { targetUrl: string }; subscriptions: Record<string, Record<string, unknown>[]> };
}

const read = <T>(folder: string, path: string): T => JSON.parse(readFileSync(join(folder, path), "utf8")) as T;
const edit = <T>(folder: string, path: string, change: (file: T) => void): void => {
  const file = read<T>(folder, path);
  change(file);
  writeFileSync(join(folder, path), JSON.stringify(file));
};

describe("hubspoke app init", () => {
  it("writes HubSpot's files: scopes and subscriptions as declared syncs need them, and no secret", async () => {
    const { run, folder, env } = await leadsWorld({ webhooks });
    const ran = await run("app", "init", "--name", "Club OS");
    expect(ran).toMatchObject({ code: 0, err: "", out: expect.stringContaining(appPath) });
    expect(read(folder, "hubspot/hsproject.json")).toEqual({
      name: "Club OS",
      srcDir: "src",
      platformVersion: "2026.09",
    });
    const app = read<AppFile & { uid: string; type: string }>(folder, appPath);
    expect(app).toMatchObject({ uid: "club_os_app", type: "app", config: { auth: { type: "static" } } });
    expect(app.config.auth.requiredScopes).toEqual(["crm.objects.contacts.read", "crm.objects.contacts.write"]);
    const hooks = read<WebhooksFile>(folder, webhooksPath);
    expect(hooks.config.settings.targetUrl).toBe(publicUrl);
    expect(hooks.config.subscriptions).toEqual({
      crmObjects: [],
      legacyCrmObjects: [
        { subscriptionType: "contact.creation", active: true },
        { subscriptionType: "contact.deletion", active: true },
        { subscriptionType: "contact.merge", active: true },
        { subscriptionType: "contact.propertyChange", propertyName: "email", active: true },
        { subscriptionType: "contact.propertyChange", propertyName: "lastname", active: true },
        { subscriptionType: "contact.restore", active: true },
      ],
      hubEvents: [{ subscriptionType: "contact.privacyDeletion", active: true }],
    });
    const all = [appPath, webhooksPath].map((path) => readFileSync(join(folder, path), "utf8")).join() + ran.out;
    for (const secret of [env.HUBSPOT_ACCESS_TOKEN, env.HUBSPOKE_KEY, "the-app-secret"])
      expect(all).not.toContain(secret);
    expect(await run("app", "diff")).toMatchObject({ code: 0, out: "The app is as the set-up needs it.\n" });
  });

  it("asks for what services, handlers and the product's own code need", async () => {
    const there = await leadsWorld(
      { webhooks, tickets: { fromAlert: () => null }, events: { sinks: ["app", "note"] } },
      {
        uses: ["activities", "files", "owners", "POST /crm/objects/{version}/deals/search"],
        app: { properties: { contacts: ["lifecyclestage"], "2-345": ["trunk_state"] } },
      },
      {},
      (hubspoke) => {
        hubspoke.on("company.creation", () => undefined);
        hubspoke.on("deal.propertyChange", () => undefined);
        hubspoke.on("conversation.newMessage", () => undefined);
        hubspoke.usage({ name: "mrr", object: "companies", every: "1d", collect: () => [] });
      },
    );
    const ran = await there.run("--json", "app", "init", "--dir", "hs");
    expect(JSON.parse(ran.out)).toMatchObject({
      scopes: [
        "crm.objects.companies.read",
        "crm.objects.companies.write",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.deals.read",
        "crm.objects.owners.read",
        "crm.schemas.contacts.write",
        "files",
        "tickets",
        "timeline",
      ],
      notes: [expect.stringContaining("deal.propertyChange"), expect.stringContaining('objectType "2-345"')],
    });
    const { subscriptions } = read<WebhooksFile>(there.folder, webhooksPath.replace("hubspot", "hs")).config;
    expect(subscriptions.crmObjects).toEqual([
      { subscriptionType: "object.propertyChange", objectType: "2-345", propertyName: "trunk_state", active: true },
    ]);
    expect(subscriptions.legacyCrmObjects).toContainEqual({ subscriptionType: "company.creation", active: true });
    expect(subscriptions.legacyCrmObjects).toContainEqual({
      subscriptionType: "contact.propertyChange",
      propertyName: "lifecyclestage",
      active: true,
    });
    expect(subscriptions.hubEvents).toContainEqual({ subscriptionType: "conversation.newMessage", active: true });
  });

  it("describes an OAuth app, and says when that asks for too little", async () => {
    const redirectUri = "https://app.example.com/hubspot/oauth/callback";
    const auth = oauthApp({ clientId: "c", clientSecret: "s", redirectUri, scopes: ["oauth"] });
    const { run, folder } = await leadsWorld({ auth, webhooks });
    const ran = await run("app", "init");
    expect(read<AppFile>(folder, appPath).config.auth).toMatchObject({
      type: "oauth",
      redirectUrls: [redirectUri],
      requiredScopes: ["crm.objects.contacts.read", "crm.objects.contacts.write", "oauth"],
    });
    expect(ran.out).toContain("note: oauthApp({ scopes }) does not ask for crm.objects.contacts.read");
  });

  it("overwrites nothing, and leaves subscriptions out where no address is known", async () => {
    const { run, folder } = await leadsWorld();
    expect(await run("app", "init")).toMatchObject({ code: 0, out: expect.stringContaining("--webhook-url") });
    expect(() => read(folder, webhooksPath)).toThrow();
    expect(await run("app", "init")).toMatchObject({ code: 2, err: expect.stringContaining("app diff") });
    expect(await run("app", "diff", "--webhook-url", publicUrl)).toMatchObject({ code: 1 });
  });
});

describe("hubspoke app diff", () => {
  it("reports what is missing and what nothing needs, by its exit code too", async () => {
    const { run, folder } = await leadsWorld({ webhooks });
    await run("app", "init");
    edit<AppFile>(folder, appPath, ({ config }) => {
      config.auth.requiredScopes = ["crm.objects.contacts.read", "automation"];
    });
    edit<WebhooksFile>(folder, webhooksPath, ({ config }) => {
      config.settings.targetUrl = "https://old.example.com/webhooks";
      config.subscriptions.legacyCrmObjects!.shift();
      config.subscriptions.legacyCrmObjects!.push({ subscriptionType: "deal.creation", active: true });
      config.subscriptions.hubEvents![0]!.active = false;
    });
    const ran = await run("--json", "app", "diff");
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      ok: false,
      drift: [
        { what: "scopes", missing: ["crm.objects.contacts.write"], surplus: ["automation"] },
        { what: "target", missing: [publicUrl], surplus: ["https://old.example.com/webhooks"] },
        {
          what: "subscriptions",
          missing: ["contact.creation", "contact.privacyDeletion"],
          surplus: ["deal.creation"],
        },
      ],
    });
    const text = (await run("app", "diff")).out;
    expect(text).toContain("+ scopes crm.objects.contacts.write");
    expect(text).toContain("- subscriptions deal.creation");
  });

  it("counts scopes that only some installs grant", async () => {
    const { run, folder } = await leadsWorld({ webhooks });
    await run("app", "init");
    edit<AppFile>(folder, appPath, ({ config }) => {
      config.auth.optionalScopes = [config.auth.requiredScopes.pop() ?? "", "files"];
    });
    expect(await run("app", "diff")).toMatchObject({ code: 0 });
  });

  it("says which file is missing, or what in it is wrong, and not what it holds", async () => {
    const { run, folder } = await leadsWorld({ webhooks });
    expect(await run("app", "diff")).toMatchObject({ code: 2, err: expect.stringContaining("app init") });
    await run("app", "init");
    edit<AppFile>(folder, appPath, ({ config }) => {
      config.auth.requiredScopes = "ada@example.com" as never;
    });
    const wrong = await run("app", "diff");
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("config.auth.requiredScopes must be a list") });
    expect(wrong.err).not.toContain("ada@example.com");
    writeFileSync(join(folder, appPath), "{");
    expect((await run("app", "diff")).err).toContain("is not JSON");
  });
});
