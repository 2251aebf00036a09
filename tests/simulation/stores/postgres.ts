import type { ClaimedWork, Storage } from "@hubspoke/core/ports";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { Client } from "pg";
import type { Row, Rows, Store } from "./store.ts";

/** No call takes long, and none may fail because the machine is busy. */
const noTimer = () => () => {};

/** A schema of its own on a real server, dropped at the end, and a pool of its own for each process of a world. */
export async function postgresStore(url: string): Promise<Store> {
  const schema = `sim_${process.pid}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  const first = postgresStorage({ url, schema, timer: noTimer, maxConnections: 1 });
  await first.migrate();
  const { rows: found } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = $1 order by 1",
    [schema],
  );
  const tables = found.map(({ name }) => name);
  const copy = () => copyOf(client, schema, tables);
  const restore = (rows: Rows) => fill(client, schema, tables, rows);
  const fresh = await copy();
  let connected: Storage[] = [first];
  const hangUp = async (): Promise<void> => {
    await Promise.all(connected.map((storage) => storage.close()));
    connected = [];
  };
  return {
    name: "postgres",
    remote: true,
    async empty() {
      await hangUp();
      await restore(fresh);
    },
    copy,
    restore,
    connect() {
      const storage = postgresStorage({ url, schema, timer: noTimer, maxConnections: 1 });
      connected.push(storage);
      const { work } = storage;
      return { ...storage, work: { ...work, claim: async (query) => (await work.claim(query)).toSorted(byKey) } };
    },
    async close() {
      await hangUp();
      await client.query(`drop schema "${schema}" cascade`);
      await client.end();
    },
  };
}

/** Claimed rows come as they lie on the server's pages, which is not the same in two runs. */
function byKey(one: ClaimedWork, other: ClaimedWork): number {
  return `${one.side} ${one.key}` < `${other.side} ${other.key}` ? -1 : 1;
}

/** All of it as one statement sees it. */
async function copyOf(client: Client, schema: string, tables: readonly string[]): Promise<Rows> {
  const each = tables.map(
    (name) => `select '${name}' as name, (select json_agg(t) from "${schema}"."${name}" t) as rows`,
  );
  const { rows } = await client.query<{ name: string; rows: Row[] | null }>(each.join(" union all "));
  return new Map(rows.map((table) => [table.name, table.rows ?? []]));
}

async function fill(client: Client, schema: string, tables: readonly string[], rows: Rows): Promise<void> {
  const clear = tables.map((name) => `delete from "${schema}"."${name}";`).join("");
  await client.query(`begin; ${clear}`);
  for (const [name, some] of rows) {
    const table = `"${schema}"."${name}"`;
    if (some.length === 0) continue;
    const values = JSON.stringify(some);
    await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [values]);
  }
  await client.query("commit");
}
