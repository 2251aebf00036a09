import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { latestVersion, tenantTables } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { describe, expect, it } from "vitest";
import { dumpSchema } from "./dump-schema.ts";
import { exists, scratch } from "./scratch.ts";

/** Every migration, as a report names it. */
const all = [
  "1 first tables",
  "2 oauth",
  "3 directory and privacy",
  "4 shared rate budgets",
  "5 outbox, workflows, flows and engagement",
  "6 schedules and mappings",
  "7 audit rows by time",
  "8 contacts that changed",
  "9 work by its key",
];
const schemas = new URL("../../storage-kysely/test/schemas/", import.meta.url);

async function migrated(path: string): Promise<void> {
  const storage = sqliteStorage({ path });
  await storage.migrate();
  await storage.close();
}

/** Three rows in every table, a value in every column. */
function fill(database: DatabaseSync): ReadonlyMap<string, readonly Record<string, unknown>[]> {
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' and name like 'hubspoke_%' order by name")
    .all() as { name: string }[];
  const filled = new Map<string, readonly Record<string, unknown>[]>();
  for (const { name } of tables.filter((one) => one.name !== "hubspoke_schema")) {
    const columns = database.prepare(`select name, type from pragma_table_info('${name}')`).all() as {
      name: string;
      type: string;
    }[];
    const sample = (type: string, n: number) =>
      /int/i.test(type) ? n : /blob/i.test(type) ? new Uint8Array([n, 0, 255]) : `text ${n}`;
    for (const n of [1, 2, 3]) {
      const places = columns.map(() => "?").join();
      database.prepare(`insert into ${name} values (${places})`).run(...columns.map(({ type }) => sample(type, n)));
    }
    filled.set(name, database.prepare(`select * from ${name} order by rowid`).all());
  }
  return filled;
}

describe("the schema", () => {
  it("from empty is exactly the one on record", async () => {
    const path = join(await scratch(), "store.db");
    await migrated(path);
    const onRecord = await readFile(new URL(`v${latestVersion}.sql`, schemas), "utf8");
    expect(dumpSchema(path)).toBe(onRecord);
  });

  it("is reached from every version that is on record", async () => {
    for (let version = 1; version <= latestVersion; version++) {
      const path = join(await scratch(), "store.db");
      const database = new DatabaseSync(path);
      database.exec(await readFile(new URL(`v${version}.sql`, schemas), "utf8"));
      for (let v = 1; v <= version; v++) database.exec(`insert into hubspoke_schema values (${v}, 'v${v}')`);
      database.close();
      await migrated(path);
      expect(dumpSchema(path)).toBe(await readFile(new URL(`v${latestVersion}.sql`, schemas), "utf8"));
    }
  });

  it("keeps every row and value of every version that is on record, whatever table is made anew", async () => {
    for (let version = 1; version < latestVersion; version++) {
      const path = join(await scratch(), "store.db");
      const database = new DatabaseSync(path);
      database.exec(await readFile(new URL(`v${version}.sql`, schemas), "utf8"));
      for (let v = 1; v <= version; v++) database.exec(`insert into hubspoke_schema values (${v}, 'v${v}')`);
      const before = fill(database);
      database.close();
      await migrated(path);
      const after = new DatabaseSync(path, { readOnly: true });
      for (const [table, rows] of before) {
        const kept = after.prepare(`select * from ${table} order by rowid`).all();
        expect(kept, `${table} from v${version}`).toMatchObject(rows);
      }
      after.close();
    }
  });

  it("keeps the audit trail when its table is made anew", async () => {
    const path = join(await scratch(), "store.db");
    const database = new DatabaseSync(path);
    database.exec(await readFile(new URL("v6.sql", schemas), "utf8"));
    for (let v = 1; v <= 6; v++) database.exec(`insert into hubspoke_schema values (${v}, 'v${v}')`);
    const insert = database.prepare(
      "insert into hubspoke_audit values (?,'a',?,'u1','support','lookup',?,?,?,'hit',?,?,?)",
    );
    insert.run("r1", 20, "call", "s1", "501", null, "q1", new Uint8Array([1, 2]));
    insert.run("r2", 10, null, null, null, "TIMEOUT", null, null);
    database.close();
    const storage = sqliteStorage({ path });
    const { items } = await storage.audit.query({ tenant: "a", limit: 9 });
    const who = { tenant: "a", actorId: "u1", actorRole: "support", action: "lookup", outcome: "hit" };
    const nothing = { purpose: null, subjectIndex: null, contactId: null, requestId: null, sealed: null };
    const first = {
      purpose: "call",
      subjectIndex: "s1",
      contactId: "501",
      requestId: "q1",
      sealed: new Uint8Array([1, 2]),
    };
    expect(items).toEqual([
      { ...who, id: "r1", at: 20, errorCode: null, ...first },
      { ...who, id: "r2", at: 10, errorCode: "TIMEOUT", ...nothing },
    ]);
    await storage.close();
  });

  it("names every table that holds rows of a tenant, so that none is forgotten when one goes", async () => {
    const path = join(await scratch(), "store.db");
    await migrated(path);
    const database = new DatabaseSync(path, { readOnly: true });
    const found = database
      .prepare(
        `select m.name from sqlite_master m join pragma_table_info(m.name) c on c.name = 'tenant' where m.type = 'table'`,
      )
      .all() as { name: string }[];
    database.close();
    expect([...tenantTables].sort()).toEqual(found.map((row) => row.name).sort());
  });
});

describe("migrating", () => {
  it("reports what it applied, and nothing the second time", async () => {
    const storage = sqliteStorage({ path: join(await scratch(), "store.db"), migrate: "manual" });
    expect(await storage.schemaVersion()).toBe(0);
    expect(await storage.migrate()).toEqual({ from: 0, to: latestVersion, applied: all });
    expect(await storage.migrate()).toEqual({ from: latestVersion, to: latestVersion, applied: [] });
    expect(await storage.schemaVersion()).toBe(latestVersion);
    await storage.close();
  });

  it("by ten processes at once happens once", async () => {
    const path = join(await scratch(), "store.db");
    const script = new URL("./fixtures/migrate.ts", import.meta.url).pathname;
    const run = promisify(execFile);
    const reports = await Promise.all(
      Array.from({ length: 10 }, () =>
        run(process.execPath, ["--conditions=@hubspoke/source", "--no-warnings", script, path]),
      ),
    );
    const applied = reports.map(({ stdout }) => (JSON.parse(stdout) as { applied: string[]; to: number }).applied);
    expect(applied.flat().sort(), "each step by one of them").toEqual(all);
    expect(dumpSchema(path)).toBe(await readFile(new URL(`v${latestVersion}.sql`, schemas), "utf8"));
  });

  it("lives beside the host's own tables", async () => {
    const path = join(await scratch(), "host.db");
    const host = new DatabaseSync(path);
    host.exec("create table leads (id integer primary key, name text); insert into leads values (1, 'x')");
    const storage = sqliteStorage({ path });
    await storage.tenants.pin("a", "100", 1);
    expect(host.prepare("select name from leads").all()).toHaveLength(1);
    await storage.close();
    host.close();
  });
});

describe("a database this library must not use", () => {
  it("without a schema is SCHEMA_MISSING under `manual`, and no file is made", async () => {
    const path = join(await scratch(), "store.db");
    const storage = sqliteStorage({ path, migrate: "manual" });
    await expect(storage.tenants.get("a")).rejects.toMatchObject({
      code: "SCHEMA_MISSING",
      message: expect.stringContaining("storage.migrate()"),
    });
    expect(await exists(path)).toBe(false);
    await storage.migrate();
    expect(await storage.tenants.get("a"), "the same storage goes on once it was migrated").toBe(null);
    await storage.close();
  });

  it("of a host that never migrated is SCHEMA_MISSING and stays as it was", async () => {
    const path = join(await scratch(), "host.db");
    const host = new DatabaseSync(path);
    host.exec("create table leads (id integer primary key)");
    host.close();
    const before = await readFile(path);
    const storage = sqliteStorage({ path, migrate: "manual" });
    await expect(storage.tenants.pin("a", "100", 1)).rejects.toMatchObject({ code: "SCHEMA_MISSING" });
    await storage.close();
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await exists(`${path}-wal`)).toBe(false);
  });

  it.each(["auto", "manual"] as const)(
    "of a newer library is SCHEMA_NEWER and stays as it was (%s)",
    async (migrate) => {
      const path = join(await scratch(), "store.db");
      await migrated(path);
      const newer = new DatabaseSync(path);
      newer.exec(`insert into hubspoke_schema values (${latestVersion + 1}, 'from the future')`);
      newer.close();
      const before = await readFile(path);
      const storage = sqliteStorage({ path, migrate });
      for (const call of [storage.tenants.pin("a", "100", 1), storage.migrate()]) {
        await expect(call).rejects.toMatchObject({
          code: "SCHEMA_NEWER",
          details: { found: latestVersion + 1, known: latestVersion },
        });
      }
      expect(await storage.schemaVersion()).toBe(latestVersion + 1);
      await storage.close();
      expect((await readFile(path)).equals(before)).toBe(true);
    },
  );

  it("leaves an empty file empty when it only looks", async () => {
    const path = join(await scratch(), "empty.db");
    new DatabaseSync(path).close();
    const storage = sqliteStorage({ path, migrate: "manual" });
    expect(await storage.schemaVersion()).toBe(0);
    await storage.close();
    expect((await stat(path)).size).toBe(0);
  });
});
