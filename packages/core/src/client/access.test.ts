import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { HubSpotPortalMismatchError } from "../errors/hubspot-errors.ts";
import { BudgetKeys } from "../http/budget-keys.ts";
import { Secret } from "../model/secret.ts";
import { createClients } from "./create-clients.ts";
import { credentialSource, privateApp, tokenFor } from "./credentials.ts";
import { contact, testClients } from "./test-clients.fixture.ts";

const one = "GET /crm/objects/2026-09/contacts/1";
const read = { [one]: () => ({ body: contact("1") }) };

describe("what an integration may do", () => {
  it("readOnly refuses every write before anything is sent", async () => {
    const { hs, transport, run } = testClients(read, { readOnly: true });
    const writes = [
      () => hs.contacts.create({ properties: { email: "a@b.com" } }),
      () => hs.contacts.update("1", { email: "a@b.com" }),
      () => hs.contacts.archive("1"),
      () => hs.contacts.batchCreate([{ properties: { email: "a@b.com" } }]),
      () => hs.contacts.batchUpdate([{ id: "1", properties: { email: "a@b.com" } }]),
      () => hs.contacts.batchUpsert([{ id: "a@b.com", properties: {} }], { idProperty: "email" }),
      () => hs.contacts.batchArchive(["1"]),
      () => hs.request("POST /crm/objects/{version}/contacts", { body: {} }),
      () => hs.request("PUT /crm/lists/{version}/1/memberships/add", { body: [] }),
      () => hs.request("DELETE /crm/objects/{version}/contacts/1"),
      () => hs.request("POST /crm/objects/{version}/contacts/gdpr-delete", { body: {} }),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(transport.seen).toEqual([]);
    await run(hs.contacts.get("1", { properties: [] }));
  });

  it("refuses the adapters' writes, too", async () => {
    const { clients, transport } = testClients({}, { readOnly: true });
    const calls = clients.calls({ tenant: "acme", lane: "backfill" }, "contacts");
    await expect(calls.batchWrite("update", [])).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(transport.seen).toEqual([]);
  });

  it("allow narrows to the named objects, however an object is spelled", async () => {
    const { hs, run, transport } = testClients(
      {
        ...read,
        "POST /crm/objects/2026-09/0-3": () => ({ status: 201, body: contact("9") }),
        "GET /crm/objects/2026-09/0-1/1": () => ({ body: contact("1") }),
        "GET /crm/properties/2026-09/0-3": () => ({ body: { results: [{ name: "dealname" }] } }),
      },
      { allow: { contacts: "read", deals: "write" } },
    );
    await run(hs.contacts.get("1", { properties: [] }));
    await run(hs.request("GET /crm/objects/{version}/0-1/1"));
    await run(hs.objects("0-3" as "deals").create({ properties: { dealname: "x" } }));
    const sent = transport.seen.length;
    await expect(hs.contacts.update("1", { email: "x" })).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    await expect(hs.objects("tickets").get("1", { properties: [] })).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    await expect(hs.properties("tickets").list()).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    await expect(hs.request("GET /crm/owners/{version}")).rejects.toMatchObject({ code: "NOT_ALLOWED" });
    expect(transport.seen.length).toBe(sent);
  });
});

describe("a tenant and its portal", () => {
  it("is learned once, before the first call, and pinned", async () => {
    const { hs, run, transport, tenants } = testClients(read);
    await run(
      Promise.all([hs.contacts.get("1", { properties: [] }), hs.request(`GET /crm/objects/{version}/contacts/1`)]),
    );
    await run(hs.contacts.get("1", { properties: [] }));
    expect(transport.seen.map((seen) => seen.path)).toEqual([
      "/account-info/2026-09/details",
      "/crm/objects/2026-09/contacts/1",
      "/crm/objects/2026-09/contacts/1",
      "/crm/objects/2026-09/contacts/1",
    ]);
    expect(await tenants.get("acme")).toMatchObject({ portalId: "62515" });
  });

  it.each([60_000, -3_600_000])("is looked up again every minute, by a clock that is %i ms on", async (on) => {
    let pins = 0;
    const tenants = { pin: async () => ({ outcome: ++pins > 1 ? ("same" as const) : ("pinned" as const) }) };
    const { hs, run, clock } = testClients(read, { tenants });
    const get = () => run(hs.contacts.get("1", { properties: [] }));
    await get();
    await get();
    expect(pins).toBe(1);
    clock.jump(on);
    await get();
    expect(pins).toBe(2);
  });

  it("refuses a token of another portal before anything is read or written", async () => {
    const { hs, tenants, transport, run } = testClients(read);
    await tenants.pin("acme", "777", 0);
    const error = await run(hs.contacts.get("1", { properties: [] }).catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(HubSpotPortalMismatchError);
    expect(error).toMatchObject({ code: "PORTAL_MISMATCH", expectedPortalId: "777", actualPortalId: "62515" });
    await expect(run(hs.contacts.create({ properties: { email: "a@b.com" } }))).rejects.toMatchObject({
      code: "PORTAL_MISMATCH",
    });
    expect(transport.seen.map((seen) => seen.path)).toEqual(["/account-info/2026-09/details"]);
  });

  it("refuses a portal that is not the configured one, and pins nothing", async () => {
    const { hs, tenants, run } = testClients(read, { portalId: 1 });
    await expect(run(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({
      code: "PORTAL_MISMATCH",
      expectedPortalId: "1",
    });
    expect(await tenants.get("acme")).toBeNull();
  });

  it("notices a token of another portal that appears later", async () => {
    let token = "pat-na1-first-token";
    const { hs, run } = testClients(
      {
        ...read,
        "GET /account-info/2026-09/details": ({ headers }) => ({
          body: { portalId: headers.authorization?.includes("first") ? 62515 : 777 },
        }),
      },
      { auth: tokenFor(() => token) },
    );
    await run(hs.contacts.get("1", { properties: [] }));
    token = "pat-na1-other-token";
    await expect(run(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({
      code: "PORTAL_MISMATCH",
      actualPortalId: "777",
    });
    token = "pat-na1-first-token";
    await run(hs.contacts.get("1", { properties: [] }));
  });

  it("is not asked for when the credential knows it", async () => {
    const credential = {
      token: new Secret("oauth-token"),
      budgetKey: "app:62515",
      portalId: "62515",
    };
    const { hs, run, transport } = testClients(read, { auth: { get: async () => credential } });
    await run(hs.contacts.get("1", { properties: [] }));
    expect(transport.seen).toHaveLength(1);
  });

  it("says what to do about a wrong token at the first call", async () => {
    const { hs, run, tenants } = testClients({
      "GET /account-info/2026-09/details": () => ({ status: 401, body: { category: "INVALID_AUTHENTICATION" } }),
    });
    await expect(run(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({
      code: "AUTH_INVALID",
      message: expect.stringContaining("not revoked"),
    });
    expect(await tenants.get("acme")).toBeNull();
  });
});

describe("tokens", () => {
  it.each([
    ["empty", ""],
    ["with a line break", "pat-na1-1234\n"],
    ["short", "pat"],
    ["with a space", "pat na1 12345"],
  ])("%s are refused with what to do", (_name, token) => {
    expect(() => privateApp(token)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("private app") }),
    );
  });

  it("that a callback does not find are refused at the call", async () => {
    const { hs, run } = testClients({}, { auth: tokenFor(() => undefined as unknown as string) });
    await expect(run(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("never show in text, JSON or inspection", () => {
    const secret = new Secret("pat-na1-canary");
    expect(
      `${secret} ${JSON.stringify({ secret })} ${inspect({ secret }, { showHidden: true, depth: 9 })}`,
    ).not.toContain("canary");
    expect(secret.reveal()).toBe("pat-na1-canary");
  });

  it("shared by two tenants share one quota; different ones never touch each other", async () => {
    const tokens: Record<string, string> = { a: "pat-na1-shared", b: "pat-na1-shared", c: "pat-na1-another" };
    const { clients, run } = testClients(read, { auth: tokenFor((tenant) => tokens[tenant] as string) });
    for (const tenant of ["a", "b", "c"]) await run(clients.client({ tenant }).contacts.get("1", { properties: [] }));
    expect(clients.quota().map(({ key, used }) => ({ key, used }))).toEqual([
      { key: "token:14:ared", used: 3 },
      { key: "token:15:ther", used: 2 },
    ]);
  });

  it("that many others pushed out of memory find their quota again", async () => {
    const source = tokenFor((tenant) => `pat-na1-${tenant}`);
    const first = await source.get("0", "read");
    for (let tenant = 1; tenant <= 10_001; tenant++) await source.get(String(tenant), "read");
    const again = await source.get("0", "read");
    expect(again).not.toBe(first);
    const keys = new BudgetKeys((text) => text);
    expect(keys.of(again)).toBe(keys.of(first));
    expect(keys.of(await source.get("1", "read"))).not.toBe(keys.of(first));
  });

  it("for reading and writing are used for that, with a quota each", async () => {
    const { clients, hs, run, transport } = testClients(
      { ...read, "PATCH /crm/objects/2026-09/contacts/1": () => ({ body: contact("1") }) },
      { auth: { read: "pat-na1-reader", write: "pat-na1-writer" } },
    );
    await run(hs.contacts.get("1", { properties: [] }));
    await run(hs.contacts.update("1", { email: "a@b.com" }));
    expect(transport.seen.map((seen) => `${seen.method} ${seen.headers.authorization}`)).toEqual([
      "GET Bearer pat-na1-reader",
      "GET Bearer pat-na1-reader",
      "GET Bearer pat-na1-writer",
      "PATCH Bearer pat-na1-writer",
    ]);
    expect(clients.quota().map((quota) => quota.key)).toEqual(["token:14:ader", "token:14:iter"]);
  });

  it("of read and write sources are refreshed by their own source", async () => {
    const stale = { token: new Secret("old-token-1"), budgetKey: "x" };
    const fresh = { ...stale, token: new Secret("new-token-1") };
    const source = credentialSource({
      read: "pat-na1-reader",
      write: { get: async () => stale, refresh: async (_tenant, given) => (given === stale ? fresh : null) },
    });
    const refreshed = await source.refresh?.("acme", await source.get("acme", "write"));
    expect(refreshed?.token.reveal()).toBe("new-token-1");
    expect(await source.refresh?.("acme", await source.get("acme", "read"))).toBeNull();
  });
});

describe("configuration", () => {
  const deps = {
    transport: testClients({}).transport,
    clock: testClients({}).clock,
    random: () => 0,
    auth: privateApp("pat-na1-token"),
    tenants: testClients({}).tenants,
    hash: (text: string) => text,
  };

  it.each([
    ["CONFIG_INVALID", { apiVersion: "2025-09" as "v3" }],
    ["CONFIG_INVALID", { rateLimit: 0 }],
    ["CONFIG_INVALID", { maxAttempts: 1.5 }],
    ["CONFIG_INVALID", { portalId: "my portal" }],
    ["CONFIG_INVALID", { maxWaitMs: Number.NaN }],
    ["CONFIG_INVALID", { timeouts: { headersMs: Number.NaN } }],
    ["CONFIG_INVALID", { timeouts: { bodyMs: 0 } }],
    ["CONFIG_INVALID", { timeouts: { connectMs: Number.POSITIVE_INFINITY } }],
    ["BASE_URL_REFUSED", { baseUrl: "http://api.hubapi.com" }],
  ])("is checked when clients are made: %s %o", (code, wrong) => {
    expect(() => createClients({ ...deps, ...wrong })).toThrow(expect.objectContaining({ code }));
  });

  it("makes no call by itself, and refuses calls after close", async () => {
    const { clients, hs, transport, run } = testClients(read);
    expect(transport.seen).toEqual([]);
    await clients.close();
    await clients.close();
    await expect(run(hs.contacts.get("1", { properties: [] }))).rejects.toMatchObject({ code: "CLOSED" });
    expect(transport.closed()).toBe(true);
  });
});

it("pins no tenant without a name, whoever asks for it", async () => {
  const { clients, tenants, run } = testClients({});
  await expect(run(clients.portalOf(""))).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(await tenants.list(null, 10)).toEqual([]);
});
