import type { Pool } from "pg";

interface Relation {
  readonly name: string;
  readonly columns: readonly string[];
  readonly constraints: readonly string[] | null;
  readonly indexes: readonly string[] | null;
}

const catalogue = `
  select c.relname as name,
    (select array_agg(format('%I %s%s%s', attname, format_type(atttypid, atttypmod),
        case when collname = 'default' then '' else ' collate ' || quote_ident(collname) end,
        case when attnotnull then ' not null' else '' end) order by attnum)
      from pg_attribute left join pg_collation l on l.oid = attcollation
      where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
    (select array_agg(format('constraint %I %s', conname, pg_get_constraintdef(oid)) order by contype, conname)
      from pg_constraint where conrelid = c.oid and contype in ('p', 'u')) as constraints,
    (select array_agg(pg_get_indexdef(indexrelid) order by indexrelid::regclass::text collate "C")
      from pg_index where indrelid = c.oid
        and not exists (select 1 from pg_constraint where conindid = indexrelid)) as indexes
  from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'r' order by c.relname collate "C"`;

/** The tables of a schema as SQL that makes them again, in a stable order and without the schema's name. */
export async function dumpSchema(pool: Pool, schema: string): Promise<string> {
  const { rows } = await pool.query<Relation>(catalogue, [`"${schema}"`]);
  const text = rows.map(({ name, columns, constraints, indexes }) => {
    const inside = [...columns, ...(constraints ?? [])].map((one) => `  ${one}`).join(",\n");
    return [`create table ${name} (\n${inside}\n)`, ...(indexes ?? [])].map((one) => `${one};\n`).join("");
  });
  return text.join("\n").replaceAll(`${schema}.`, "");
}
