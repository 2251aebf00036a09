CREATE TABLE hubspoke_alerts (
  tenant text not null,
  "key" text not null,
  name text not null,
  severity text not null,
  message text not null,
  details text not null,
  at integer not null,
  seen_at integer not null,
  cleared_at integer,
  primary key (tenant, "key")
);
CREATE TABLE "hubspoke_audit" (
  id text not null,
  tenant text not null,
  at integer not null,
  actor_id text not null,
  actor_role text not null,
  action text not null,
  purpose text,
  subject_index text,
  contact_id text,
  outcome text not null,
  error_code text,
  request_id text,
  sealed blob,
  primary key (tenant, at, id)
);
CREATE TABLE hubspoke_conflicts (
  id text not null,
  tenant text not null,
  sync text not null,
  portal_id text not null,
  local_id text not null,
  hubspot_id text not null,
  field text not null,
  rule text not null,
  winner text not null,
  local_at text,
  remote_at text,
  local_source text not null,
  remote_source text not null,
  sealed blob,
  status text not null,
  at integer not null,
  primary key (tenant, id)
);
CREATE TABLE hubspoke_contact_cache (
  tenant text not null,
  portal_id text not null,
  id text not null,
  "index" text not null,
  contact_id text,
  sealed blob,
  key_id text,
  fetched_at integer not null,
  fresh_until integer not null,
  expires_at integer not null,
  active_until integer not null, settles_at integer not null default 0,
  primary key (tenant, "index", portal_id)
);
CREATE TABLE hubspoke_cursors (
  tenant text not null,
  portal_id text not null,
  name text not null,
  value text,
  version integer not null,
  updated_at integer not null,
  primary key (tenant, name, portal_id)
);
CREATE TABLE hubspoke_engagement_events (
  id text not null,
  tenant text not null,
  portal_id text not null,
  contact_id text not null,
  type text not null,
  event_id text not null,
  at integer not null,
  primary key (tenant, event_id, type)
);
CREATE TABLE hubspoke_engagement_scores (
  tenant text not null,
  portal_id text not null,
  contact_id text not null,
  score text not null,
  counts text not null,
  pushed_score text,
  updated_at integer not null,
  version integer not null,
  unpushed integer not null,
  scored integer not null,
  primary key (tenant, portal_id, contact_id)
);
CREATE TABLE hubspoke_executions (
  id text not null,
  tenant text not null,
  portal_id text,
  trigger_id text not null,
  event_type text not null,
  event_id text not null,
  contact_id text,
  local_id text,
  status text not null,
  error_code text,
  actions_done integer not null,
  at integer not null,
  primary key (tenant, trigger_id, event_id),
  unique (tenant, id)
);
CREATE TABLE hubspoke_flags (
  tenant text not null,
  flag text not null,
  enabled text not null,
  roles text not null,
  percentage integer not null,
  updated_at integer not null,
  primary key (tenant, flag)
);
CREATE TABLE hubspoke_flows (
  tenant text not null,
  flow text not null,
  "key" text not null,
  id text not null,
  step integer not null,
  state text not null,
  sealed blob,
  key_id text,
  error_code text,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (tenant, flow, "key"),
  unique (tenant, id)
);
CREATE TABLE hubspoke_history (
  id text not null,
  tenant text not null,
  actor_id text not null,
  kind text not null,
  subject text not null,
  contact_id text,
  sealed blob not null,
  key_id text not null,
  at integer not null,
  primary key (tenant, actor_id, kind, subject),
  unique (tenant, id)
);
CREATE TABLE hubspoke_inbox (
  id text not null,
  dedupe_key text not null,
  portal_id text not null,
  subscription_type text not null,
  object_type text,
  object_id text,
  property_name text,
  occurred_at integer not null,
  received_at integer not null,
  attempt integer not null,
  change_source text,
  source_id text,
  related_ids text not null,
  sealed blob,
  due_at integer,
  lease text,
  tries integer not null,
  error_code text,
  keep_until integer,
  primary key (id),
  unique (portal_id, dedupe_key)
);
CREATE TABLE hubspoke_intents (
  id text not null,
  tenant text not null,
  sync text not null,
  portal_id text not null,
  direction text not null,
  kind text not null,
  local_id text,
  hubspot_id text,
  fields text not null,
  create_key text,
  read_at integer not null,
  attempt integer not null,
  state text not null,
  created_at integer not null,
  fence integer not null,
  primary key (tenant, id),
  unique (tenant, sync, local_id),
  unique (tenant, sync, hubspot_id)
);
CREATE TABLE hubspoke_leases (
  name text not null,
  holder text not null,
  fence integer not null,
  until integer not null,
  primary key (name)
);
CREATE TABLE hubspoke_links (
  tenant text not null,
  sync text not null,
  portal_id text not null,
  local_id text not null,
  hubspot_id text not null,
  state text not null,
  base text not null,
  remote_seen_at integer not null,
  local_seen_at integer not null,
  updated_at integer not null,
  version integer not null,
  primary key (tenant, sync, local_id),
  unique (tenant, sync, hubspot_id)
);
CREATE TABLE hubspoke_mappings (
  tenant text not null,
  sync text not null,
  fields text not null,
  revision integer not null,
  primary key (tenant, sync)
);
CREATE TABLE hubspoke_oauth_states (
  state_hash text not null,
  tenant text not null,
  session_hash text not null,
  id text not null,
  sealed blob not null,
  expires_at integer not null,
  primary key (state_hash)
);
CREATE TABLE hubspoke_outbox (
  id text not null,
  tenant text not null,
  kind text not null,
  idempotency_key text not null,
  order_key text,
  sealed blob,
  key_id text,
  created_at integer not null,
  available_at integer not null,
  seq integer not null,
  state text not null,
  due_at integer,
  lease text,
  tries integer not null,
  error_code text,
  result text,
  at integer not null,
  failed_at integer,
  keep_until integer,
  primary key (tenant, kind, idempotency_key),
  unique (tenant, id)
);
CREATE TABLE hubspoke_quarantine (
  tenant text not null,
  sync text not null,
  portal_id text not null,
  side text not null,
  "key" text not null,
  reason text not null,
  fields text not null,
  tries integer not null,
  first_at integer not null,
  last_at integer not null,
  primary key (tenant, sync, side, "key")
);
CREATE TABLE hubspoke_rate_blocks (
  budget text not null,
  block text not null,
  slots integer not null,
  want integer not null,
  expires_at integer not null,
  primary key (budget, block)
);
CREATE TABLE hubspoke_rate_budgets (
  budget text not null,
  takes integer not null,
  call_limit integer,
  daily_limit integer,
  daily_remaining integer,
  learned_at integer not null,
  primary key (budget)
);
CREATE TABLE hubspoke_schedules (
  tenant text not null,
  name text not null,
  every text not null,
  time_zone text not null,
  at text not null,
  day integer not null,
  next_at integer not null,
  enabled text not null,
  last_run_at integer,
  last_outcome text,
  due_at integer,
  lease text,
  primary key (tenant, name)
);
CREATE TABLE hubspoke_schema (version integer not null primary key, name text not null);
CREATE TABLE hubspoke_secrets (
  tenant text not null,
  name text not null,
  id text not null,
  sealed blob not null,
  key_id text not null,
  primary key (tenant, name)
);
CREATE TABLE hubspoke_suppression (
  tenant text not null,
  "index" text not null,
  kind text not null,
  at integer not null,
  primary key (tenant, "index")
);
CREATE TABLE hubspoke_sync_log (
  id text not null,
  tenant text not null,
  sync text not null,
  at integer not null,
  status text not null,
  action text not null,
  local_id text,
  hubspot_id text,
  fields text not null,
  error_code text,
  primary key (tenant, id)
);
CREATE TABLE hubspoke_sync_runs (
  id text not null,
  tenant text not null,
  sync text not null,
  portal_id text not null,
  kind text not null,
  state text not null,
  started_at integer not null,
  updated_at integer not null,
  finished_at integer,
  checkpoint text not null,
  counts text not null,
  error_code text,
  version integer not null,
  primary key (tenant, id)
);
CREATE TABLE hubspoke_tenants (
  tenant text not null,
  portal_id text not null,
  pinned_at integer not null,
  status text not null,
  primary key (tenant)
);
CREATE TABLE hubspoke_tokens (
  tenant text not null,
  portal_id text not null,
  id text not null,
  sealed blob,
  key_id text,
  expires_at integer not null,
  scopes text not null,
  status text not null,
  version integer not null,
  updated_at integer not null,
  primary key (tenant)
);
CREATE TABLE hubspoke_triggers (
  id text not null,
  tenant text not null,
  name text not null,
  description text,
  enabled text not null,
  event_type text not null,
  conditions text not null,
  actions text not null,
  created_at integer not null,
  updated_at integer not null,
  version integer not null,
  primary key (tenant, id)
);
CREATE TABLE hubspoke_work (
  tenant text not null,
  portal_id text not null,
  queue text not null,
  side text not null,
  "key" text not null,
  priority integer not null,
  available_at integer not null,
  seq integer not null,
  fence integer not null,
  tries integer not null,
  first_marked_at integer not null,
  leased integer not null,
  due_at integer not null,
  error_code text,
  primary key (tenant, queue, side, "key")
);
CREATE TABLE hubspoke_work_queues (
  tenant text not null,
  queue text not null,
  fence integer not null,
  claimed_at integer not null,
  primary key (tenant, queue)
);
CREATE INDEX hubspoke_alerts_open on hubspoke_alerts (tenant, at) where cleared_at is null;
CREATE INDEX hubspoke_alerts_seen on hubspoke_alerts (seen_at);
CREATE INDEX hubspoke_audit_actor on hubspoke_audit (tenant, actor_id, at);
CREATE INDEX hubspoke_audit_contact on hubspoke_audit (tenant, contact_id, at) where contact_id is not null;
CREATE INDEX hubspoke_audit_subject on hubspoke_audit (tenant, subject_index, at) where subject_index is not null;
CREATE INDEX hubspoke_conflicts_hubspot on hubspoke_conflicts (tenant, sync, hubspot_id);
CREATE INDEX hubspoke_conflicts_record on hubspoke_conflicts (tenant, sync, local_id);
CREATE INDEX hubspoke_conflicts_status on hubspoke_conflicts (tenant, status, at, id);
CREATE INDEX hubspoke_conflicts_time on hubspoke_conflicts (tenant, at, id);
CREATE INDEX hubspoke_contact_cache_active on hubspoke_contact_cache (tenant, portal_id, active_until) where active_until > 0;
CREATE INDEX hubspoke_contact_cache_contact on hubspoke_contact_cache (tenant, portal_id, contact_id) where contact_id is not null;
CREATE INDEX hubspoke_contact_cache_expiry on hubspoke_contact_cache (tenant, expires_at);
CREATE INDEX hubspoke_contact_cache_key on hubspoke_contact_cache (tenant, key_id) where key_id is not null;
CREATE INDEX hubspoke_engagement_events_contact on hubspoke_engagement_events (tenant, portal_id, contact_id, at, id);
CREATE INDEX hubspoke_engagement_events_time on hubspoke_engagement_events (tenant, at);
CREATE INDEX hubspoke_engagement_scores_scored on hubspoke_engagement_scores (tenant, updated_at, contact_id) where scored = 1;
CREATE INDEX hubspoke_engagement_scores_unpushed on hubspoke_engagement_scores (tenant, updated_at, contact_id) where unpushed = 1;
CREATE INDEX hubspoke_executions_contact on hubspoke_executions (tenant, contact_id) where contact_id is not null;
CREATE INDEX hubspoke_executions_time on hubspoke_executions (tenant, at, id);
CREATE INDEX hubspoke_executions_trigger on hubspoke_executions (tenant, trigger_id, at, id);
CREATE INDEX hubspoke_flows_key on hubspoke_flows (key_id) where key_id is not null;
CREATE INDEX hubspoke_flows_state on hubspoke_flows (tenant, state, updated_at, id);
CREATE INDEX hubspoke_flows_time on hubspoke_flows (tenant, updated_at, id);
CREATE INDEX hubspoke_history_contact on hubspoke_history (tenant, contact_id) where contact_id is not null;
CREATE INDEX hubspoke_history_newest on hubspoke_history (tenant, actor_id, kind, at, id);
CREATE INDEX hubspoke_history_time on hubspoke_history (tenant, at);
CREATE INDEX hubspoke_inbox_due on hubspoke_inbox (due_at, received_at) where due_at is not null;
CREATE INDEX hubspoke_inbox_expiry on hubspoke_inbox (keep_until) where keep_until is not null;
CREATE INDEX hubspoke_inbox_object on hubspoke_inbox (portal_id, object_id) where due_at is not null;
CREATE INDEX hubspoke_intents_age on hubspoke_intents (tenant, sync, created_at, id);
CREATE INDEX hubspoke_oauth_states_expiry on hubspoke_oauth_states (expires_at);
CREATE INDEX hubspoke_oauth_states_tenant on hubspoke_oauth_states (tenant);
CREATE INDEX hubspoke_outbox_due on hubspoke_outbox (due_at, created_at, seq) where due_at is not null;
CREATE INDEX hubspoke_outbox_expiry on hubspoke_outbox (keep_until) where keep_until is not null;
CREATE INDEX hubspoke_outbox_failed on hubspoke_outbox (failed_at) where failed_at is not null;
CREATE INDEX hubspoke_outbox_key on hubspoke_outbox (key_id) where key_id is not null;
CREATE INDEX hubspoke_outbox_order on hubspoke_outbox (tenant, order_key, seq, id) where due_at is not null and order_key is not null;
CREATE INDEX hubspoke_outbox_state on hubspoke_outbox (tenant, state, created_at, id);
CREATE INDEX hubspoke_outbox_time on hubspoke_outbox (tenant, created_at, id);
CREATE INDEX hubspoke_schedules_due on hubspoke_schedules (name, due_at) where due_at is not null;
CREATE INDEX hubspoke_secrets_key on hubspoke_secrets (key_id, tenant);
CREATE INDEX hubspoke_sync_log_hubspot on hubspoke_sync_log (tenant, sync, hubspot_id) where hubspot_id is not null;
CREATE INDEX hubspoke_sync_log_record on hubspoke_sync_log (tenant, local_id, at, id) where local_id is not null;
CREATE INDEX hubspoke_sync_log_sync on hubspoke_sync_log (tenant, sync, at, id);
CREATE INDEX hubspoke_sync_log_time on hubspoke_sync_log (tenant, at, id);
CREATE UNIQUE INDEX hubspoke_sync_runs_running on hubspoke_sync_runs (tenant, sync, kind) where state = 'running';
CREATE INDEX hubspoke_sync_runs_sync on hubspoke_sync_runs (tenant, sync, started_at, id);
CREATE INDEX hubspoke_sync_runs_time on hubspoke_sync_runs (tenant, started_at, id);
CREATE INDEX hubspoke_tenants_portal on hubspoke_tenants (portal_id);
CREATE INDEX hubspoke_tokens_key on hubspoke_tokens (key_id, tenant) where key_id is not null;
CREATE INDEX hubspoke_work_due on hubspoke_work (tenant, queue, priority, due_at) where tries >= 0;
