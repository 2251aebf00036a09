import type { Migration } from "./migration.ts";

/** Until when answers about a contact that changed are doubted: HubSpot's search tells the old for a while. */
export const v8: Migration = {
  version: 8,
  name: "contacts that changed",
  statements: ({ integer }) => [
    `alter table hubspoke_contact_cache add column settles_at ${integer} not null default 0`,
  ],
};
