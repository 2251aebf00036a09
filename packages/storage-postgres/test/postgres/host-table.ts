import { installOutbox, type KyselySourceOptions, kyselySource } from "@hubspoke/storage-kysely";
import type { Harness, LocalSourceUnderTest } from "@hubspoke/testing/contracts";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import { onTestFinished } from "vitest";
import { databaseUrl, place, racers, schemaName } from "./database.ts";

export type HostDb = Kysely<Record<string, unknown>>;

export interface HostTable {
  readonly ddl: string;
  /** The suite's words → this table's columns. */
  readonly columns: Readonly<Record<"tenant" | "id" | "name" | "email" | "score", string>>;
  readonly options: KyselySourceOptions;
  /** How this host stamps an edit of its own: `, "updated_at" = …`. */
  readonly stamp?: string;
  /** Instead of deleting. */
  readonly softDelete?: string;
  readonly prepare?: (db: HostDb) => Promise<void>;
}

/** A connection pool of a host whose tables are in this schema. */
export function hostPool(schema: string, max: number): Pool {
  return new Pool({ connectionString: databaseUrl(), max, options: `-c search_path=${schema}` });
}

/** The host's own Kysely, as a host would make it. */
export function kyselyOn(pool: Pool): HostDb {
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

/** A schema of one test's own with the tables of its host in it. */
export async function hostWith(
  ddl: string,
): Promise<{ readonly admin: Pool; readonly schema: string; readonly pool: Pool; readonly db: HostDb }> {
  const { pool: admin, schema } = await place();
  await admin.query(`create schema ${schema}`);
  const pool = hostPool(schema, 5);
  onTestFinished(() => pool.end());
  await pool.query(ddl);
  return { admin, schema, pool, db: kyselyOn(pool) };
}

/**
 * Waits until every transaction that is open now, anywhere on the server, has ended: until then the outbox rightly tells
 * nothing of what happened after it began, and tests beside this one have transactions too.
 */
export async function settled(pool: Pool): Promise<void> {
  const { rows } = await pool.query("select cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as next");
  const query = "select 1 where pg_snapshot_xmin(pg_current_snapshot()) >= cast($1 as xid8)";
  for (let looks = 0; looks < 200_000; looks++) {
    if ((await pool.query(query, [rows[0]?.next])).rows.length > 0) return;
  }
  throw new Error("a transaction stays open");
}

/** A table of the host's in a schema of its own, the source over it, and the host's own hand on it. */
export function harnessFor(name: string, host: HostTable): Harness<LocalSourceUnderTest> {
  return {
    name,
    racers,
    capabilities: { shared: true, durable: true, maxParams: 65_535, maxValueBytes: 1_000_000_000 },
    async space() {
      const schema = schemaName();
      const admin = hostPool(schema, 1);
      await admin.query(`create schema ${schema}`);
      await admin.query(host.ddl);
      await host.prepare?.(kyselyOn(admin));
      const pools = new Map<LocalSourceUnderTest, Pool>();
      return {
        async open() {
          const pool = hostPool(schema, racers / 2);
          const source = kyselySource(kyselyOn(pool), host.options);
          const changes: typeof source.changes = async (...asked) => {
            await settled(pool);
            return source.changes(...asked);
          };
          const under = { source: { ...source, changes }, table: tableOn(pool, host) };
          pools.set(under, pool);
          return under;
        },
        async close(under) {
          await pools.get(under)?.end();
          pools.delete(under);
        },
        async remove() {
          await admin.query(`drop schema ${schema} cascade`);
          await admin.end();
        },
      };
    },
  };
}

export function tableOn(pool: Pool, host: HostTable): LocalSourceUnderTest["table"] {
  const { columns, stamp = "", softDelete } = host;
  const table = quoted(host.options.table);
  const column = (name: string): string => quoted(columns[name as keyof typeof columns]);
  const place = (_name: string, i: number): string => `$${i + 1}`;
  return {
    async insert(tenant, row) {
      const into = ["tenant", ...Object.keys(row)];
      const query = `insert into ${table} (${into.map(column).join()}) values (${into.map(place).join()})
        returning cast(${column("id")} as text) as id`;
      return String((await pool.query(query, [tenant, ...Object.values(row)])).rows[0]?.id);
    },
    async update(tenant, id, change) {
      const names = Object.keys(change);
      const set = names.map((name, i) => `${column(name)} = $${i + 3}`).join();
      const where = `${column("tenant")} = $1 and cast(${column("id")} as text) = $2`;
      await pool.query(`update ${table} set ${set}${stamp} where ${where}`, [tenant, id, ...Object.values(change)]);
    },
    async remove(tenant, id) {
      const doing = softDelete === undefined ? `delete from ${table}` : `update ${table} set ${softDelete}`;
      await pool.query(`${doing} where ${column("tenant")} = $1 and cast(${column("id")} as text) = $2`, [tenant, id]);
    },
    async rows() {
      const picked = Object.keys(columns).map(
        (name) => `${name === "id" ? `cast(${column(name)} as text)` : column(name)} as ${name}`,
      );
      const live = softDelete === undefined ? "" : ` where ${quoted(host.options.deletedAtColumn ?? "")} is null`;
      const { rows } = await pool.query(`select ${picked.join()} from ${table}${live} order by ${column("id")}`);
      return rows.map((row) => ({ ...row, score: row.score === null ? null : Number(row.score) }));
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const plain = { tenant: "workspace_id", id: "id", name: "name", email: "email", score: "score" };
const leads = { table: "leads", tenantColumn: "workspace_id" } as const;

/** The least a host declares: two columns, and numbers for ids. */
export const outboxHost: HostTable = {
  ddl: `create table leads (id bigint generated always as identity primary key, workspace_id text not null, name text,
    email text, score double precision, unique (workspace_id, email))`,
  columns: plain,
  options: leads,
  prepare: (db) => installOutbox(db, leads),
};

/** In parts, of which an edit of the score moves a row into another. */
export const partitionedHost: HostTable = {
  ...outboxHost,
  ddl: `create table leads (id bigint generated always as identity, workspace_id text not null, name text, email text,
      score double precision) partition by list (score);
    create table leads_scored partition of leads for values in (1, 2); create table leads_others partition of leads default;
    create function one_email() returns trigger language plpgsql as $$ begin
      if exists (select from leads where workspace_id = new.workspace_id and email = new.email and id <> new.id)
        then raise unique_violation using detail = 'Key (workspace_id, email)=(…) already exists.'; end if;
      return new; end $$;
    create trigger one_email before insert or update on leads for each row execute function one_email()`,
};

const awkward = {
  table: 'the "order"',
  tenantColumn: "select",
  idColumn: "lead id",
  deletedAtColumn: "deleted at",
  createdKeyColumn: "key'",
  fields: { name: { column: "full name" }, email: { column: "e.mail" }, score: { column: "group" } },
};
/** Names that need quoting, ids made by us, soft deletes, a key column for creates, exact numbers. */
export const awkwardHost: HostTable = {
  ddl: `create table "the ""order""" ("lead id" uuid primary key default gen_random_uuid(), "select" varchar(80) not null,
    "full name" text, "e.mail" text, "group" numeric, "deleted at" timestamptz, "key'" text, untold text default 'x',
    unique ("select", "e.mail"), unique ("select", "key'"))`,
  columns: { tenant: "select", id: "lead id", name: "full name", email: "e.mail", score: "group" },
  options: awkward,
  softDelete: '"deleted at" = now()',
  prepare: (db) => installOutbox(db, { table: awkward.table, tenantColumn: "select", idColumn: "lead id" }),
};

/** A column of times, to the microsecond, as the only thing there is. */
export const updatedAtHost: HostTable = {
  ddl: `create table leads (id text primary key default gen_random_uuid(), workspace_id text not null, name text, email text,
    score double precision, updated_at timestamptz not null default clock_timestamp(), unique (workspace_id, email))`,
  columns: plain,
  stamp: ", updated_at = clock_timestamp()",
  options: { ...leads, changes: "updated_at", updatedAtColumn: "updated_at" },
};

/** Whole seconds, a counter as version, a tombstone column, a unique key. */
export const countedHost: HostTable = {
  ddl: `create table leads (id text primary key default gen_random_uuid(), workspace_id text not null, name text, email text,
    score double precision, changed bigint default extract(epoch from now()), revision integer not null default 1,
    gone bigint, made_by text, unique (workspace_id, email), unique (workspace_id, made_by))`,
  columns: plain,
  stamp: ", changed = extract(epoch from now()), revision = revision + 1",
  softDelete: "gone = extract(epoch from now()), changed = extract(epoch from now()), revision = revision + 1",
  options: {
    ...leads,
    changes: "updated_at",
    updatedAtColumn: "changed",
    updatedAtFormat: "s",
    versionColumn: "revision",
    deletedAtColumn: "gone",
    deletedAtFormat: "s",
    createdKeyColumn: "made_by",
    fields: ["name", "email", "score"],
  },
};
