import type { Kysely } from "kysely";
import { installOutbox } from "../../src/source/outbox/install.ts";
import type { HostTable } from "./host-table.fixture.ts";

type Db = Kysely<Record<string, unknown>>;

const plain = { tenant: "workspace_id", id: "id", name: "name", email: "email", score: "score" };
const iso = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/** The least a host declares: two columns, and numbers for ids. */
export const outboxHost: HostTable = {
  ddl: `create table leads (id integer primary key, workspace_id text not null, name text, email text, score real, unique (workspace_id, email))`,
  columns: plain,
  options: { table: "leads", tenantColumn: "workspace_id" },
  prepare: (db) => installOutbox(db as Db, { table: "leads", tenantColumn: "workspace_id" }),
};

/** Names that need quoting, ids made by us, soft deletes, a key column for creates. */
const awkward = {
  table: 'the "order"',
  tenantColumn: "select",
  idColumn: "lead id",
  deletedAtColumn: "deleted at",
  createdKeyColumn: "key'",
  fields: { name: { column: "full name" }, email: { column: "e.mail" }, score: { column: "group" } },
};
export const awkwardHost: HostTable = {
  ddl: `create table "the ""order""" ("lead id" text primary key default (lower(hex(randomblob(8)))), "select" text not null, "full name" text,
    "e.mail" text, "group" real, "deleted at" text, "key'" text, untold text default 'x', unique ("select", "e.mail"), unique ("select", "key'"))`,
  columns: { tenant: "select", id: "lead id", name: "full name", email: "e.mail", score: "group" },
  options: awkward,
  softDelete: `"deleted at" = ${iso}`,
  prepare: (db) => installOutbox(db as Db, { table: awkward.table, tenantColumn: "select", idColumn: "lead id" }),
};

/** A column of times as the only thing there is. */
export const updatedAtHost: HostTable = {
  ddl: `create table leads (id integer primary key, workspace_id text not null, name text, email text, score real,
    updated_at text not null default (${iso}), unique (workspace_id, email));
    create trigger touched after update on leads when new.updated_at = old.updated_at begin
      update leads set updated_at = max(${iso}, strftime('%Y-%m-%dT%H:%M:%fZ', old.updated_at, '+0.001 seconds')) where id = new.id;
    end`,
  columns: plain,
  options: { table: "leads", tenantColumn: "workspace_id", changes: "updated_at", updatedAtColumn: "updated_at" },
};

/** Whole seconds, a counter as version, a tombstone column, ids by us, a unique key. */
export const countedHost: HostTable = {
  ddl: `create table leads (id text primary key not null default (lower(hex(randomblob(8)))), workspace_id text not null, name text, email text, score real,
    changed integer default (unixepoch()), revision integer not null default 1, gone integer, made_by text unique, unique (workspace_id, email))`,
  columns: plain,
  stamp: `, "changed" = unixepoch(), "revision" = "revision" + 1`,
  softDelete: `"gone" = unixepoch(), "changed" = unixepoch(), "revision" = "revision" + 1`,
  options: {
    table: "leads",
    tenantColumn: "workspace_id",
    changes: "updated_at",
    updatedAtColumn: "changed",
    updatedAtFormat: "s",
    versionColumn: "revision",
    deletedAtColumn: "gone",
    deletedAtFormat: "s",
    fields: ["name", "email", "score"],
  },
};

export const hosts: Readonly<Record<string, HostTable>> = {
  "kyselySource by outbox": outboxHost,
  "kyselySource by outbox, awkward names": awkwardHost,
  "kyselySource by updated_at": updatedAtHost,
  "kyselySource by updated_at and a counter": countedHost,
};
