import type { Migration } from "./migration.ts";

const columns =
  "id, tenant, at, actor_id, actor_role, action, purpose, subject_index, contact_id, outcome, error_code, request_id, sealed";

/**
 * What a recorded access costs is pages written at random places. The key begins with the time, so that rows append to
 * it and it serves the listing by time as well: three further indexes instead of four, without the ids in them. And
 * schedules are found by name first: a process claims those it can run.
 */
export const v7: Migration = {
  version: 7,
  name: "audit rows by time",
  statements: ({ text, integer, blob }) => [
    `create table hubspoke_audit_by_time (
  id ${text} not null,
  tenant ${text} not null,
  at ${integer} not null,
  actor_id ${text} not null,
  actor_role ${text} not null,
  action ${text} not null,
  purpose ${text},
  subject_index ${text},
  contact_id ${text},
  outcome ${text} not null,
  error_code ${text},
  request_id ${text},
  sealed ${blob},
  primary key (tenant, at, id)
)`,
    `insert into hubspoke_audit_by_time (${columns}) select ${columns} from hubspoke_audit order by at`,
    "drop table hubspoke_audit",
    "alter table hubspoke_audit_by_time rename to hubspoke_audit",
    "create index hubspoke_audit_actor on hubspoke_audit (tenant, actor_id, at)",
    "create index hubspoke_audit_subject on hubspoke_audit (tenant, subject_index, at) where subject_index is not null",
    "create index hubspoke_audit_contact on hubspoke_audit (tenant, contact_id, at) where contact_id is not null",

    "drop index hubspoke_schedules_due",
    "create index hubspoke_schedules_due on hubspoke_schedules (name, due_at) where due_at is not null",
  ],
};
