import { DatabaseSync } from "node:sqlite";
import type { LocalSource } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { kyselyOn } from "./host-table.fixture.ts";

interface Host {
  leads: { id: number; workspace_id: string; name: string | null; at: number };
}

let database: DatabaseSync;
let source: LocalSource;
const options = {
  table: "leads",
  tenantColumn: "workspace_id",
  changes: "updated_at",
  updatedAtColumn: "at",
  updatedAtFormat: "ms",
} as const;

beforeEach(() => {
  database = new DatabaseSync(":memory:");
  database.exec("create table leads (id integer primary key, workspace_id text not null, name text, at integer)");
  source = kyselySource(kyselyOn(database) as unknown as Kysely<Host>, { ...options, lookBackMs: 60_000 });
});
afterEach(() => database.close());

function put(id: number, at: number): void {
  database.prepare("insert or replace into leads (id, workspace_id, name, at) values (?, 'a', 'n', ?)").run(id, at);
}

async function poll(cursor: string | null): Promise<{ ids: string[]; cursor: string }> {
  const ids: string[] = [];
  let at = cursor;
  for (;;) {
    const page = await source.changes("a", at, 2);
    ids.push(...page.changes.map((change) => change.id));
    at = page.cursor;
    if (!page.more) return { ids, cursor: at };
  }
}

describe("a feed by a column of times", () => {
  it("finds a row that was stamped early and committed late", async () => {
    const now = Date.now();
    put(1, now);
    const first = await poll(null);
    const second = await poll(first.cursor);
    // Its time is before what was already read: without the look-back it would never be seen.
    put(2, now - 30_000);
    expect((await poll(second.cursor)).ids).toContain("2");
  });

  it("does not tell of quiet rows again and again", async () => {
    for (let id = 1; id <= 5; id += 1) put(id, 1_000 + id);
    const first = await poll(null);
    expect(first.ids).toEqual(["1", "2", "3", "4", "5"]);
    expect((await poll(first.cursor)).ids).toEqual([]);
  });

  it("passes many rows of one instant, page by page", async () => {
    const first = await poll(null);
    const now = Date.now();
    for (let id = 1; id <= 7; id += 1) put(id, now);
    expect((await poll(first.cursor)).ids).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });

  it("stamps its own writes, each later than the one before even within a millisecond", async () => {
    put(1, Date.now() + 3_600_000);
    let [record] = await source.read("a", ["1"]);
    const times = new Set([record?.updatedAt]);
    for (const name of ["x", "y", "z"]) {
      const [result] = await source.write("a", [
        { kind: "update", id: "1", expectedVersion: record?.version ?? "", values: { name } },
      ]);
      if (result?.outcome !== "written") throw new Error("not written");
      record = result.record;
      times.add(record.updatedAt);
    }
    expect(times.size).toBe(4);
  });

  it.each([
    ["a time", {}],
    ["a version", { versionColumn: "v" }],
  ])("writes a row that nobody has given %s yet, once", async (_what, more) => {
    database.exec("alter table leads add column v integer; insert into leads (id, workspace_id) values (1, 'a')");
    const host = kyselyOn(database) as unknown as Kysely<Host>;
    const unstamped = kyselySource(host, { ...options, ...more, fields: ["name"] });
    const [record] = await unstamped.read("a", ["1"]);
    const expectedVersion = record?.version ?? "";
    const update = { kind: "update", id: "1", expectedVersion, values: { name: "new" } } as const;
    expect(await unstamped.write("a", [update])).toMatchObject([{ outcome: "written" }]);
    expect(await unstamped.write("a", [update])).toEqual([{ outcome: "stale" }]);
    const [again] = await unstamped.read("a", ["1"]);
    expect(again?.version).not.toBe(expectedVersion);
    expect(await unstamped.delete("a", [{ id: "1", expectedVersion: again?.version ?? "" }])).toEqual(["deleted"]);
  });

  it("says that it knows no deletes but by looking", () => {
    expect(source.capabilities).toEqual({ deletes: "scan", editTimes: "record", readOnly: false });
  });

  it.each(["s", "sql"] as const)("refuses the precision %s as a version", async (updatedAtFormat) => {
    const coarse = kyselySource(kyselyOn(database) as unknown as Kysely<Host>, { ...options, updatedAtFormat });
    await expect(coarse.read("a", ["1"])).rejects.toThrow(/whole seconds .* versionColumn/);
  });

  it.each([
    ["iso", "2026-03-05T10:20:30.123Z", 1_772_706_030_123],
    ["sql", "2026-03-05 10:20:30", 1_772_706_030_000],
    ["s", 1_772_706_030, 1_772_706_030_000],
    ["ms", 1_772_706_030_123, 1_772_706_030_123],
  ] as const)("reads and writes the form %s", async (updatedAtFormat, stored, ms) => {
    database.exec("create table times (id integer primary key, workspace_id text, name text, at, v integer)");
    database.prepare("insert into times values (1, 'a', 'n', ?, 1)").run(stored);
    const host = kyselyOn(database) as unknown as Kysely<{ times: unknown }>;
    const timed = kyselySource(host, { ...options, table: "times", updatedAtFormat, versionColumn: "v" });
    const [record] = await timed.read("a", ["1"]);
    expect(record).toMatchObject({ updatedAt: ms, version: "1" });
    const [result] = await timed.write("a", [{ kind: "update", id: "1", expectedVersion: "1", values: { name: "m" } }]);
    const after = database.prepare("select typeof(at) as type, length(at) as length, v from times").get();
    expect(after).toEqual({
      type: typeof stored === "number" ? "integer" : "text",
      length: String(stored).length,
      v: 2,
    });
    expect(result?.outcome === "written" && Math.abs((result.record.updatedAt ?? 0) - Date.now()) < 60_000).toBe(true);
  });
});
