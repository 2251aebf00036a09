import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { tenantTables } from "@hubspoke/storage-kysely";
import { type SqliteDatabaseLike, sqliteStorage } from "@hubspoke/storage-sqlite";
import { runCase, storageCases } from "@hubspoke/testing/contracts";
import { beforeAll, describe, expect, it } from "vitest";
import { scratch } from "./scratch.ts";
import { sqliteHarness } from "./sqlite-harness.ts";

/** Scans that read a number of rows which does not grow with the data. */
const allowedScans: Readonly<Record<string, string>> = {
  "SCAN CONSTANT ROW": "the statement's own row",
  "SCAN input": "the statement's own row",
  "SCAN json_each VIRTUAL TABLE INDEX 1:": "the statement's own input",
  "SCAN sqlite_master": "the catalogue: one row per table and index",
  "SCAN q": "one row per tenant and sync, however much work there is",
};

const statements = new Set<string>();

function recording(path: string): SqliteDatabaseLike {
  const database = new DatabaseSync(path);
  return {
    prepare: (sql) => {
      statements.add(sql);
      return database.prepare(sql);
    },
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    get isTransaction() {
      return database.isTransaction;
    },
  };
}

/** Everything the store says to the database while it is put through the whole contract. */
beforeAll(async () => {
  const harness = sqliteHarness("recorded", (path) => {
    const database = recording(path);
    const storage = sqliteStorage({ database });
    return { ...storage, close: () => storage.close().then(() => database.close()) };
  });
  for (const one of storageCases.filter((each) => each.id !== "storage.close")) await runCase(one, harness);
});

/** All that it ever says again: what a migration moves from one table to the next is read whole, once. */
const ofOurs = (): string[] =>
  [...statements].filter(
    (sql) => /^\s*(select|with|insert|update|delete)\b/.test(sql) && !/^insert into hubspoke_audit_by_time /.test(sql),
  );

describe("on a fresh database that was never analysed", () => {
  it("no statement scans a table, and none builds an index to answer", async () => {
    const path = join(await scratch(), "fresh.db");
    const storage = sqliteStorage({ path });
    await storage.migrate();
    await storage.close();
    const fresh = new DatabaseSync(path);
    const scans = new Set<string>();
    const found: string[] = [];
    for (const sql of ofOurs()) {
      const plan = fresh.prepare(`explain query plan ${sql}`).all() as { detail: string }[];
      for (const { detail } of plan) {
        if (!/^SCAN|AUTOMATIC/.test(detail)) continue;
        scans.add(detail);
        if (!(detail in allowedScans)) found.push(`${detail}: ${sql.replace(/\s+/g, " ").trim()}`);
      }
    }
    fresh.close();
    expect(found).toEqual([]);
    expect([...scans].sort(), "an exception that is no longer needed goes").toEqual(Object.keys(allowedScans).sort());
  });

  it("no limit is a bare parameter, for which SQLite would prepare the statement again at every run", () => {
    expect(ofOurs().filter((sql) => /\blimit \?(?! \+ 0)/.test(sql))).toEqual([]);
  });

  it("every statement on a tenant's table names the tenant", () => {
    // `due` lists queues over all tenants for the worker; `list` and `byPortal` list tenants themselves; tokens are
    // re-sealed for all, and so are secrets, jobs and flows; a login's tenant is learned from its row, which the state's
    // hash names; alerts nobody raises any more go by age; jobs and schedules that are due are everybody's.
    const overAll = [
      /from hubspoke_work_queues as q/,
      /from hubspoke_tenants\s+where (tenant >|portal_id =)/,
      /from hubspoke_(tokens|secrets|outbox|flows) where key_id [<>]/,
      /from hubspoke_outbox where (due_at <=|(due_at|failed_at) > -1)/,
      /from hubspoke_(outbox where keep_until <=|schedules\s+where due_at <=)/,
      /from hubspoke_alerts where seen_at </,
      /^\s*delete from hubspoke_oauth_states where (state_hash =|rowid in)/,
      /insert into hubspoke_oauth_states/,
    ];
    const scoped =
      /tenant = |on conflict \(tenant|\("tenant", "queue", "side", "key", "seq", "fence"\) =|on conflict do nothing/;
    const unscoped = ofOurs().filter(
      (sql) =>
        tenantTables.some((name) => sql.includes(name)) && !scoped.test(sql) && !overAll.some((one) => one.test(sql)),
    );
    expect(unscoped).toEqual([]);
  });

  it("the contract exercises every table", () => {
    const text = ofOurs().join("\n");
    const tables = [...tenantTables, "hubspoke_inbox", "hubspoke_leases", "hubspoke_schema"];
    expect(tables.filter((name) => !text.includes(name))).toEqual([]);
    expect(ofOurs().length).toBeGreaterThan(80);
  });
});
