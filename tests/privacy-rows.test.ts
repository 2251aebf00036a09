import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { tablesOf } from "@hubspoke/core";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { staff } from "./directory/bed.ts";
import { admin, office, rowsWith, tick, victim } from "./privacy/office.ts";

describe("the schema", () => {
  it("has no table that nobody decided about: erased, kept for keeping people out, or without personal data", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hubspoke-schema-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "store.db");
    const storage = sqliteStorage({ path });
    await storage.migrate();
    await storage.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const tables = database
      .prepare("select name from sqlite_master where type = 'table' and name like 'hubspoke_%'")
      .all() as { name: string }[];
    database.close();
    const decided = Object.values(tablesOf).flatMap((group) => Object.keys(group));
    const names = tables.map(({ name }) => name.replace("hubspoke_", ""));
    expect(
      names.filter((name) => !decided.includes(name)),
      "decide in core/src/privacy/tables.ts",
    ).toEqual([]);
    expect(new Set(decided).size).toBe(decided.length);
  });
});

describe("tenants", () => {
  it("go with every row of theirs, and nobody else's", async () => {
    const o = await office();
    const other = { ...staff, tenant: "bolt" };
    await o.drive(o.hubspoke.directory.lookupByPhone("902-555-7777", other));
    await o.drive(o.hubspoke.privacy.erase({ email: victim.email }, admin));
    expect((await o.hubspoke.tenants.list()).map(({ tenant }) => tenant)).toEqual(["acme", "bolt"]);
    await o.drive(o.hubspoke.tenants.delete("acme"));
    expect(rowsWith(o.folder, ["acme"])).toEqual({});
    expect(rowsWith(o.folder, ["bolt"])).toMatchObject({ tenants: 1, contact_cache: 1 });
    expect(await o.hubspoke.tenants.get("acme")).toBeNull();
    const after = await o.drive(o.hubspoke.directory.lookupByPhone("902-555-7777", staff));
    expect(after, "learned anew, from HubSpot").toMatchObject({ source: "hubspot" });
  });
});

describe("a tenant that was removed beside a process that had not heard", () => {
  /** A process whose audit rows wait in its memory, and which goes on for a moment. */
  async function late() {
    const o = await office();
    const beside = o.another({ audit: "batched" });
    await o.drive(beside.hubspoke.directory.lookupByPhone("902-555-1234", staff));
    await o.drive(o.hubspoke.tenants.delete("acme"));
    expect(rowsWith(o.folder, ["acme"])).toEqual({});
    await o.there.clock.advance(1_000);
    return o;
  }

  /** Removals that are to be looked at again. */
  async function waiting({ folder }: { readonly folder: string }): Promise<readonly string[]> {
    const storage = sqliteStorage({ path: join(folder, "store.db") });
    const names = (await storage.cursors.list("", "tenants:deleted:")).map(({ name }) => name);
    await storage.close();
    return names;
  }

  it("leaves nothing when the worker had its second look, two minutes later", async () => {
    const o = await late();
    expect(rowsWith(o.folder, ["acme"])).toHaveProperty("audit");
    await tick(o, o);
    expect(rowsWith(o.folder, ["acme"]), "not before they have ended").toHaveProperty("audit");
    expect(await waiting(o)).toEqual(["tenants:deleted:acme"]);
    await o.there.clock.advance(120_000);
    await tick(o, o);
    expect(rowsWith(o.folder, ["acme"])).toEqual({});
    expect(await waiting(o)).toEqual([]);
  });

  it("and is connected anew by then: what is new stays, and no access of before", async () => {
    const o = await late();
    await o.there.clock.advance(1_000);
    expect(rowsWith(o.folder, [o.ids.victim])).toHaveProperty("audit");
    await o.drive(o.hubspoke.directory.lookupByPhone("902-555-7777", staff));
    await o.there.clock.advance(200_000);
    await tick(o, o);
    expect(rowsWith(o.folder, ["acme"])).toMatchObject({ tenants: 1, contact_cache: 1 });
    expect(rowsWith(o.folder, [o.ids.bystander])).toHaveProperty("audit");
    expect(rowsWith(o.folder, [o.ids.victim])).not.toHaveProperty("audit");
    expect(await waiting(o)).toEqual([]);
  });
});

describe("retention", () => {
  it("removes what is too old and keeps the rest", async () => {
    const o = await office();
    const day = 86_400_000;
    const kept = o.another({ retention: { auditMs: 10 * day, historyMs: 5 * day, syncLogMs: 5 * day } });
    await o.there.clock.advance(6 * day);
    await tick(o, kept);
    expect(rowsWith(o.folder, ["search", "recent"])).not.toHaveProperty("history");
    expect(rowsWith(o.folder, [o.ids.victim])).toHaveProperty("audit");
    expect(rowsWith(o.folder, [o.ids.victim])).not.toHaveProperty("sync_log");
    await o.there.clock.advance(5 * day);
    await tick(o, kept);
    expect(rowsWith(o.folder, [o.ids.victim])).not.toHaveProperty("audit");
    expect(rowsWith(o.folder, [o.ids.victim])).not.toHaveProperty("contact_cache");
  });

  it("reaches tenants that are not connected any more", async () => {
    const o = await office();
    const storage = sqliteStorage({ path: join(o.folder, "store.db") });
    await storage.tenants.setStatus("acme", "disconnected");
    await storage.close();
    const kept = o.another({ retention: { auditMs: 3_600_000 } });
    expect(rowsWith(o.folder, [o.ids.victim])).toHaveProperty("audit");
    await o.there.clock.advance(2 * 86_400_000);
    await tick(o, kept);
    expect(rowsWith(o.folder, [o.ids.victim])).not.toHaveProperty("audit");
  });
});
