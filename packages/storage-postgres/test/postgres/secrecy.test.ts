import type { Pool } from "pg";
import { expect, it, onTestFinished } from "vitest";
import { place } from "./database.ts";
import { admin, hubspokeOver, person, planted, tenant, usualDay, workDay } from "./office.ts";

/** What the server wrote: temporary files, its log since then, the tables' files, and their rows as a dump has them. */
const written = [
  `select 'temporary file', pg_read_binary_file('base/pgsql_tmp/' || name, 0, 100000000, true) from pg_ls_tmpdir()`,
  `select 'log', pg_read_binary_file('pg_wal/' || name, 0, 100000000, true) from pg_ls_waldir(), given
    where name between pg_walfile_name(since::pg_lsn) and pg_walfile_name(pg_current_wal_lsn())`,
  `select 'file', pg_read_binary_file(pg_relation_filepath(oid)) from pg_class, given
    where relkind in ('r', 'i', 't') and (relnamespace = namespace::regnamespace
      or oid in (select reltoastrelid from pg_class where relnamespace = namespace::regnamespace))`,
  `select 'dump', convert_to(query_to_xml('select * from ' || oid::regclass, true, false, '')::text, 'UTF8')
    from pg_class, given where relkind = 'r' and relnamespace = namespace::regnamespace`,
];

/** Which of the needles stand in it, and where. */
async function found(
  pool: Pool,
  schema: string,
  since: string,
  needles: readonly string[],
): Promise<readonly string[]> {
  await pool.query("checkpoint");
  const hits: string[] = [];
  for (const part of written) {
    const { rows } = await pool.query<{ hit: string }>(
      `with given as (select $1::text as namespace, $2::text as since)
      select place || ': ' || needle as hit from (${part}) as parts(place, bytes), unnest($3::text[]) as needle
        where position(convert_to(needle, 'UTF8') in bytes) > 0`,
      [`"${schema}"`, since, needles],
    );
    hits.push(...rows.map(({ hit }) => hit));
  }
  return hits;
}

it("S7: the log, the files and a dump of the server hold no name, number, address, text, agent or token, before and after an erasure", async () => {
  const { pool, schema } = await place();
  // Nothing of the log goes before it was looked at: a checkpoint gives files of it to what is written next.
  await pool.query("select pg_create_physical_replication_slot($1, true)", [schema]);
  onTestFinished(async () => void (await pool.query("select pg_drop_replication_slot($1)", [schema])));
  const { rows } = await pool.query<{ at: string; packed: string }>(
    "select pg_current_wal_lsn()::text as at, current_setting('wal_compression') as packed",
  );
  const [start] = rows;
  expect(start?.packed, "a compressed log would hide what it holds").toBe("off");
  const since = start?.at ?? "";
  const { hubspoke, key } = hubspokeOver(pool, schema);
  expect(await workDay(hubspoke)).toEqual(usualDay);
  const secrets = [...planted, ...planted.map((one) => one.toLowerCase()), key];
  expect(await found(pool, schema, since, secrets)).toEqual([]);
  // What it finds where there is something to find: the tenant stands in the log, in files and in the dump.
  const places = new Set((await found(pool, schema, since, [tenant])).map((hit) => hit.split(":")[0]));
  expect(places).toEqual(new Set(["log", "file", "dump"]));

  await hubspoke.privacy.export({ email: person.email }, admin);
  const { removed } = await hubspoke.privacy.erase({ email: person.email }, admin);
  expect([removed.cache, removed.services]).toEqual([1, 1]);
  await hubspoke.close();
  expect(await found(pool, schema, since, secrets)).toEqual([]);
});
