import { readFile } from "node:fs/promises";
import type { MigrationReport } from "@hubspoke/core/ports";
import { latestVersion, tenantTables } from "@hubspoke/storage-kysely";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { describe, expect, it } from "vitest";
import { place, waitsForLock } from "./database.ts";
import { dumpSchema } from "./dump-schema.ts";
import { inProcess } from "./processes.ts";

const schemas = new URL("../schemas/", import.meta.url);
const onRecord = (version: number): string => new URL(`v${version}.sql`, schemas).pathname;

describe("the schema", () => {
  it("from empty is exactly the one on record", async () => {
    const { pool, schema } = await place();
    const report = await postgresStorage({ pool, schema }).migrate();
    expect(report).toEqual({ from: 0, to: latestVersion, applied: expect.any(Array) });
    // A new migration is recorded by a run with `--update`; CI only compares.
    await expect(await dumpSchema(pool, schema)).toMatchFileSnapshot(onRecord(latestVersion));
  });

  it("is reached from every version that was ever on main", async () => {
    for (let version = 1; version <= latestVersion; version++) {
      const { pool, schema } = await place({ max: 1 });
      await pool.query(`create schema "${schema}"; set search_path = "${schema}"`);
      await pool.query(await readFile(onRecord(version), "utf8"));
      for (let v = 1; v <= version; v++) await pool.query(`insert into hubspoke_schema values (${v}, 'v${v}')`);
      const { from, to } = await postgresStorage({ pool, schema }).migrate();
      expect([from, to]).toEqual([version, latestVersion]);
      expect(await dumpSchema(pool, schema)).toBe(await readFile(onRecord(latestVersion), "utf8"));
    }
  });

  it("orders all text by bytes, and names every table that holds rows of a tenant", async () => {
    const { pool, schema } = await place();
    await postgresStorage({ pool, schema }).migrate();
    const { rows } = await pool.query<{ table: string; column: string; collation: string }>(
      `select c.relname as table, attname as column, collname as collation
        from pg_attribute join pg_class c on c.oid = attrelid join pg_collation l on l.oid = attcollation
        where relnamespace = $1::regnamespace and relkind = 'r'`,
      [`"${schema}"`],
    );
    expect(rows.filter((row) => row.collation !== "C")).toEqual([]);
    const ofTenants = rows.filter((row) => row.column === "tenant").map((row) => row.table);
    expect([...tenantTables].sort()).toEqual(ofTenants.sort());
  });
});

describe("migrating", () => {
  it("by ten processes at once happens once", async () => {
    const { pool, schema } = await place();
    const reports = await Promise.all(
      Array.from({ length: 10 }, () => inProcess<MigrationReport>("migrate.ts", schema)),
    );
    expect(reports.map((report) => report.to)).toEqual(reports.map(() => latestVersion));
    expect(
      reports.flatMap((report) => report.applied),
      "each step by one of them",
    ).toHaveLength(latestVersion);
    expect(await dumpSchema(pool, schema)).toBe(await readFile(onRecord(latestVersion), "utf8"));
  });

  it("waits for one that is under way, longer than a call may take", async () => {
    const { pool, schema } = await place();
    const timeouts: number[] = [];
    const timer = (ms: number): (() => void) => {
      timeouts.push(ms);
      return () => undefined;
    };
    const other = await pool.connect();
    await other.query("begin");
    await other.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`hubspoke ${schema}`]);
    const migrating = postgresStorage({ pool, schema, timeoutMs: 50, timer }).migrate();
    await waitsForLock(pool, "advisory", "%pg_advisory_xact_lock%");
    await other.query("commit");
    expect((await migrating).to).toBe(latestVersion);
    expect(Math.max(...timeouts)).toBeGreaterThan(60_000);
    other.release();
  });

  it("that fails half-way leaves nothing of the step, says so, and goes on when tried again", async () => {
    const { pool, schema } = await place();
    await pool.query(`create schema "${schema}"; create table "${schema}".hubspoke_leases (mine text)`);
    const storage = postgresStorage({ pool, schema });
    await expect(storage.migrate()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      details: { postgres: "42P07" },
    });
    expect(await storage.schemaVersion()).toBe(0);
    expect(await dumpSchema(pool, schema)).toBe("create table hubspoke_leases (\n  mine text\n);\n");
    await pool.query(`drop table "${schema}".hubspoke_leases`);
    expect((await storage.migrate()).to).toBe(latestVersion);
  });

  it("needs no right to make schemas where the schema is there", async () => {
    const { pool, schema } = await place();
    const role = schema.replace("test", "role");
    await pool.query(`create schema "${schema}"; create role ${role}; grant all on schema "${schema}" to ${role}`);
    const limited = await place({ options: `-c role=${role}` });
    expect((await postgresStorage({ pool: limited.pool, schema }).migrate()).to).toBe(latestVersion);
    await pool.query(`drop owned by ${role}; drop role ${role}`);
  });

  it("of two schemas of one database keeps them apart", async () => {
    const [a, b] = [await place(), await place()];
    const [one, two] = [a, b].map(({ pool, schema }) => postgresStorage({ pool, schema }));
    await one?.tenants.pin("t", "100", 1);
    expect(await two?.tenants.get("t")).toBe(null);
  });
});

describe("a database this library must not use", () => {
  it("without a schema is SCHEMA_MISSING under `manual`, and nothing is made", async () => {
    const { pool, schema } = await place();
    const storage = postgresStorage({ pool, schema, migrate: "manual" });
    await expect(storage.tenants.get("a")).rejects.toMatchObject({ code: "SCHEMA_MISSING" });
    const made = await pool.query("select 1 from pg_namespace where nspname = $1", [schema]);
    expect(made.rows).toEqual([]);
    await storage.migrate();
    expect(await storage.tenants.get("a"), "the same storage goes on once it was migrated").toBe(null);
  });

  it.each(["auto", "manual"] as const)(
    "of a newer library is SCHEMA_NEWER and stays as it was (%s)",
    async (migrate) => {
      const { pool, schema } = await place();
      await postgresStorage({ pool, schema }).migrate();
      await pool.query(`insert into "${schema}".hubspoke_schema values (${latestVersion + 1}, 'from the future')`);
      const storage = postgresStorage({ pool, schema, migrate });
      for (const call of [() => storage.tenants.pin("a", "100", 1), () => storage.migrate()]) {
        await expect(call()).rejects.toMatchObject({
          code: "SCHEMA_NEWER",
          details: { found: latestVersion + 1, known: latestVersion },
        });
      }
      expect((await pool.query(`select * from "${schema}".hubspoke_tenants`)).rows).toEqual([]);
    },
  );
});
