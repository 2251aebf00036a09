import type { Migration } from "./migration.ts";

/** OAuth: a grant per tenant, and logins under way. A removed grant keeps its row, without tokens, for its version. */
export const v2: Migration = {
  version: 2,
  name: "oauth",
  statements: ({ text, integer, blob }) => [
    `create table hubspoke_tokens (
  tenant ${text} not null,
  portal_id ${text} not null,
  id ${text} not null,
  sealed ${blob},
  key_id ${text},
  expires_at ${integer} not null,
  scopes ${text} not null,
  status ${text} not null,
  version ${integer} not null,
  updated_at ${integer} not null,
  primary key (tenant)
)`,
    "create index hubspoke_tokens_key on hubspoke_tokens (key_id, tenant) where key_id is not null",

    `create table hubspoke_oauth_states (
  state_hash ${text} not null,
  tenant ${text} not null,
  session_hash ${text} not null,
  id ${text} not null,
  sealed ${blob} not null,
  expires_at ${integer} not null,
  primary key (state_hash)
)`,
    "create index hubspoke_oauth_states_tenant on hubspoke_oauth_states (tenant)",
    "create index hubspoke_oauth_states_expiry on hubspoke_oauth_states (expires_at)",
  ],
};
