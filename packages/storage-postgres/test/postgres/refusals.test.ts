import { randomBytes } from "node:crypto";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { describe, expect, it } from "vitest";
import { databaseUrl, place, waitsForLock } from "./database.ts";
import { handTimer } from "./proxy.ts";
import { cacheRow, inboxEvent, linkRow, workMark } from "./rows.ts";

describe("what the server refuses is typed, and nothing is lost", () => {
  it("a database that is read-only reads, and writes are STORE_READ_ONLY", async () => {
    const { pool, schema } = await place();
    await postgresStorage({ pool, schema }).tenants.pin("a", "100", 1);
    const replica = await place({ options: "-c default_transaction_read_only=on" });
    const storage = postgresStorage({ pool: replica.pool, schema });
    expect((await storage.tenants.get("a"))?.portalId).toBe("100");
    await expect(storage.tenants.pin("b", "100", 1)).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
    await expect(storage.work.mark([workMark("1")], 0)).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
    const empty = postgresStorage({ pool: replica.pool, schema: replica.schema });
    await expect(empty.migrate()).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
  });

  it("a role without rights is STORE_PATH_INVALID and says what to grant", async () => {
    const { pool, schema } = await place();
    await postgresStorage({ pool, schema }).migrate();
    const role = schema.replace("test", "role");
    await pool.query(`create role ${role}; grant usage on schema "${schema}" to ${role}`);
    await pool.query(`grant select on "${schema}".hubspoke_schema to ${role}`);
    const limited = await place({ options: `-c role=${role}` });
    const call = postgresStorage({ pool: limited.pool, schema }).tenants.get("a");
    await expect(call).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      message: expect.stringContaining("grant"),
      details: { postgres: "42501" },
    });
    await pool.query(`drop owned by ${role}; drop role ${role}`);
  });

  it("a database that does not exist is STORE_PATH_INVALID", async () => {
    const url = new URL(databaseUrl());
    url.pathname = "/hubspoke_no_such_database";
    const storage = postgresStorage({ url: url.href });
    await expect(storage.tenants.get("a")).rejects.toMatchObject({
      code: "STORE_PATH_INVALID",
      details: { postgres: "3D000" },
    });
    await storage.close();
  });

  it("tables that went away are SCHEMA_MISSING", async () => {
    const { pool, schema } = await place();
    const storage = postgresStorage({ pool, schema });
    await storage.migrate();
    await storage.tenants.get("a");
    await pool.query(`drop schema "${schema}" cascade`);
    await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "SCHEMA_MISSING" });
  });

  it("a key too long for an index is STORE_VALUE_TOO_LARGE, and leaves nothing of its batch", async () => {
    const { pool, schema } = await place();
    const storage = postgresStorage({ pool, schema });
    const long = { ...inboxEvent("e2"), dedupeKey: randomBytes(9_000).toString("base64") };
    await expect(storage.inbox.record([inboxEvent("e1"), long])).rejects.toMatchObject({
      code: "STORE_VALUE_TOO_LARGE",
    });
    expect((await storage.inbox.depth()).waiting).toBe(0);
    expect(await storage.inbox.record([inboxEvent("e1")])).toEqual(["new"]);
  });

  it("text with a NUL, a number that is none, a null where something is required: INPUT_INVALID", async () => {
    const { pool, schema } = await place();
    const storage = postgresStorage({ pool, schema });
    const bad = [
      { ...inboxEvent("e2"), objectId: "a\u0000b" },
      { ...inboxEvent("e2"), id: null as never },
      { ...inboxEvent("e2"), occurredAt: Number.NaN },
    ];
    for (const one of bad) {
      const call = storage.inbox.record([inboxEvent("e1"), one]);
      await expect(call).rejects.toMatchObject({ code: "INPUT_INVALID", retryable: false });
    }
    expect((await storage.inbox.depth()).waiting).toBe(0);
  });

  it("a lone surrogate is kept as U+FFFD, as everywhere in UTF-8", async () => {
    const { pool, schema } = await place();
    const { cursors } = postgresStorage({ pool, schema });
    await cursors.advance("a", "100", "c", "x\ud800y", 0, 1);
    expect((await cursors.read("a", "100", "c"))?.value).toBe("x\ufffdy");
  });

  it("a batch whose second statement fails leaves nothing of its first", async () => {
    const { pool, schema } = await place();
    const storage = postgresStorage({ pool, schema });
    await storage.links.put([linkRow("l1", "501")]);
    const broken = { ...linkRow("l1", "501"), version: 1, state: null as never };
    await expect(storage.links.put([linkRow("l2", "502"), broken])).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(await storage.links.count("a", "leads")).toBe(1);
  });

  it("rows another transaction keeps are STORE_BUSY for a batch, and no wait is endless for a statement", async () => {
    const { pool, schema } = await place();
    const time = handTimer();
    const storage = postgresStorage({ pool, schema, timeoutMs: 100, timer: time.timer });
    await storage.migrate();
    await storage.links.put([linkRow("l1", "501")]);
    const other = await pool.connect();
    await other.query(`begin; lock table "${schema}".hubspoke_links, "${schema}".hubspoke_contact_cache`);
    const batch = storage.links.put([{ ...linkRow("l1", "501"), version: 1 }, linkRow("l2", "502")]);
    await expect(batch).rejects.toMatchObject({ code: "STORE_BUSY", retryable: true });
    const put = storage.cache.put([cacheRow("i")]);
    put.catch(() => undefined);
    await waitsForLock(pool, "relation", `%${schema}%contact_cache%`);
    time.pass();
    await expect(put).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await other.query("rollback");
    other.release();
    expect(await storage.cache.put([cacheRow("i")])).toEqual(["written"]);
  });
});
