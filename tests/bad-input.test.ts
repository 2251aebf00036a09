import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createHubSpoke, type Hubspoke, type HubspokeOptions, isHubspokeError, privateApp } from "@hubspoke/core";
import { cipher, createKeyRing, createSealer } from "@hubspoke/core/crypto";
import type { HubspokeError } from "@hubspoke/core/errors";
import { memoryStorage } from "@hubspoke/core/memory";
import type { Storage } from "@hubspoke/core/ports";
import { field } from "@hubspoke/core/sync";
import { kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { createHubSpotSimulator, type HubSpotSimulator, signedWebhookRequest } from "@hubspoke/testing";
import { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** What a newcomer gets wrong on the first day. Each mistake is one typed error that says what to do, and leaves nothing behind. */

const key = Buffer.alloc(32, 7).toString("base64");
const secret = "app-secret-of-the-tests";
const publicUrl = "https://product.example/hubspot/webhooks";
const ctx = { tenant: "acme", actor: { id: "u1", role: "admin" } };

let simulator: HubSpotSimulator;
let baseUrl: string;
let closeServer: () => Promise<void>;
const open: Hubspoke[] = [];

beforeEach(async () => {
  simulator = createHubSpotSimulator({
    seed: 3,
    portals: [
      { id: 62515, tokens: [{ token: "pat-one-62515" }] },
      { id: 77777, tokens: [{ token: "pat-two-77777" }] },
    ],
  });
  simulator.seedContacts(5);
  const server = await simulator.listen({ port: 0 });
  [baseUrl, closeServer] = [server.url, () => server.close()];
});

afterEach(async () => {
  for (const hubspoke of open.splice(0)) await hubspoke.close();
  await closeServer();
});

function make(options: Partial<HubspokeOptions> = {}): Hubspoke {
  const hubspoke = createHubSpoke({
    auth: privateApp("pat-one-62515"),
    storage: memoryStorage(),
    keys: { current: "k1", keys: { k1: key } },
    baseUrl,
    defaultRegion: "CA",
    webhooks: { publicUrl, secrets: secret },
    ...options,
  });
  open.push(hubspoke);
  return hubspoke;
}

async function failure(work: () => unknown): Promise<HubspokeError> {
  try {
    await work();
  } catch (error) {
    if (isHubspokeError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

async function nothingStored(storage: Storage): Promise<void> {
  expect(await storage.cache.stats(ctx.tenant, "62515", 0)).toMatchObject({ positive: 0, negative: 0 });
  expect((await storage.inbox.depth()).waiting).toBe(0);
}

describe("phone numbers", () => {
  test("an invalid number is PHONE_INVALID, masked, and HubSpot is not asked", async () => {
    const storage = memoryStorage();
    const error = await failure(() => make({ storage }).directory.lookupByPhone("902-555-12", ctx));
    expect(error.code).toBe("PHONE_INVALID");
    expect(error.message).not.toContain("902-555-12");
    expect(simulator.stats().calls).toBe(0);
    await nothingStored(storage);
  });
});

describe("keys", () => {
  test("a key of the wrong length says how long it is and how to make one", async () => {
    const error = await failure(() =>
      make({ keys: { current: "k1", keys: { k1: Buffer.alloc(16).toString("base64") } } }),
    );
    expect(error.code).toBe("KEY_LENGTH_INVALID");
    expect(error.message).toMatch(/16/);
    expect(error.message).toContain("openssl rand -base64 32");
  });

  test("a current key that is not in the ring is named", async () => {
    const error = await failure(() => make({ keys: { current: "k2", keys: { k1: key } } }));
    expect(error.code).toBe("KEY_ID_INVALID");
    expect(error.message).toContain("k2");
  });

  test("a sealed value whose key is gone is KEY_UNKNOWN, naming the key, and no other key is tried", async () => {
    const binding = { tenant: "acme", table: "t", column: "c", rowId: "r" };
    const under = (id: string) =>
      createSealer({ ring: createKeyRing({ current: id, keys: { [id]: key } }, cipher), cipher });
    const sealed = await under("k1").seal(binding, "somebody");
    const error = await failure(() => under("k2").open(binding, sealed));
    expect(error.code).toBe("KEY_UNKNOWN");
    expect(error.message).toContain("k1");
  });

  test("rows sealed under a key that is gone are not guessed at: HubSpot is asked again and the answer says why", async () => {
    const storage = { ...memoryStorage(), close: async () => {} }; // two instances share it
    const contact = simulator
      .portal(62515)
      .contacts.list()
      .find(({ properties }) => properties.phone);
    const phone = contact?.properties.phone ?? "";
    await make({ storage }).directory.lookupByPhone(phone, ctx);
    const other = make({ storage, keys: { current: "k9", keys: { k9: Buffer.alloc(32, 9).toString("base64") } } });
    const result = await other.directory.lookupByPhone(phone, ctx);
    expect(result.contact?.id).toBe(contact?.id);
    expect(result.source).toBe("hubspot");
  });
});

describe("another key under a known id", () => {
  test("stops a sync before it reads or writes: its base would look as if everybody had changed everything", async () => {
    const storage = { ...memoryStorage(), close: async () => {} };
    const database = new DatabaseSync(":memory:");
    database.exec("create table leads (id integer primary key, workspace text not null, email text, changed text)");
    const db = new Kysely<{ leads: { id: number; workspace: string; email: string; changed: string } }>({
      dialect: nodeSqliteDialect(database),
    });
    const syncOf = (bytes: number) =>
      make({ storage, keys: { current: "k1", keys: { k1: Buffer.alloc(32, bytes).toString("base64") } } })
        .sync({
          name: "leads",
          object: "contacts",
          local: kyselySource(db, {
            table: "leads",
            tenantColumn: "workspace",
            changes: "updated_at",
            updatedAtColumn: "changed",
          }),
          match: ["email"],
          fields: { email: field("email", { owner: "hubspot" }) },
        })
        .for("acme");
    await syncOf(1).start();
    const error = await failure(() => syncOf(2).backfill());
    expect(error.code).toBe("KEY_MISMATCH");
    expect(error.message).toContain("k1");
    expect(simulator.stats().byRoute["GET /crm/objects/{version}/{objectType}"]).toBeUndefined();
    await db.destroy();
  });
});

describe("options that are no such thing", () => {
  test.each<[string, object, string]>([
    ["a token for auth", { auth: "pat-one-62515" }, "createHubSpoke needs auth: privateApp(token)"],
    ["a path for a storage", { storage: "hubspoke.db" }, "createHubSpoke needs storage: sqliteStorage({ path })"],
    ["a key for a ring", { keys: key }, "createHubSpoke needs keys: { current"],
    ["a country for a region", { defaultRegion: "Canada" }, "defaultRegion is a two-letter region in capitals"],
    ["a misspelt option", { readonly: true }, '"readonly" is no option. Did you mean "readOnly"?'],
    ["a misspelt option of a group", { timeouts: { headerMs: 1 } }, '"timeouts.headerMs" is no option. Did you mean "'],
    [
      "a misspelt option deep down",
      { directory: { access: { limits: { lookupPerMinute: 3 } } } },
      '"directory.access.limits.lookupPerMinute" is no option. Did you mean "lookupsPerMinute"?',
    ],
    ["a number for a group", { timeouts: 5_000 }, '"timeouts" must be an object of connectMs, headersMs, bodyMs'],
    ["a text for a switch", { readOnly: "true" }, '"readOnly" must be true or false'],
    ["a misspelt mode", { audit: "stict" }, '"audit" must be one of batched, strict. Did you mean "strict"?'],
    ["a misspelt flag", { flags: { outbund: false } }, "flags.outbund is no flag; there are master, inbound, outbound"],
    ["a flag that is off by a text", { flags: { outbound: "false" } }, "flags.outbound is true or false"],
  ])("%s is CONFIG_INVALID and says what to pass", async (_what, options, said) => {
    const error = await failure(() => make(options));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(said) });
    expect(JSON.stringify(error)).not.toContain(key);
    expect(simulator.stats().calls).toBe(0);
  });
});

describe("tokens", () => {
  test("a wrong token is AUTH_INVALID, says what to do, and never repeats the token", async () => {
    const error = await failure(() =>
      make({ auth: privateApp("pat-wrong-token") })
        .client({ tenant: "acme" })
        .contacts.get("1", { properties: ["email"] }),
    );
    expect(error.code).toBe("AUTH_INVALID");
    expect(JSON.stringify(error) + String(error)).not.toContain("pat-wrong-token");
    expect(error.message.length).toBeGreaterThan(40);
  });

  test("a text that cannot be a token is refused before anything is sent", async () => {
    const error = await failure(() => privateApp("pat with spaces"));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(simulator.stats().calls).toBe(0);
  });

  test("a token of another portal is refused before it reads or writes anything", async () => {
    const storage = { ...memoryStorage(), close: async () => {} };
    await make({ storage }).client({ tenant: "acme" }).accountInfo();
    const writesBefore = simulator.stats().calls;
    const other = make({ storage, auth: privateApp("pat-two-77777") }).client({ tenant: "acme" });
    const error = await failure(() => other.contacts.create({ properties: { email: "new@example.com" } }));
    expect(error.code).toBe("PORTAL_MISMATCH");
    expect(error.message).toMatch(/62515.*77777|77777.*62515/);
    expect(simulator.portal(77777).contacts.list()).toHaveLength(0);
    // One call: the question which portal the token belongs to.
    expect(simulator.stats().calls - writesBefore).toBe(1);
    expect(await storage.tenants.get("acme")).toMatchObject({ portalId: "62515" });
  });

  test("a portal that is configured and not the token's is refused, too", async () => {
    const error = await failure(() =>
      make({ portalId: 77777 })
        .client({ tenant: "acme" })
        .contacts.get("1", { properties: ["email"] }),
    );
    expect(error.code).toBe("PORTAL_MISMATCH");
  });
});

describe("webhooks", () => {
  const event = {
    objectId: 1,
    eventId: 1,
    portalId: 62515,
    occurredAt: Date.now(),
    subscriptionType: "contact.creation",
    attemptNumber: 0,
  };
  const mounted = { routers: ["webhooks"] as const, basePath: "/hubspot" };

  test("a forged signature is 401 and stores nothing", async () => {
    const storage = memoryStorage();
    const request = await signedWebhookRequest({
      url: publicUrl,
      secret: "somebody-else",
      events: [event],
      timestamp: Date.now(),
    });
    const response = await make({ storage }).handle(request, mounted);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "WEBHOOK_SIGNATURE_INVALID" } });
    await nothingStored(storage);
  });

  test("a malformed body under a good signature is 400 and stores nothing", async () => {
    const storage = memoryStorage();
    const request = await signedWebhookRequest({
      url: publicUrl,
      secret,
      events: "not json at all" as never,
      timestamp: Date.now(),
    });
    const response = await make({ storage }).handle(request, mounted);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "WEBHOOK_MALFORMED" } });
    await nothingStored(storage);
  });
});

describe("storage", () => {
  test("a database path that cannot be written says which, and nothing is created", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hubspoke-test-"));
    try {
      const path = join(folder, "missing", "hubspoke.db");
      const error = await failure(() =>
        make({ storage: sqliteStorage({ path }) })
          .client({ tenant: "acme" })
          .accountInfo(),
      );
      expect(error.code).toBe("STORE_PATH_INVALID");
      expect(error.message).toContain(join(folder, "missing"));
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
