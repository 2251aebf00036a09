import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";
import { Miniflare } from "miniflare";
import type { Row, Rows, Store, Value } from "./store.ts";

/** A real D1 database in workerd. */
export async function d1Store(): Promise<Store> {
  const miniflare = new Miniflare({ modules: true, script: "export default {}", d1Databases: { DB: "sim" } });
  const binding: D1DatabaseLike = await miniflare.getD1Database("DB");
  await d1Storage(binding).migrate();
  const named = "select name from sqlite_master where type = 'table' and name glob 'hubspoke_*' order by name";
  const { results } = await binding.prepare(named).all();
  const tables = (results as { name: string }[]).map(({ name }) => name);
  const copy = async (): Promise<Rows> => {
    const all = await binding.batch(tables.map((name) => binding.prepare(`select * from "${name}" order by rowid`)));
    return new Map(tables.map((name, i) => [name, (all[i]?.results ?? []) as Row[]]));
  };
  const restore = async (rows: Rows): Promise<void> => {
    const inserts = [...rows].flatMap(([name, some]) => some.map((row) => insertOf(binding, name, row)));
    await binding.batch([...tables.map((name) => binding.prepare(`delete from "${name}"`)), ...inserts]);
  };
  const fresh = await copy();
  return {
    name: "d1",
    remote: true,
    empty: () => restore(fresh),
    copy,
    restore,
    connect: () => d1Storage(binding),
    close: () => miniflare.dispose(),
  };
}

function insertOf(binding: D1DatabaseLike, name: string, row: Row): ReturnType<D1DatabaseLike["prepare"]> {
  const columns = Object.keys(row);
  const values = columns.map((column) => bindable(row[column] ?? null));
  const quoted = columns.map((column) => `"${column}"`);
  const text = `insert into "${name}" (${quoted.join(", ")}) values (${columns.map(() => "?").join(", ")})`;
  return binding.prepare(text).bind(...values);
}

/** D1 gives bytes as a list of numbers, and takes no list. */
function bindable(value: Value | readonly number[]): unknown {
  return Array.isArray(value) ? Uint8Array.from(value).buffer : value;
}
