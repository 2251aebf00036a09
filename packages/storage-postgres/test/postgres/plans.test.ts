import { tenantTables } from "@hubspoke/storage-kysely";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { runCase, storageCases } from "@hubspoke/testing/contracts";
import { Pool, type PoolClient } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { databaseUrl, postgresHarness, schemaName, warmPool } from "./database.ts";
import { recording } from "./recording.ts";

/** Whole tables that may be read, and why that is right. */
const allowedScans: Readonly<Record<string, string>> = {
  "hubspoke_work_queues: select tenant, queue from hubspoke_work_queues as q":
    "one row per tenant and sync, however much work there is",
  "hubspoke_inbox: select count(*) as waiting":
    "counts what waits, which is a third of the table as long as Postgres has no statistics to know better",
  "hubspoke_outbox: select count(*) as waiting": "the same",
  "hubspoke_outbox: select count(*) as failed": "the same",
};

/**
 * Look-ups whose price decides what a call costs: the index and how many of its columns are given. Not among them is a
 * link by its local id: two indexes begin with tenant and sync, which Postgres takes for enough to name one row as long as
 * it has no statistics, so it chooses by chance until autovacuum was there, a minute after the first rows.
 */
const pinned: readonly { readonly statement: RegExp; readonly index: string; readonly columns: number }[] = [
  {
    statement: /from hubspoke_contact_cache where tenant = \$1 and "index" =/,
    index: "contact_cache_pkey",
    columns: 3,
  },
  { statement: /^select .* from hubspoke_contact_cache where ctid/, index: "contact_cache_pkey", columns: 3 },
  {
    statement: /from hubspoke_links where ctid .* hubspot_id = wanted/,
    index: "links_tenant_sync_hubspot_id_key",
    columns: 3,
  },
  { statement: /^update hubspoke_inbox set due_at = \$1, lease = \$2/, index: "inbox_due", columns: 1 },
  { statement: /^with due as \( select ctid as at from hubspoke_work /, index: "work_due", columns: 3 },
  { statement: /delete from hubspoke_work where leased = 1/, index: "work_pkey", columns: 4 },
  { statement: /update hubspoke_work set (?:due_at = case|leased = 0)/, index: "work_pkey", columns: 4 },
];

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly Node[];
}

const statements = new Map<string, string>();
const plans = new Map<string, readonly Node[]>();

/** One text per statement: without the schema, with as few rows in VALUES as were ever sent. A migration's moves are none. */
function note(sql: string): string {
  const text = sql
    .replace(/"hubspoke_test_\w+"\./g, "")
    .replace(/\s+/g, " ")
    .trim();
  if (!/^(?:select|with|insert|update|delete)\b.*hubspoke_/.test(text) || text.includes("hubspoke_audit_by_time"))
    return sql;
  const form = text.replace(/\$\d+/g, "$").replace(/(?:, \((?:\$(?:, )?)+\))+/g, "");
  if (text.length < (statements.get(form)?.length ?? Number.POSITIVE_INFINITY)) statements.set(form, text);
  return sql;
}

/** Everything the store says to the database while it is put through the whole contract. */
async function recordStatements(): Promise<void> {
  const pools = [await warmPool(), await warmPool()];
  const harness = postgresHarness("recorded", pools, (pool) => recording(pool, note));
  for (const one of storageCases) await runCase(one, harness);
  await Promise.all(pools.map((pool) => pool.end()));
}

/**
 * Postgres reads a whole table when that is cheaper, and of an empty one it always is. So the tables hold rows, as they
 * do an hour after a first backfill, and were never analysed: the planner knows their size and nothing else. That is the
 * state in which plans are worst, and the honest place to look; `enable_seqscan = off` would only show that an index
 * exists.
 */
async function fill(client: PoolClient, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = '${table}'::regclass and attnum > 0`,
  );
  const onePerTenant = ["hubspoke_tenants", "hubspoke_tokens", "hubspoke_work_queues", "hubspoke_mappings"].includes(
    table,
  );
  const shared: Readonly<Record<string, string>> = {
    tenant: onePerTenant ? "'t' || i" : "'t' || i % 100",
    portal_id: "'100'",
    sync: "'leads'",
    queue: "'leads'",
    side: "'local'",
  };
  const byType: Readonly<Record<string, string>> = { bigint: "i", bytea: "decode(repeat('ab', 100), 'hex')" };
  const values = rows.map(({ name, type }) => shared[name] ?? byType[type] ?? `'${name}-' || i`);
  await client.query(`alter table ${table} set (autovacuum_enabled = off)`);
  await client.query(`insert into ${table} select ${values.join(", ")} from generate_series(1, 5000) as i`);
}

async function explainAll(pool: Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  // The plan that serves any values: what the contract's own are says nothing about yours.
  await client.query(`set search_path = "${schema}"; set plan_cache_mode = force_generic_plan`);
  for (const table of [...tenantTables, "hubspoke_inbox", "hubspoke_leases"]) await fill(client, table);
  for (const text of statements.values()) {
    const nulls = new Set(text.match(/\$\d+/g) ?? []).size;
    await client.query(`prepare one as ${text}`);
    const given = nulls === 0 ? "" : `(${Array(nulls).fill("null").join(", ")})`;
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Node }] }>(
      `explain (format json) execute one${given}`,
    );
    await client.query("deallocate one");
    plans.set(text, flat(rows[0]?.["QUERY PLAN"][0].Plan as Node));
  }
  client.release();
}

function flat(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}

beforeAll(async () => {
  await recordStatements();
  const pool = new Pool({ connectionString: databaseUrl(), max: 1 });
  const schema = schemaName();
  await postgresStorage({ pool, schema }).migrate();
  await explainAll(pool, schema);
  await pool.query(`drop schema "${schema}" cascade`);
  await pool.end();
}, 600_000);

describe("on a database that has rows and was never analysed", () => {
  it("no statement reads a whole table", () => {
    const scans = [...plans].flatMap(([text, nodes]) =>
      nodes.filter((node) => node["Node Type"] === "Seq Scan").map((node) => `${node["Relation Name"]}: ${text}`),
    );
    const allowed = Object.keys(allowedScans);
    expect(scans.filter((scan) => !allowed.some((one) => scan.startsWith(one)))).toEqual([]);
    expect(
      allowed.filter((one) => !scans.some((scan) => scan.startsWith(one))),
      "an exception nobody needs goes",
    ).toEqual([]);
  });

  it("and none a whole index", () => {
    const unbounded = [...plans].filter(([, nodes]) =>
      nodes.some((node) => node["Index Name"] !== undefined && node["Index Cond"] === undefined),
    );
    // The schema has one row per migration, and its highest version is the first that is read.
    expect(unbounded.map(([text]) => text).filter((text) => !text.endsWith("from hubspoke_schema"))).toEqual([]);
  });

  it.each(pinned)("$statement goes by $columns columns of $index", ({ statement, index, columns }) => {
    const found = [...plans].filter(([text]) => statement.test(text));
    expect(found.length).toBeGreaterThan(0);
    for (const [text, nodes] of found) {
      const scan = nodes.find((node) => node["Index Name"] === `hubspoke_${index}`);
      expect(scan?.["Index Cond"]?.split(" AND ").length, text).toBe(columns);
    }
  });

  it("the contract says every statement there is", () => {
    const text = [...statements.values()].join("\n");
    const tables = [...tenantTables, "hubspoke_inbox", "hubspoke_leases", "hubspoke_schema"];
    expect(tables.filter((name) => !text.includes(name))).toEqual([]);
    expect(statements.size).toBeGreaterThan(100);
  });
});
