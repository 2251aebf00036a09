import type { Migration } from "./migration.ts";

/** The rate budgets of HubSpot, shared by processes: what is known of each, and who holds how many slots until when. */
export const v4: Migration = {
  version: 4,
  name: "shared rate budgets",
  statements: ({ text, integer }) => [
    `create table hubspoke_rate_budgets (
  budget ${text} not null,
  takes ${integer} not null,
  call_limit ${integer},
  daily_limit ${integer},
  daily_remaining ${integer},
  learned_at ${integer} not null,
  primary key (budget)
)`,

    `create table hubspoke_rate_blocks (
  budget ${text} not null,
  block ${text} not null,
  slots ${integer} not null,
  want ${integer} not null,
  expires_at ${integer} not null,
  primary key (budget, block)
)`,
  ],
};
