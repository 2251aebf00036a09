import type { Migration } from "./migration.ts";

/**
 * Work is given back by its key. Without statistics Postgres takes any index that begins with tenant and queue for good
 * enough, and reads a whole queue for each record: a hundred of 2,000 took 24 to 34 ms in runs of `bench queues`, 1 to 3 by its
 * key. An index over part of a table serves only statements that name that part; this part is all of it, and the claims name it.
 */
export const v9: Migration = {
  version: 9,
  name: "work by its key",
  statements: () => [
    "drop index hubspoke_work_due",
    "create index hubspoke_work_due on hubspoke_work (tenant, queue, priority, due_at) where tries >= 0",
  ],
};
