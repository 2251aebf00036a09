import type { Migration } from "./migration.ts";

/** What people change while the program runs: when its jobs come back, and which fields go where. */
export const v6: Migration = {
  version: 6,
  name: "schedules and mappings",
  statements: ({ text, integer }) => [
    `create table hubspoke_schedules (
  tenant ${text} not null,
  name ${text} not null,
  every ${text} not null,
  time_zone ${text} not null,
  at ${text} not null,
  day ${integer} not null,
  next_at ${integer} not null,
  enabled ${text} not null,
  last_run_at ${integer},
  last_outcome ${text},
  due_at ${integer},
  lease ${text},
  primary key (tenant, name)
)`,
    "create index hubspoke_schedules_due on hubspoke_schedules (due_at, tenant, name) where due_at is not null",

    `create table hubspoke_mappings (
  tenant ${text} not null,
  sync ${text} not null,
  fields ${text} not null,
  revision ${integer} not null,
  primary key (tenant, sync)
)`,
  ],
};
