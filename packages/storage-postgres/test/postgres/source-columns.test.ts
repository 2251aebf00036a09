import { installOutbox, kyselySource } from "@hubspoke/storage-kysely";
import { Pool } from "pg";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { databaseUrl } from "./database.ts";
import { hostWith, kyselyOn } from "./host-table.ts";

const leads = { table: "leads", tenantColumn: "workspace_id" } as const;
const stamped = { ...leads, changes: "updated_at", updatedAtColumn: "at" } as const;

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** A source over a table with these columns beside its id and tenant, by the outbox. */
async function sourceOver(columns: string, before = "") {
  const there = await hostWith(
    `${before}; create table leads (id bigint primary key, workspace_id text not null, ${columns})`,
  );
  await installOutbox(there.db, leads);
  return { ...there, source: kyselySource(there.db, leads) };
}

describe("a column of fixed length", () => {
  it.each([
    ["workspace_id", "id bigint primary key, workspace_id char(8) not null"],
    ["id", "id char(8) primary key, workspace_id text not null"],
    ["id", "id code primary key, workspace_id text not null"],
  ])("is refused for %s by name: %s", async (column, columns) => {
    const { db } = await hostWith(`create domain code as char(8); create table leads (${columns}, name text)`);
    await installOutbox(db, leads);
    await expect(kyselySource(db, leads).changes("a", null, 10)).rejects.toMatchObject({
      code: "SYNC_DECLARATION_INVALID",
      message: expect.stringMatching(new RegExp(`"${column}".*text or varchar`)),
    });
  });

  it("gives a field without the blanks it was filled up with", async () => {
    const { pool, source } = await sourceOver("code char(5)");
    await pool.query("insert into leads values (1, 'a', ' ab'), (2, 'a', '')");
    const records = await source.read("a", ["1", "2"]);
    expect(records.map(({ values }) => values.code)).toEqual([" ab", ""]);
    expect(await source.findBy("a", "code", [" ab"])).toHaveLength(1);
  });
});

describe("a column of times as the version", () => {
  it.each(["timestamp(0)", "timestamptz(2)", "date"])("is refused of the type %s", async (type) => {
    const { db } = await hostWith(
      `create table leads (id bigint primary key, workspace_id text, name text, v integer, at ${type} not null)`,
    );
    const refused = { code: "SYNC_DECLARATION_INVALID", message: expect.stringContaining("versionColumn") };
    await expect(kyselySource(db, stamped).read("a", ["1"])).rejects.toMatchObject(refused);
    await expect(kyselySource(db, { ...stamped, versionColumn: "v" }).read("a", ["1"])).resolves.toEqual([]);
  });

  it.each(["timestamp(3)", "timestamptz(4)", "timestamptz"])(
    "moves on with every write of the type %s",
    async (type) => {
      const { pool, db } = await hostWith(
        `create table leads (id bigint primary key, workspace_id text, name text, at ${type} not null);
       insert into leads values (1, 'a', 'one', now() + interval '1 hour')`,
      );
      const source = kyselySource(db, stamped);
      const versions = new Set<string>();
      for (const name of ["two", "three", "four"]) {
        const [record] = await source.read("a", ["1"]);
        versions.add(record?.version ?? "");
        const [result] = await source.write("a", [
          { kind: "update", id: "1", expectedVersion: record?.version ?? "", values: { name } },
        ]);
        expect(result).toMatchObject({ outcome: "written" });
      }
      expect(versions.size).toBe(3);
      expect((await pool.query("select at - now() < interval '61 minutes' as near from leads")).rows[0].near).toBe(
        true,
      );
    },
  );
});

it("times without text of their own are followed in UTC, wherever the session is", async () => {
  const { schema, pool } = await hostWith(
    "create table leads (id bigint primary key, workspace_id text, name text, at timestamptz not null, v integer not null)",
  );
  const west = new Pool({
    connectionString: databaseUrl(),
    max: 2,
    options: `-c search_path=${schema} -c timezone=America/New_York`,
  });
  onTestFinished(() => west.end());
  const source = kyselySource(kyselyOn(west), { ...stamped, updatedAtFormat: "sql", versionColumn: "v" });
  await pool.query("insert into leads values (1, 'a', 'one', now(), 1)");
  const walk = await source.changes("a", null, 10);
  await pool.query("update leads set name = 'two', at = now(), v = 2");
  expect((await source.changes("a", walk.cursor, 10)).changes).toEqual([{ id: "1", deleted: false }]);
});

describe("days and times", () => {
  it.each(["UTC", "Europe/Berlin", "America/Halifax", "Pacific/Auckland"])(
    "are told as the column holds them, on a machine in %s",
    async (name) => {
      process.env.TZ = name;
      const { pool, source } = await sourceOver("day date, met timestamp, at timestamptz");
      await pool.query(`insert into leads values
        (1, 'a', '2025-12-31', '2025-12-31 23:30:00.005', '2025-12-31 23:30:00.005+00'),
        (2, 'a', '0044-03-15', '2026-03-29 02:30:00', '2026-03-29 02:30:00+02'), (3, 'a', null, null, null)`);
      const records = await source.read("a", ["1", "2", "3"]);
      expect(records.map(({ values }) => values)).toEqual([
        { day: "2025-12-31", met: "2025-12-31T23:30:00.005Z", at: "2025-12-31T23:30:00.005Z" },
        // In Berlin there is no such hour that night.
        { day: "0044-03-15", met: "2026-03-29T02:30:00.000Z", at: "2026-03-29T00:30:00.000Z" },
        { day: null, met: null, at: null },
      ]);
    },
  );
});

it("what is no number and no day is no value", async () => {
  const { pool, source } = await sourceOver("n numeric, f double precision, z timestamptz, d date");
  await pool.query("insert into leads values (1, 'a', 'NaN', '-Infinity', 'infinity', '-infinity')");
  const [record] = await source.read("a", ["1"]);
  expect(record?.values).toEqual({ n: null, f: null, z: null, d: null });
});

describe("matching", () => {
  const types = "create type stage as enum ('new', 'won'); create domain whole as integer; create domain mail as text";
  const columns = "s stage, w whole, m mail, n numeric, r real, f double precision, d date, z timestamptz, ip inet";
  const row = "'won', 5, 'x@y.z', 5.50, 1.5, 2.5, '2026-01-01', '2026-01-01 10:00:00+00', '10.0.0.1'";

  it.each([
    ["s", "won", ["lost", "", "won\u0000"]],
    ["w", 5, ["five", "5.5", "99999999999"]],
    ["m", "x@y.z", ["X@y.z", "\u0000"]],
    ["n", "5.5", ["0b1", "0x5", "", " ", "1e999999", "1e-999999", "--5", "five"]],
    ["r", 1.5, ["1e39", "1e-60", "x"]],
    ["f", 2.5, ["1e309", "1e-400", "Infinity"]],
    ["d", "2026-01-01", ["5", "2026-02-30", "0000-01-01", "2026-13-01", "January 1, 2026", "2026"]],
    [
      "z",
      "2026-01-01T10:00:00.000Z",
      ["1", "2026-01-01T25:00:00Z", "2026-02-30T10:00:00Z", "2026-01-01T10:00:00+99:00", "2026-01-01T10:00:00 Mars"],
    ],
    ["ip", "10.0.0.1/32", ["nowhere"]],
  ])("by %s finds %j, and nothing by what the column can not hold", async (field, held, others) => {
    const { pool, source } = await sourceOver(columns, types);
    await pool.query(`insert into leads values (1, 'a', ${row})`);
    for (const other of others) expect(await source.findBy("a", field, [other]), JSON.stringify(other)).toEqual([]);
    expect(await source.findBy("a", field, [...others, held])).toHaveLength(1);
  });
});
