import { inspect } from "node:util";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import * as errors from "@hubspoke/core/errors";
import { memoryStorage } from "@hubspoke/core/memory";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instance, keys, staff, world } from "./directory/bed.ts";

const hostile = fc.oneof(
  fc.constantFrom(
    "'; drop table hubspoke_tenants; --",
    '"; delete from hubspoke_audit; --',
    "acme' or '1'='1",
    "acme\u0000bolt",
    "%' escape '%",
    "acme'/*",
    "\\'; select 1; --",
  ),
  fc.string({ minLength: 1, maxLength: 40 }),
);

describe("S25: SQL made of what people type", () => {
  it("changes no statement: every text is a value, and no other tenant's row is touched", async () => {
    const storage = sqliteStorage({ path: ":memory:" });
    const row = {
      actorId: "u7",
      kind: "search",
      contactId: null,
      sealed: new Uint8Array([1]),
      keyId: "k1",
      at: 1,
    } as const;
    await storage.history.put({ ...row, id: "mine", tenant: "acme", subject: "s" });
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (tenant, text) => {
        fc.pre(tenant !== "acme");
        await storage.history.put({ ...row, id: `${tenant} ${text}`, tenant, actorId: text, subject: text });
        expect((await storage.history.list(tenant, text, "search", 10)).map(({ subject }) => subject)).toContain(text);
        await storage.cursors.advance(tenant, "1", text, text, 0, 1);
        expect((await storage.cursors.read(tenant, "1", text))?.value).toBe(text);
        await storage.tenants.deleteAll(tenant);
        expect(await storage.history.list("acme", "u7", "search", 10)).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
    expect(await storage.schemaVersion()).toBeGreaterThan(0);
    await storage.close();
  });
});

describe("S20: one tenant's actor", () => {
  it("sees nothing of another tenant, in directory, trail, cache and client, over one store and one account", async () => {
    const there = world();
    const { id } = there.simulator.portal().contacts.create({ firstname: "Ada", phone: "(902) 555-1234" });
    await there.clock.advance(30_000);
    const { hubspoke } = instance(there, sqliteStorage({ path: ":memory:" }));
    const [acme, bolt] = [staff, { ...staff, tenant: "bolt" }];
    await there.drive(hubspoke.directory.lookupByPhone("902 555 1234", acme));
    await there.drive(hubspoke.directory.opened(id, acme));
    expect(await there.drive(hubspoke.directory.recents(bolt))).toEqual({ contacts: [], searches: [] });
    const admin = { ...bolt, actor: { id: "root", role: "admin" } };
    const trail = await there.drive(hubspoke.audit.query({ contactId: id }, admin));
    // Its own question is all there is.
    expect(trail.items.map(({ action }) => action)).toEqual(["review"]);
    await there.drive(hubspoke.tenants.delete("bolt"));
    expect((await there.drive(hubspoke.directory.lookupByPhone("902 555 1234", acme))).ok).toBe(true);
    await there.drive(hubspoke.close());
  });
});

const canaries = { token: "canary-token-1", name: "Canaryname", phone: "+19025550199", mail: "canary@person.example" };
const classes = Object.entries(errors).filter(
  ([name, value]) => typeof value === "function" && /^HubSpot.*Error$/.test(name),
);

describe("S22: an error of ours", () => {
  it.each(classes)("%s", (_name, made) => {
    const Made = made as new (...args: unknown[]) => Error & { unsafeDetails(): unknown };
    const options = { unsafe: canaries, inputs: [], expectedPortalId: "1", actualPortalId: "2", route: "GET /x" };
    const error =
      _name.includes("Mismatch") || /Unknown|NotFound|Conflict|Refused/.test(_name)
        ? new Made("message", options)
        : new Made("INTERNAL", "message", options);
    const wrapped = new errors.HubspokeError("INTERNAL", "around", {
      cause: error as errors.HubspokeError,
      unsafe: canaries,
    });
    for (const one of [error, wrapped]) {
      const shown =
        inspect(one, { depth: 20, showHidden: true }) + JSON.stringify(one) + String(one) + (one.stack ?? "");
      for (const canary of Object.values(canaries)) expect(shown).not.toContain(canary);
      expect(one.unsafeDetails()).toBe(canaries);
    }
  });
});

describe("S24: names that objects are born with", () => {
  it("pollute nothing as properties HubSpot sends, as input of ours or as a request's body", async () => {
    const born = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
    const there = world();
    const { hubspoke } = instance(there, memoryStorage(), {
      transport: {
        send: async ({ url }) => {
          const own = url.includes("account-info");
          const properties = Object.fromEntries(born.map((name) => [name, "polluted"]));
          const body = own
            ? { portalId: 62515 }
            : { results: [{ id: "1", properties, updatedAt: "2026-01-01T00:00:00Z" }] };
          // As a text, where `__proto__` is a name like any other.
          const text = JSON.stringify(body).replace('"constructor"', '"__proto__":{"polluted":"yes"},"constructor"');
          return { status: 200, headers: {}, text };
        },
        close: async () => {},
      },
    });
    const read = hubspoke.client({ tenant: "acme" }).request("POST /crm/objects/{version}/contacts/batch/read", {
      body: JSON.parse('{"inputs":[{"id":"1"}],"__proto__":{"polluted":"yes"}}'),
    });
    await there.drive(read);
    await there.drive(hubspoke.directory.search("ada", staff).catch((error: unknown) => error));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.prototype.toString.call({})).toBe("[object Object]");
    await there.drive(hubspoke.close());
    for (const name of born) {
      const odd = JSON.parse(`{"${name}":["CARD_NUMBER"]}`) as Record<string, never>;
      const options = {
        auth: privateApp("pat-sim-62515"),
        storage: memoryStorage(),
        keys: { current: "k1", keys: { k1: keys.k1 } },
      };
      expect(() => createHubSpoke({ ...options, guard: { allow: odd } }), name).not.toThrow();
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
