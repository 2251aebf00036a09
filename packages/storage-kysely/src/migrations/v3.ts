import type { Migration } from "./migration.ts";

/** Switches at run time, what people searched, alerts shared by processes, erased people; and ways to erase. */
export const v3: Migration = {
  version: 3,
  name: "directory and privacy",
  statements: ({ text, integer, blob }) => [
    `create table hubspoke_flags (
  tenant ${text} not null,
  flag ${text} not null,
  enabled ${text} not null,
  roles ${text} not null,
  percentage ${integer} not null,
  updated_at ${integer} not null,
  primary key (tenant, flag)
)`,

    `create table hubspoke_history (
  id ${text} not null,
  tenant ${text} not null,
  actor_id ${text} not null,
  kind ${text} not null,
  subject ${text} not null,
  contact_id ${text},
  sealed ${blob} not null,
  key_id ${text} not null,
  at ${integer} not null,
  primary key (tenant, actor_id, kind, subject),
  unique (tenant, id)
)`,
    "create index hubspoke_history_newest on hubspoke_history (tenant, actor_id, kind, at, id)",
    "create index hubspoke_history_contact on hubspoke_history (tenant, contact_id) where contact_id is not null",
    "create index hubspoke_history_time on hubspoke_history (tenant, at)",

    `create table hubspoke_alerts (
  tenant ${text} not null,
  "key" ${text} not null,
  name ${text} not null,
  severity ${text} not null,
  message ${text} not null,
  details ${text} not null,
  at ${integer} not null,
  seen_at ${integer} not null,
  cleared_at ${integer},
  primary key (tenant, "key")
)`,
    "create index hubspoke_alerts_open on hubspoke_alerts (tenant, at) where cleared_at is null",
    "create index hubspoke_alerts_seen on hubspoke_alerts (seen_at)",

    `create table hubspoke_suppression (
  tenant ${text} not null,
  "index" ${text} not null,
  kind ${text} not null,
  at ${integer} not null,
  primary key (tenant, "index")
)`,

    `create table hubspoke_secrets (
  tenant ${text} not null,
  name ${text} not null,
  id ${text} not null,
  sealed ${blob} not null,
  key_id ${text} not null,
  primary key (tenant, name)
)`,
    "create index hubspoke_secrets_key on hubspoke_secrets (key_id, tenant)",

    "create index hubspoke_sync_log_hubspot on hubspoke_sync_log (tenant, sync, hubspot_id) where hubspot_id is not null",
    "create index hubspoke_conflicts_hubspot on hubspoke_conflicts (tenant, sync, hubspot_id)",
  ],
};
